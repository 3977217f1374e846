"""What happened to a record, newest first: one entry for each change set, its events and its changed fields."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kairos.core import events
from kairos.core.editing.looks import CHANGES, EVERYTHING, Look, Mark
from kairos.core.editing.parts import told_of_parts
from kairos.core.editing.undoing import may_undo
from kairos.core.editing.words import Row, Words, is_shown
from kairos.core.fields import format as shown
from kairos.core.merging.origins import origins, own_ids
from kairos.core.models import ChangeSet, EventEntry, FieldChange, Source
from kairos.core.prepared import prepared
from kairos.core.records import RecordType
from kairos.core.slots import TIMELINE, TimelineSource

PAGE = 20
# Rows that are read for a page; the more only where the few hold less than a page, as after long change sets.
FEW_ROWS, MOST_ROWS = 70, 300
MACHINES = {Source.IMPORT, Source.COMMAND, Source.DEMO, Source.SYSTEM}
RECENT = dt.timedelta(days=7)
FOLDED = 3


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
class Laid:
    """An entry that an upper app lays in between; `template_name` renders `told`."""

    told: Any
    template_name: str


@dataclass(slots=True)
class Timeline:
    """A page of entries, runs that say little gathered into one group; `older` asks for the next page."""

    groups: list[list[Any]]
    older: str = ""
    look: Look = field(default_factory=Look)
    shows: list[tuple[str, Any]] = field(default_factory=list)
    heads: list[SafeString] = field(default_factory=list)


def timeline(
    record_type: RecordType, record: Any, *, user: Any, look: Look | None = None, has_heads: bool = True
) -> Timeline:
    """The entries of a record that `look` asks for, in four queries and one per kind of related record.

    What upper apps lay in between asks for itself.
    """
    look = look or Look()
    sources = [
        one for one in TIMELINE.contributions(record_type.name) if one.shown_to(user, record_type, record)
    ]
    laid: dict[Mark, Any] = {}
    for number, source in enumerate(sources, start=1):
        if look.show == EVERYTHING or look.show in source.shows:
            for told in source.entries(user, record_type, record, look.of(number, PAGE + 1)):
                laid[Mark(told.at, number, told.pk)] = Laid(told, source.template_name)
    has_history = look.show in (EVERYTHING, CHANGES) and not look.words
    entries, floor = _history(record_type, record, user, look) if has_history else ({}, None)
    every: dict[Mark, Any] = {**laid, **entries}
    ordered = sorted(every, reverse=True)
    whole = [mark for mark in ordered if floor is None or mark > floor] or ordered[:1]
    page = whole[:PAGE]
    is_cut = len(page) < len(ordered)
    for mark in page:
        if isinstance(every[mark], Entry):
            every[mark].can_undo = every[mark].kind != "created" and may_undo(user, every[mark].change_set)
    return Timeline(
        _grouped([every[mark] for mark in page if _is_told(every[mark])]),
        str(page[-1]) if is_cut else "",
        look,
        _shows(sources),
        [_head(one, record_type, record, user) for one in sources if one.head] if has_heads else [],
    )


def _shows(sources: list[TimelineSource]) -> list[tuple[str, Any]]:
    """The choices of what to see, where there is more than the history."""
    own = [pair for source in sources for pair in source.shows.items()]
    return [(EVERYTHING, _("All")), *own, (CHANGES, _("Changes"))] if own else []


def _head(source: TimelineSource, record_type: RecordType, record: Any, user: Any) -> SafeString:
    """What stands above the timeline, rendered: its template escapes what it shows."""
    context = {"record_type": record_type, "record": record, "user": user}
    return mark_safe(render_to_string(source.head, {**context, **source.context(user, record_type, record)}))


def _history(
    record_type: RecordType, record: Any, user: Any, look: Look
) -> tuple[dict[Mark, Entry], Mark | None]:
    """What happened; the mark at and below which some of it was left out, if any was."""
    changes, happened, floor = _read(record_type, record, look)
    changes, happened = _of_one_page(changes, happened)
    words = Words([one for one in changes if one.field and is_shown(one)], user=user)
    entries: dict[Mark, Entry] = {}
    rows: list[Any] = [*changes, *happened]
    names = {origin.pk: origin.title for origin in origins(record_type, record)}
    for row in rows:
        if isinstance(row, FieldChange) and row.is_deletion:
            continue
        entry = entries.setdefault(
            _mark_of(row), Entry(row.change_set, row.at, origin=names.get(row.record_id, ""))
        )
        if row.record_id == record.pk:
            entry.origin = ""
        if isinstance(row, FieldChange):
            _add_change(entry, row, words, record)
        else:
            _add_event(entry, row)
    _add_parts(entries, record_type, record, user)
    return entries, floor


def _add_parts(entries: dict[Mark, Entry], record_type: RecordType, record: Any, user: Any) -> None:
    """What the change sets of the page did to the parts of the record stands first in their entries."""
    owners = [(record_type.stored_name, pk) for pk in own_ids(record_type, record)]
    by_set = {mark.pk: entry for mark, entry in entries.items()}
    told = told_of_parts(owners, record_type.model, by_set, user=user, record=record)
    for number, row in reversed(told):
        by_set[number].rows.insert(0, row)


def _of_one_page(
    changes: list[FieldChange], happened: list[EventEntry]
) -> tuple[list[FieldChange], list[EventEntry]]:
    """The rows of no more entries than a page shows, and one more; with their change sets, in one query.

    Joined to the rows, a database may read every change set there is before it finds the newest of a record.
    """
    marks = sorted({_mark_of(row) for row in (*changes, *happened)}, reverse=True)[: PAGE + 1]
    shown_ = set(marks)
    sets = ChangeSet.objects.select_related("by").in_bulk([mark.pk for mark in marks])
    kept_changes = [row for row in changes if _mark_of(row) in shown_]
    kept_events = [row for row in happened if _mark_of(row) in shown_]
    kept: list[Any] = [*kept_changes, *kept_events]
    for row in kept:
        row.change_set = sets[row.change_set_id]
    return kept_changes, kept_events


def _mark_of(row: Any) -> Mark:
    return Mark(row.at, 0, row.change_set_id)


def _is_told(entry: Any) -> bool:
    return isinstance(entry, Laid) or bool(entry.rows or entry.happenings or entry.kind != "changed")


def _read(
    record_type: RecordType, record: Any, look: Look
) -> tuple[list[FieldChange], list[EventEntry], Mark | None]:
    """The newest rows, and the mark at and below which some were left out, if any were."""
    ids, name = own_ids(record_type, record), record_type.stored_name

    def told(model: type[Any], most: int) -> list[Any]:
        if look.mark is None:
            return _newest(*ids, model=model, record_type=name, most=most)
        return list(_rows(model, name, ids).filter(look.before(pk="change_set_id"))[:most])

    for most in (FEW_ROWS, MOST_ROWS):
        rows = told(FieldChange, most), told(EventEntry, most)
        floor = max((_mark_of(found[-1]) for found in rows if len(found) == most), default=None)
        marks = {_mark_of(row) for found in rows for row in found}
        if floor is None or sum(mark > floor for mark in marks) > PAGE:
            break
    return *rows, floor


@prepared
def _newest(*ids: int, model: type[Any], record_type: str, most: int) -> Any:
    return _rows(model, record_type, ids)[:most]


def _rows(model: type[Any], record_type: str, ids: Sequence[int]) -> Any:
    """What the history says of a record known by these numbers, the newest first."""
    found = model.objects.filter(record_type=record_type, record_id__in=ids)
    if model is EventEntry:
        found = found.exclude(name__in=[one.name for one in events.all_events() if not one.on_timeline])
    return found.order_by("-at", "-change_set_id", "pk")


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


def _grouped(entries: list[Any]) -> list[list[Any]]:
    """Neighbouring entries of machines stand together, and between what people said many plain changes do."""
    groups: list[list[Any]] = []
    for entry in entries:
        if groups and _kind(entry) and _kind(groups[-1][0]) == _kind(entry):
            groups[-1].append(entry)
        else:
            groups.append([entry])
    is_thread = any(isinstance(entry, Laid) for entry in entries)
    return [part for group in groups for part in _parts(group, is_thread)]


def _kind(entry: Any) -> str:
    """What may stand together with its like; "" for what stands alone."""
    if isinstance(entry, Laid):
        return ""
    return "machine" if entry.is_machine else "plain" if entry.kind == "changed" else ""


def _parts(group: list[Any], is_thread: bool) -> list[list[Any]]:
    """The group as it is shown: one, or each of its entries alone."""
    together = _kind(group[0]) == "machine" or (is_thread and len(group) >= FOLDED)
    return [group] if together else [[one] for one in group]
