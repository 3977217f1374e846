"""Bringing what lies in a mailbox here.

Each batch is one transaction: the mails, what became of each message, and how far the folder is read. Whoever dies in
between has lost nothing and doubles nothing; the next one goes on where the last batch ended.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models.functions import Greatest
from django.utils import timezone

from kairos.core.live.publish import publish_regions
from kairos.mail.actions.incoming import take_in
from kairos.mail.mailboxes.comparing import lacking, note_comparison
from kairos.mail.mailboxes.connection import MailboxFault
from kairos.mail.mailboxes.fetching import AT_ONCE, Fetched, fetched
from kairos.mail.mailboxes.reader import Opened, Reader, reading
from kairos.mail.mailboxes.standing import note_fault, note_success, way_of
from kairos.mail.models import FolderMessage, Mailbox, MailboxFolder, Trouble

log = logging.getLogger(__name__)
# A call ends after so many seconds, so that other work gets its turn.
LONGEST = 20.0


class MoreToDo(Exception):
    """The rest is for the next call: others wait, or the folder was begun anew meanwhile."""


def sync_mailbox(mailbox: Mailbox, *, is_repair: bool = False, longest: float = LONGEST) -> bool:
    """Take in what is new, with `is_repair` all that is there and not here; whether more is waiting."""
    until = time.monotonic() + longest
    try:
        with reading(way_of(mailbox)) as reader:
            for name in mailbox.folder_names:
                _sync_folder(reader, mailbox, name, is_repair=is_repair, until=until)
    except MoreToDo:
        return True
    except MailboxFault as fault:
        note_fault(mailbox, fault)
        return False
    except Exception as error:
        log.exception("mailbox %s", mailbox.pk)
        note_fault(mailbox, MailboxFault(Trouble.HERE, f"{type(error).__name__}: {error}"))
        return False
    else:
        note_success(mailbox)
        return False
    finally:
        publish_regions([mailbox_region(mailbox)])


def mailbox_region(mailbox: Mailbox) -> str:
    return f"mailbox-{mailbox.pk}"


def _sync_folder(reader: Reader, mailbox: Mailbox, name: str, *, is_repair: bool, until: float) -> None:
    folder = _begun(reader, mailbox, name, reader.open(name))
    is_whole = is_repair or folder.compared_at is None
    on_server = reader.numbers(1 if is_whole else folder.last_uid + 1)
    for batch in _batches(lacking(folder, on_server) if is_whole else on_server):
        is_own = mailbox.folder_names[name]
        take_batch(folder, fetched(reader, mailbox, batch, is_own=is_own), through=batch[-1])
        publish_regions([mailbox_region(mailbox)])
        if time.monotonic() > until:
            raise MoreToDo
    if is_whole:
        note_comparison(folder, reader.numbers())
    MailboxFolder.objects.filter(pk=folder.pk).update(checked_at=timezone.now())


def _begun(reader: Reader, mailbox: Mailbox, name: str, opened: Opened) -> MailboxFolder:
    """The folder as it is counted now. Where the server counts anew, everything is looked at anew."""
    folder, _is_new = MailboxFolder.objects.get_or_create(mailbox=mailbox, name=name)
    as_known = MailboxFolder.objects.filter(pk=folder.pk, uid_validity=folder.uid_validity)
    values: dict[str, object] = {"on_server": opened.count}
    if folder.uid_validity != opened.uid_validity:
        first = _first(reader, mailbox, opened)
        older = sum(uid < first for uid in reader.numbers())
        values |= {"uid_validity": opened.uid_validity, "first_uid": first, "last_uid": first - 1}
        values |= {"older": older, "missing": 0, "gone": 0, "compared_at": None}
    as_known.update(**values)
    folder.refresh_from_db()
    return folder


def _first(reader: Reader, mailbox: Mailbox, opened: Opened) -> int:
    """The number of the first message that is looked at."""
    if mailbox.since_on is None:
        return 1
    found = reader.first_since(mailbox.since_on)
    return opened.uid_next if found is None else found


def take_batch(folder: MailboxFolder, found: Sequence[Fetched], *, through: int) -> None:
    """Take these in and note how far the folder is read, in one transaction. Raises `MoreToDo`."""
    with transaction.atomic():
        counted = MailboxFolder.objects.select_for_update().filter(pk=folder.pk)
        if not counted.filter(uid_validity=folder.uid_validity).exists():
            raise MoreToDo
        messages = FolderMessage.objects.filter(folder=folder, uid_validity=folder.uid_validity)
        here = set(messages.filter(uid__in=[one.uid for one in found]).values_list("uid", flat=True))
        new = [one for one in found if one.uid not in here]
        take_in([replace(one.letter, place=_row(folder, one)) for one in new if one.letter is not None])
        FolderMessage.objects.bulk_create(_row(folder, one) for one in new if one.letter is None)
        counted.update(last_uid=Greatest("last_uid", through))


def _row(folder: MailboxFolder, one: Fetched) -> FolderMessage:
    return FolderMessage(
        folder=folder,
        uid_validity=folder.uid_validity,
        uid=one.uid,
        outcome=one.outcome,
        size=one.size,
        reason=one.reason,
    )


def _batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), AT_ONCE):
        yield uids[start : start + AT_ONCE]
