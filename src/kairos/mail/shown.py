"""How much of a mail somebody may read: the choice of those in whose personal mailbox it lies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kairos.mail.models import FolderMessage, IncomingMail, Mailbox

Privacy = Mailbox.Privacy
# From the least to the most.
LEVELS: Sequence[str] = (Privacy.TIMES, Privacy.SUBJECT, Privacy.ALL)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one person sees of a mail. Without `is_whole` neither its HTML, its files nor its bytes are for them.

    `is_own` is true where it lies in a mailbox of theirs.
    """

    subject: str
    text: str
    is_whole: bool
    is_own: bool


def shown_parts(mails: Iterable[IncomingMail], user: Any) -> dict[int, Shown]:
    """By the mail's number; without a user, what everybody may read. One query, however many mails.

    What came by a pipe or to a shared mailbox is read by all whom it concerns. Of mail from personal ones the most open
    choice counts, and for its owners all of it.
    """
    given = list(mails)
    levels: dict[int, int] = {}
    own: set[int] = set()
    found = FolderMessage.objects.filter(mail__in=[mail.pk for mail in given]).distinct()
    names = ("mail_id", "folder__mailbox__kind", "folder__mailbox__owner_id", "folder__mailbox__privacy")
    for pk, kind, owner, privacy in found.order_by().values_list(*names):
        is_own = user is not None and owner == user.pk
        own |= {pk} if is_own else set()
        is_open = kind == Mailbox.Kind.SHARED or is_own
        levels[pk] = max(levels.get(pk, 0), LEVELS.index(Privacy.ALL if is_open else privacy))
    return {mail.pk: _shown(mail, LEVELS[levels.get(mail.pk, -1)], is_own=mail.pk in own) for mail in given}


def _shown(mail: IncomingMail, level: str, *, is_own: bool) -> Shown:
    is_whole = level == Privacy.ALL
    return Shown(
        subject="" if level == Privacy.TIMES else mail.subject,
        text=mail.text if is_whole else "",
        is_whole=is_whole,
        is_own=is_own,
    )
