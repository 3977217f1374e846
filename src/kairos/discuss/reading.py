"""What of a message somebody may read: mail from a personal mailbox is its owner's to show."""

from collections.abc import Iterable
from typing import Any

from kairos.discuss.models import Message
from kairos.mail.shown import Shown, shown_parts


def kept_back(messages: Iterable[Message | None], user: Any) -> dict[int, Shown]:
    """By the message's number, what of it is shown, of those that are not shown whole. No query where none is mail."""
    came = {one.pk: one.incoming for one in messages if one is not None and one.incoming is not None}
    shown = shown_parts(came.values(), user) if came else {}
    return {pk: shown[mail.pk] for pk, mail in came.items() if not shown[mail.pk].is_whole}


def may_read(message: Message | None, user: Any) -> bool:
    """Whether this person reads the words and the files of a message."""
    return not kept_back([message], user)
