"""How long customers wait for an answer: from a mail of theirs on a record to the first that went back."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from kairos.core.records import RecordType, Room, all_types
from kairos.discuss.models import Message

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Wait:
    """A customer who wrote, and what came of it. What they write while they wait belongs to the same wait.

    `answered_by` is the number of the colleague who answered at `until`; both None where nobody has.
    """

    record_type: str
    record_id: int
    since: dt.datetime
    until: dt.datetime | None = None
    answered_by: int | None = None

    @property
    def hours(self) -> float | None:
        return (self.until - self.since).total_seconds() / HOUR if self.until else None


@dataclass(slots=True)
class Waits:
    """The answered waits of a person or a team in hours, and how many are unanswered."""

    hours: list[float] = field(default_factory=list)
    unanswered: int = 0

    def add(self, wait: Wait) -> None:
        if wait.hours is None:
            self.unanswered += 1
        else:
            self.hours.append(wait.hours)

    @property
    def median(self) -> float | None:
        return median(self.hours) if self.hours else None

    @property
    def nine_of_ten(self) -> float | None:
        """So long at most did nine of ten wait."""
        return sorted(self.hours)[math.ceil(len(self.hours) * 0.9) - 1] if self.hours else None


def talked_about() -> dict[str, RecordType]:
    """The record types on which mail with customers is kept, by the name their records are stored under."""
    found: dict[str, RecordType] = {}
    for kind in all_types():
        if kind.thread is not None and not isinstance(kind.thread, Room):
            found.setdefault(kind.stored_name, kind)
    return found


def waits_of(user: Any, *, since: dt.datetime) -> list[Wait]:
    """The waits that began since a moment, on records this person may see. One query."""
    moment = Coalesce(F("sent_at"), F("created_at"))
    mails = Message.objects.filter(_visible(user), Q(author=None) | Q(sent_at__isnull=False))
    mails = mails.filter(kind=Message.Kind.MESSAGE, deleted_at=None).annotate(moment=moment)
    rows = mails.filter(moment__gte=since).order_by("record_type", "record_id", "moment", "pk")
    columns = ("record_type", "record_id", "moment", "sent_at", "author_id")
    found: list[Wait] = []
    for about, told in groupby(rows.values_list(*columns), key=lambda row: row[:2]):
        found += _waits(about, list(told))
    return found


def _waits(about: tuple[str, int], told: Sequence[Any]) -> Iterable[Wait]:
    since = None
    for _type, _pk, moment, sent_at, author in told:
        if sent_at is None:
            since = since or moment
        elif since is not None:
            yield Wait(*about, since, moment, author)
            since = None
    if since is not None:
        yield Wait(*about, since)


def _visible(user: Any) -> Q:
    """Mails on records this person sees, without a list of records where all of a kind are seen."""
    found = Q(pk__in=[])
    for name, kind in talked_about().items():
        records = kind.known_to(user)
        part = Q(record_type=name)
        if records.query.where:
            part &= Q(record_id__in=records.order_by().values("pk"))
        found |= part
    return found


def records_of(waits: Iterable[Wait], user: Any) -> dict[tuple[str, int], tuple[RecordType, Any]]:
    """The records that the waits are about, each with its type and who is responsible at hand."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in waits:
        wanted[one.record_type].add(one.record_id)
    found = {}
    for name, ids in wanted.items():
        kind = talked_about()[name]
        names = kind.thread.responsible if kind.thread else ()
        for pk, record in kind.known_to(user).select_related(*names).in_bulk(ids).items():
            found[name, pk] = (kind.own_type(record), record)
    return found


def responsible_for(kind: RecordType, record: Any) -> Any:
    """The colleague from whom an answer is expected, if it is anybody's record."""
    names = kind.thread.responsible if kind.thread else ()
    return next((person for name in names if (person := getattr(record, name)) is not None), None)
