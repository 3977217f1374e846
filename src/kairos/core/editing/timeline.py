"""What happened to a record, newest first: one entry for each change set, its events and its changed fields."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone

from kairos.core import events
from kairos.core.editing.undoing import may_undo
from kairos.core.editing.words import Row, Words, is_shown
from kairos.core.fields import format as shown
from kairos.core.merging.origins import origins, own_ids
from kairos.core.models import ChangeSet, EventEntry, FieldChange, Source
from kairos.core.records import RecordType

PAGE = 30
MOST_ROWS = 400
MACHINES = {Source.IMPORT, Source.COMMAND, Source.DEMO, Source.SYSTEM}
RECENT = dt.timedelta(days=7)


@dataclass(slots=True)
class Entry:
    """One change set as the timeline of one record tells it. `kind`: created, restored, changed, undone, event.

    `origin` names the record it was about, where that has been merged into this one since.
    """

    change_set: ChangeSet
    at: dt.datetime
    kind: str = "changed"
    happenings: list[tuple[str, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    can_undo: bool = False
    origin: str = ""

    @property
    def is_machine(self) -> bool:
        return self.kind == "changed" and (
            self.change_set.by_id is None or self.change_set.source in MACHINES
        )

    @property
    def icon(self) -> str:
        if self.happenings:
            return self.happenings[0][1]
        return {"created": "circle-plus", "restored": "archive-restore", "undone": "undo-2"}.get(
            self.kind, "pencil"
        )

    @property
    def when(self) -> str:
        return when(self.at)

    @property
    def when_full(self) -> str:
        return shown.datetime(self.at, "long")


def when(at: dt.datetime) -> str:
    """“3 hours ago” for a week, then the day."""
    now = timezone.now()
    if dt.timedelta() <= now - at < RECENT:
        return shown.relative(at, now)
    return shown.date(timezone.localtime(at).date())


@dataclass(slots=True)
class Timeline:
    """A page of entries, runs of machine noise gathered into one group; `older` asks for the next page."""

    groups: list[list[Entry]]
    older: str = ""


def timeline(record_type: RecordType, record: Any, *, user: Any, before: str = "") -> Timeline:
    """The entries of a record before a mark (`Timeline.older`), in three queries and one per kind of related record."""
    changes, happened = _read(record_type, record, _mark(before))
    words = Words([one for one in changes if one.field and is_shown(one)], user=user)
    entries: dict[tuple[dt.datetime, int], Entry] = {}
    rows: list[Any] = [*changes, *happened]
    names = {origin.pk: origin.title for origin in origins(record_type, record)}
    for row in rows:
        key = (row.at, row.change_set_id)
        if isinstance(row, FieldChange) and row.is_deletion:
            continue
        entry = entries.setdefault(key, Entry(row.change_set, row.at, origin=names.get(row.record_id, "")))
        if row.record_id == record.pk:
            entry.origin = ""
        if isinstance(row, FieldChange):
            _add_change(entry, row, words, record)
        else:
            _add_event(entry, row)
    ordered = [entries[key] for key in sorted(entries, reverse=True)]
    is_cut = len(ordered) > PAGE or len(changes) == MOST_ROWS or len(happened) == MOST_ROWS
    page = ordered[:PAGE] if len(ordered) > PAGE else (ordered[:-1] or ordered) if is_cut else ordered
    for entry in page:
        entry.can_undo = entry.kind != "created" and may_undo(user, entry.change_set)
    last = page[-1] if is_cut and page else None
    told = [entry for entry in page if entry.rows or entry.happenings or entry.kind != "changed"]
    return Timeline(_grouped(told), f"{last.at.isoformat()}|{last.change_set.pk}" if last else "")


def _mark(before: str) -> tuple[dt.datetime, int] | None:
    at, _bar, pk = before.partition("|")
    try:
        return (dt.datetime.fromisoformat(at), int(pk[:18])) if pk else None
    except ValueError:
        return None


def _read(
    record_type: RecordType, record: Any, mark: tuple[dt.datetime, int] | None
) -> tuple[list[FieldChange], list[EventEntry]]:
    of_record = Q(record_type=record_type.stored_name, record_id__in=own_ids(record_type, record))
    if mark is not None:
        of_record &= Q(at__lt=mark[0]) | Q(at=mark[0], change_set_id__lt=mark[1])
    order = ("-at", "-change_set_id", "pk")
    changes = FieldChange.objects.filter(of_record).select_related("change_set__by").order_by(*order)
    happened = EventEntry.objects.filter(of_record).select_related("change_set__by").order_by(*order)
    return list(changes[:MOST_ROWS]), list(happened[:MOST_ROWS])


def _add_change(entry: Entry, change: FieldChange, words: Words, record: Any) -> None:
    if change.is_creation:
        entry.kind = "restored" if entry.change_set.source == Source.UNDO else "created"
    elif change.field and is_shown(change):
        if entry.kind == "changed" and entry.change_set.source == Source.UNDO:
            entry.kind = "undone"
        entry.rows.append(words.row(change, record=record))


def _add_event(entry: Entry, happened: EventEntry) -> None:
    event = events.declared(happened.name)
    if event is not None:
        entry.happenings.append((event.describe(happened.params), event.icon))
        if entry.kind == "changed":
            entry.kind = "event"


def _grouped(entries: list[Entry]) -> list[list[Entry]]:
    """Neighbouring entries of machines stand together, everything else alone."""
    groups: list[list[Entry]] = []
    for entry in entries:
        if groups and entry.is_machine and groups[-1][0].is_machine:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups
