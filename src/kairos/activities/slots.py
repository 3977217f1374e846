"""Where an app above tells the calendar of what people have elsewhere."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kairos.core.slots import Slot


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """That a person has something elsewhere, as far as a reader may know: an empty `title` says only when.

    Of whole days `first_on` and `last_on` are set. What is `is_free` hinders nobody. `activity` is the number of the
    activity that stands for it here, whether the reader sees that or not.
    """

    person: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str = ""
    place: str = ""
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    is_free: bool = False
    activity: int | None = None


class BusySource:
    """What people have elsewhere, contributed by an upper app; in a fixed number of queries."""

    def times(
        self, reader: Any, people: Iterable[int], start: dt.datetime, end: dt.datetime
    ) -> list[Elsewhere]:
        """What these people have between two moments, without what the reader sees as an activity here."""
        raise NotImplementedError


BUSY: Slot[BusySource] = Slot("activities.busy", accepts=BusySource)


def elsewhere(reader: Any, people: Iterable[int], start: dt.datetime, end: dt.datetime) -> list[Elsewhere]:
    """What these people have elsewhere, by all that know."""
    given = list(people)
    return [one for source in BUSY.contributions() for one in source.times(reader, given, start, end)]
