"""From the server to our disk: a few messages at a time, and whatever one of them is, the next ones come."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.utils.translation import gettext_noop
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from kairos.mail.actions.incoming import LARGEST, Letter, prepared
from kairos.mail.mailboxes.concern import concerning
from kairos.mail.mailboxes.connection import MailboxFault
from kairos.mail.mailboxes.reader import Reader
from kairos.mail.models import FolderMessage, Mailbox, Trouble

# So many messages are asked for at once, and of their texts so much.
AT_ONCE, WEIGHT = 100, 10 * 2**20
THREADS = 4
TOO_LARGE = gettext_noop("It is larger than 50 MB.")
NOT_GIVEN = gettext_noop("The server does not give it out.")
Outcome = FolderMessage.Outcome


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as it was found: its letter where it is to be taken in, else why not."""

    uid: int
    outcome: Outcome
    size: int = 0
    letter: Letter | None = None
    reason: str = ""


def fetched(reader: Reader, mailbox: Mailbox, uids: Sequence[int], *, is_own: bool) -> list[Fetched]:
    """Look at these messages of the open folder. One that has gone from the server is left out."""
    sizes = reader.sizes(uids)
    wanted = set(sizes) if mailbox.is_shared else _concerning(reader, mailbox, sizes)
    fitting = {uid: size for uid, size in sizes.items() if uid in wanted and size <= LARGEST}
    found = [Fetched(uid, Outcome.PRIVATE) for uid in sizes if uid not in wanted]
    found += [
        Fetched(uid, Outcome.SKIPPED, sizes[uid], reason=TOO_LARGE) for uid in wanted if uid not in fitting
    ]
    for few in _portions(fitting):
        found += _kept(few, fitting, _texts(reader, few), is_own=is_own)
    return found


def _concerning(reader: Reader, mailbox: Mailbox, uids: Collection[int]) -> set[int]:
    return concerning(mailbox, reader.envelopes(list(uids)))


def _portions(sizes: Mapping[int, int]) -> Iterator[list[int]]:
    """Groups whose texts together are not too heavy to be held at once."""
    portion: list[int] = []
    weight = 0
    for uid, size in sorted(sizes.items()):
        if portion and weight + size > WEIGHT:
            yield portion
            portion, weight = [], 0
        portion.append(uid)
        weight += size
    if portion:
        yield portion


def _texts(reader: Reader, uids: Sequence[int]) -> dict[int, bytes]:
    """The texts of these; where the server stumbles over them, each by itself."""
    try:
        return reader.texts(uids)
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        if len(uids) == 1:
            return {}
        return {uid: text for one in uids for uid, text in _texts(reader, [one]).items()}


def _kept(
    uids: Sequence[int], sizes: Mapping[int, int], texts: Mapping[int, bytes], *, is_own: bool
) -> list[Fetched]:
    """Kept and read by a few threads: while one waits for the disk, another reads."""
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(lambda uid: _taken(uid, sizes[uid], texts.get(uid), is_own=is_own), uids))


def _taken(uid: int, size: int, raw: bytes | None, *, is_own: bool) -> Fetched:
    if not raw:
        return Fetched(uid, Outcome.SKIPPED, size, reason=NOT_GIVEN)
    if len(raw) > LARGEST:
        return Fetched(uid, Outcome.SKIPPED, len(raw), reason=TOO_LARGE)
    try:
        return Fetched(uid, Outcome.TAKEN, len(raw), prepared(raw, is_own=is_own))
    except OSError as error:
        raise MailboxFault(Trouble.HERE, error) from error
