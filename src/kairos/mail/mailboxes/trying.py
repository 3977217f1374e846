"""Trying a connection: what people want to know before anything is read."""

from collections.abc import Iterable, Mapping
from typing import Any

from kairos.mail.mailboxes.connection import MailboxFault, Way
from kairos.mail.mailboxes.reader import reading
from kairos.mail.mailboxes.standing import must_be_public, way_of
from kairos.mail.models import Mailbox, Trouble


def try_mailbox(mailbox: Mailbox) -> None:
    """Get in and open each folder, changing nothing. Raises `MailboxFault`."""
    try_way(way_of(mailbox), mailbox.folder_names)


def try_way(way: Way, folders: Iterable[str]) -> None:
    """Raises `MailboxFault`; where a folder is missing it names those that there are."""
    with reading(way) as reader:
        for name in folders:
            try:
                reader.open(name)
            except MailboxFault as fault:
                raise MailboxFault(Trouble.FOLDER, f"{name} ({', '.join(reader.folders())})") from fault


def way_to(mailbox: Mailbox, values: Mapping[str, Any], password: str) -> Way:
    """The way a person entered; without a password by the one that is kept. Raises `MailboxFault`."""
    return Way(
        host=values["host"],
        port=values["port"],
        security=values["security"],
        login=values["login"],
        password=password or way_of(mailbox).password,
        only_public=must_be_public(mailbox.owner, host=values["host"], port=values["port"]),
    )
