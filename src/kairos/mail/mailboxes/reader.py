"""Reading a mailbox without leaving a trace: folders are opened for reading only, texts are looked at unmarked."""

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from kairos.mail.mailboxes.connection import MailboxFault, Way, connected
from kairos.mail.models import Trouble

# So long a look whether a line still stands takes; a dead one answers at once, with nothing.
MOMENT = 1.0
# Of a mail that may be private, only who wrote to whom, and what it answers.
ENVELOPE = b"BODY[HEADER.FIELDS (FROM TO CC BCC IN-REPLY-TO REFERENCES)]"
_ASKED = "BODY.PEEK[HEADER.FIELDS (FROM TO CC BCC IN-REPLY-TO REFERENCES)]"


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder as the server counts it."""

    uid_validity: int
    uid_next: int
    count: int


class Reader:
    """What is asked of a server. Every answer is waited for at most `READING` seconds."""

    def __init__(self, client: IMAPClient) -> None:
        self._client = client

    def open(self, name: str) -> Opened:
        """Turn to a folder. Raises `MailboxFault` where there is none."""
        try:
            said = self._client.select_folder(name, readonly=True)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            raise MailboxFault(Trouble.FOLDER, error) from error
        return Opened(int(said.get(b"UIDVALIDITY", 0)), int(said.get(b"UIDNEXT", 1)), int(said[b"EXISTS"]))

    def numbers(self, first: int = 1) -> list[int]:
        """The messages of the folder from a number on, in order."""
        found = self._client.search(["UID", f"{first}:*"])
        # A server gives the last message even where it lies below the first one asked for.
        return sorted(uid for uid in found if uid >= first)

    def first_since(self, day: dt.date) -> int | None:
        """The number of the first message that came on this day or later."""
        return min(self._client.search(["SINCE", day]), default=None)

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """How long these messages are; what has gone meanwhile is left out."""
        found = self._client.fetch(uids, ["RFC822.SIZE"])
        return {uid: int(parts[b"RFC822.SIZE"]) for uid, parts in found.items() if b"RFC822.SIZE" in parts}

    def envelopes(self, uids: Sequence[int]) -> dict[int, bytes]:
        return self._texts(uids, _ASKED, ENVELOPE)

    def texts(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The messages whole."""
        return self._texts(uids, "BODY.PEEK[]", b"BODY[]")

    def folders(self) -> list[str]:
        """What folders there are to choose from."""
        rows = self._client.list_folders()
        return [str(name) for flags, _separator, name in rows if b"\\Noselect" not in flags]

    def sent_folder(self) -> str:
        """The folder that the server itself says holds one's own letters; "" where it does not say."""
        rows = self._client.list_folders()
        return next((str(name) for flags, _separator, name in rows if b"\\Sent" in flags), "")

    @property
    def can_wait(self) -> bool:
        return bool(self._client.has_capability("IDLE"))

    def wait(self, seconds: float, *, until: Event) -> bool:
        """Whether something came to the open folder (IDLE); at most so many seconds, or until the event is set."""
        end = time.monotonic() + seconds
        news: list[Any] = []
        self._client.idle()
        while not news and time.monotonic() < end and not until.is_set():
            began = time.monotonic()
            news = self._client.idle_check(timeout=MOMENT)
            if not news and time.monotonic() - began < MOMENT / 2:
                raise ConnectionError("the line is dead")
        _said, late = self._client.idle_done()
        return any(len(one) > 1 and one[1] == b"EXISTS" for one in [*news, *late])

    def _texts(self, uids: Sequence[int], asked: str, answered: bytes) -> dict[int, bytes]:
        found = self._client.fetch(uids, [asked]) if uids else {}
        return {uid: parts[answered] or b"" for uid, parts in found.items() if answered in parts}


@contextmanager
def reading(way: Way) -> Iterator[Reader]:
    """A reader of a mailbox. Raises `MailboxFault`, also for what breaks while it reads."""
    with connected(way) as client:
        yield Reader(client)
