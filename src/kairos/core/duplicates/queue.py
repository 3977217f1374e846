"""Pairs that wait for somebody to look: the likeliest first, only such as the person sees both records of."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from kairos.core.duplicates.finding import searched_types
from kairos.core.duplicates.matching import Because, because, shown_records
from kairos.core.merging.asking import merge_url
from kairos.core.models import DuplicatePair, DuplicateSearch
from kairos.core.records import RecordType

PAGE = 25
MOST_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair as the queue shows it: where it is, and what it tells."""

    record: Any
    title: str
    url: str
    icon: str
    told: list[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pair with its reasons; `can_merge` where this person may."""

    pair: DuplicatePair
    sides: Sequence[Side]
    reasons: list[Because]
    merge_url: str
    can_merge: bool


@dataclass(frozen=True, slots=True)
class Queue:
    record_type: RecordType
    waiting: list[Waiting]
    count: int
    settled: int


def open_pairs(record_type: RecordType, user: Any) -> QuerySet[DuplicatePair]:
    """Pairs nobody has judged, of records that are there and that this person sees."""
    seen = record_type.known_to(user).filter(archived_at=None).values("pk")
    pairs = DuplicatePair.objects.filter(
        record_type=record_type.stored_name, state=DuplicatePair.State.OPEN, first_id__in=seen
    )
    return pairs.filter(second_id__in=seen)


def queues(user: Any) -> list[tuple[RecordType, int]]:
    """Every kind this person may list, with the number of its pairs."""
    types = [one for one in searched_types() if one.merge_rules and one.access.can_list(user)]
    return [(one, open_pairs(one, user).count()) for one in types]


def queue(record_type: RecordType, user: Any) -> Queue:
    """The first pairs of one kind, in a fixed number of queries."""
    pairs = open_pairs(record_type, user)
    page = list(pairs.order_by("-strength", "-pk")[:PAGE])
    ids = {pk for pair in page for pk in (pair.first_id, pair.second_id)}
    many = [
        n for n in _told_names(record_type) if record_type.fields[n].kind in ("tags", "people", "relations")
    ]
    single = [
        name for name in _told_names(record_type) if record_type.fields[name].kind in ("relation", "person")
    ]
    rows = shown_records(record_type, user).prefetch_related(*many, *single)
    there = rows.in_bulk(list(ids))
    waiting = [
        _waiting(record_type, pair, there[pair.first_id], there[pair.second_id], user)
        for pair in page
        if pair.first_id in there and pair.second_id in there
    ]
    settled = DuplicatePair.objects.filter(
        record_type=record_type.stored_name, state=DuplicatePair.State.DIFFERENT
    )
    return Queue(record_type, waiting, pairs.count(), settled.count())


def _told_names(record_type: RecordType) -> list[str]:
    return [name for name in record_type.columns if name != record_type.title_field][: MOST_FIELDS + 2]


def _waiting(record_type: RecordType, pair: DuplicatePair, one: Any, other: Any, user: Any) -> Waiting:
    rules = record_type.duplicates
    shared = {(str(kind), str(value)) for kind, value in pair.reasons}
    access = record_type.access
    can_merge = all(access.can_edit(user, side) and access.can_merge(user, side) for side in (one, other))
    texts = [
        (str(field.label), field.text(one), field.text(other))
        for field in (record_type.fields[name] for name in _told_names(record_type))
    ]
    shown = [text for text in texts if text[1] or text[2]][:MOST_FIELDS]
    sides = [
        _side(record_type, side, [(label, values[at], values[0] == values[1]) for label, *values in shown])
        for at, side in enumerate((one, other))
    ]
    address = f"{merge_url(record_type, (one, other))}&from=duplicates"
    return Waiting(pair, sides, because(rules, shared) if rules else [], address, can_merge)


def _side(record_type: RecordType, record: Any, told: list[tuple[str, str, bool]]) -> Side:
    own = record_type.own_type(record)
    return Side(record, own.title(record), own.url_of(record), own.icon, told)


# -- the search behind it


@dataclass(frozen=True, slots=True)
class Progress:
    """Whether a search is going on, how far it is, and when the last one ended."""

    is_running: bool
    done: int
    total: int
    finished_at: dt.datetime | None


def progress() -> Progress:
    searches = list(DuplicateSearch.objects.all())
    now = timezone.now()
    running = [
        one for one in searches if one.finished_at is None and now - one.asked_at < dt.timedelta(hours=1)
    ]
    ended = [one.finished_at for one in searches if one.finished_at is not None]
    return Progress(
        bool(running),
        sum(one.done for one in searches) if running else 0,
        sum(one.total for one in searches) if running else 0,
        max(ended, default=None),
    )
