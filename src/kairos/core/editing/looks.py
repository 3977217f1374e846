"""Which part of a record's timeline somebody looks at: what kinds, which words, from where on."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Q

LONGEST = 100
EVERYTHING, CHANGES = "all", "changes"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """The place of one entry among all of a record; `source` is its rank among what contributes, 0 for the history."""

    at: dt.datetime
    source: int
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}|{self.source}|{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """The mark a page gave out; None for anything else."""
        at, _bar, rest = text.partition("|")
        source, _bar, pk = rest.partition("|")
        try:
            mark = cls(dt.datetime.fromisoformat(at), int(source[:6]), int(pk[:18]))
        except ValueError:
            return None
        return mark if mark.at.tzinfo is not None else None


@dataclass(frozen=True, slots=True)
class Look:
    """What to show: `show` is a kind of entries, `words` what they must hold, `mark` where the last page ended."""

    show: str = EVERYTHING
    words: str = ""
    mark: Mark | None = None
    source: int = 0
    most: int = 0

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Look":
        """From the parameters of an address."""
        return cls(
            show=asked.get("show", "")[:20] or EVERYTHING,
            words=" ".join(asked.get("q", "").replace("\x00", "").split())[:LONGEST],
            mark=Mark.read(asked.get("before", "")),
        )

    @property
    def is_narrowed(self) -> bool:
        return self.show != EVERYTHING or bool(self.words)

    def of(self, source: int, most: int) -> "Look":
        """The same for one source."""
        return replace(self, source=source, most=most)

    def before(self, at: str = "at", pk: str = "pk") -> Q:
        """The condition for rows of this source that come after the mark, which are older."""
        if self.mark is None:
            return Q()
        older = Q(**{f"{at}__lt": self.mark.at})
        if self.source < self.mark.source:
            return older | Q(**{at: self.mark.at})
        if self.source == self.mark.source:
            return older | Q(**{at: self.mark.at, f"{pk}__lt": self.mark.pk})
        return older
