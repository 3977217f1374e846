"""Servers that people have connected with a password of theirs: what holds for all of them."""

import datetime as dt
from typing import Any

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
# Minutes until the next attempt after so many failures.
PAUSES = (1, 5, 15, 60)
# Somebody is told when it has failed so many times in a row.
TOLD_AFTER = 3


def pause_after(failures: int) -> dt.timedelta:
    """How long to wait after so many failures in a row, at least one: less and less often is tried again."""
    return dt.timedelta(minutes=PAUSES[min(failures, len(PAUSES)) - 1])


def plain(said: object) -> str:
    """A server's words on one line, without what no database keeps."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:300]


class Fault(Exception):
    """A server cannot be used: which trouble it is, of those the app knows, and what the server said."""

    def __init__(self, trouble: Any, said: object = "") -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.said = plain(said)

    def __str__(self) -> str:
        return str(self.trouble.label)

    @property
    def in_full(self) -> str:
        """The trouble in plain words, and the server's own."""
        return " ".join(filter(None, (str(self), self.said)))
