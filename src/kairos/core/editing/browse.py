"""Looking through all change sets: the list by person, door and kind, and one of them in words."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import QueryDict

from kairos.core.editing.numbers import number_in
from kairos.core.editing.parts import told_of_parts
from kairos.core.editing.timeline import when
from kairos.core.editing.undoing import change_sets_for, may_undo
from kairos.core.editing.words import Row, Words, is_shown
from kairos.core.fields import format as shown
from kairos.core.history.parts import Owner, owners_of
from kairos.core.history.undo import model_of
from kairos.core.models import ChangeSet, FieldChange, Source
from kairos.core.records import RecordType, all_types

PAGE = 50
MOST_RECORDS = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One change set in the list."""

    change_set: ChangeSet
    summary: str
    when: str
    when_full: str
    can_undo: bool


@dataclass(slots=True)
class HistoryPage:
    lines: list[Line]
    after: str = ""
    filters: dict[str, str] = field(default_factory=dict)


def history_page(user: Any, params: QueryDict) -> HistoryPage:
    """Change sets this person may look at, newest first, from a place on; unknown filters are ignored."""
    filters = _filters(params)
    found = change_sets_for(user).filter(**filters).select_related("by")
    place = number_in(params.get("after", ""))
    if place is not None:
        found = found.filter(pk__lt=place)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    shown_rows = rows[:PAGE]
    hidden = out_of_sight(shown_rows, user)
    lines = [line_of(row, user, is_hidden=row.pk in hidden) for row in shown_rows]
    after = str(shown_rows[-1].pk) if len(rows) > PAGE else ""
    return HistoryPage(lines, after, {k: str(params[k]) for k in ("by", "source", "type") if params.get(k)})


def _filters(params: QueryDict) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if (by := number_in(params.get("by", ""))) is not None:
        found["by"] = by
    if params.get("source") in Source.values:
        found["source"] = params["source"]
    if params.get("type") in {record_type.name for record_type in all_types()}:
        found["record_type"] = params["type"]
    return found


def line_of(row: ChangeSet, user: Any, *, is_hidden: bool) -> Line:
    return Line(
        row, "" if is_hidden else str(row), when(row.at), shown.datetime(row.at, "long"), may_undo(user, row)
    )


def out_of_sight(rows: Sequence[ChangeSet], user: Any) -> set[int]:
    """Those of the change sets about one record that this person does not see: their sentence would name it."""
    single = [row.pk for row in rows if row.record_count == 1 and row.by_id != user.pk]
    touched = FieldChange.objects.filter(change_set__in=single).values_list(
        "change_set_id", "record_type", "record_id"
    )
    pairs = list(touched.distinct())
    owners = _owners({(name, pk) for _change_set, name, pk in pairs})
    by_type: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for change_set, name, pk in pairs:
        kind, owner = owners.get((name, pk), (name, pk))
        by_type[kind][owner].add(change_set)
    hidden: set[int] = set()
    types = {record_type.name: record_type for record_type in all_types()}
    for name, ids in by_type.items():
        record_type = types.get(name)
        seen = visible_ids(record_type, ids, user) if record_type else set()
        hidden |= {change_set for pk, sets in ids.items() if pk not in seen for change_set in sets}
    return hidden


def _owners(ids: Iterable[Owner]) -> dict[Owner, Owner]:
    """What those of the rows belong to that have no screen of their own: notes, followers, lines."""
    types = {record_type.name for record_type in all_types()}
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, pk in ids:
        if kind not in types:
            by_kind[kind].add(pk)
    found: dict[Owner, Owner] = {}
    for kind, of_kind in by_kind.items():
        found |= {(kind, pk): owner for pk, owner in owners_of(model_of(kind), of_kind).items()}
    return found


def visible_ids(record_type: RecordType, ids: Any, user: Any, *, is_own: bool = False) -> set[int]:
    """Those of the ids this person sees; leaders, and whoever deleted them, also those that are no longer there."""
    wanted = set(ids)
    seen = set(record_type.known_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
    if user.is_leader or is_own:
        there = set(record_type.model._base_manager.filter(pk__in=wanted - seen).values_list("pk", flat=True))
        seen |= wanted - seen - there
    return seen


# -- one change set


@dataclass(slots=True)
class Touched:
    """One record in a change set: name, address while it is there, rows. `kind`: created, deleted, changed."""

    record_type: RecordType | None
    record_id: int
    title: str = ""
    url: str = ""
    kind: str = "changed"
    rows: list[Row] = field(default_factory=list)
    record: Any = None


def touched_records(change_set: ChangeSet, user: Any) -> tuple[list[Touched], int]:
    """What it did to each record this person may see, and how many records are left out.

    What was done to rows without a screen of their own was done to the record they belong to.
    """
    rows = FieldChange.objects.filter(change_set=change_set).values_list("record_type", "record_id")
    written = list(rows.distinct()[: MOST_RECORDS + 1])
    owners = _owners(written)
    ids = list(dict.fromkeys(owners.get(one, one) for one in written))
    shown_ids = ids[:MOST_RECORDS]
    of_shown = Q()
    for name in {name for name, _pk in shown_ids}:
        of_shown |= Q(record_type=name, record_id__in=[pk for kind, pk in shown_ids if kind == name])
    changes = (
        list(FieldChange.objects.filter(of_shown, change_set=change_set).order_by("pk")) if shown_ids else []
    )
    words = Words([one for one in changes if one.field and is_shown(one)], user=user)
    found = _named(shown_ids, user, is_own=change_set.by_id == user.pk)
    for change in changes:
        touched = found.get((change.record_type, change.record_id))
        if touched is not None:
            _add(touched, change, words)
    _add_parts(found, change_set, user)
    is_of_screens = change_set.record_type not in {kind for kind, _pk in owners}
    total = change_set.record_count if is_of_screens else 0
    return list(found.values()), max(0, max(total, len(ids)) - len(found))


def _add_parts(found: dict[tuple[str, int], Touched], change_set: ChangeSet, user: Any) -> None:
    for owner, touched in found.items():
        if touched.record_type is not None:
            told = told_of_parts(
                [owner], touched.record_type.model, [change_set.pk], user=user, record=touched.record
            )
            touched.rows[:0] = [row for _number, row in told]


def _named(ids: Sequence[tuple[str, int]], user: Any, *, is_own: bool) -> dict[tuple[str, int], Touched]:
    types = {record_type.name: record_type for record_type in all_types()}
    found: dict[tuple[str, int], Touched] = {}
    for name in dict.fromkeys(name for name, _pk in ids):
        record_type = types.get(name)
        if record_type is None:
            continue
        wanted = [pk for kind, pk in ids if kind == name]
        there = record_type.known_to(user).in_bulk(wanted)
        gone = visible_ids(record_type, wanted, user, is_own=is_own) - there.keys()
        for pk in wanted:
            if pk in there:
                title, url = record_type.title(there[pk]), record_type.url_of(pk)
                found[(name, pk)] = Touched(record_type, pk, title, url, record=there[pk])
            elif pk in gone:
                found[(name, pk)] = Touched(record_type, pk, f"#{pk}")
    return found


def _add(touched: Touched, change: FieldChange, words: Words) -> None:
    if change.is_creation:
        touched.kind = "created"
    elif change.is_deletion:
        touched.kind = "deleted"
        if touched.record_type is not None:
            kept = json.loads(change.old or "{}")
            touched.title = kept.get(touched.record_type.title_field) or touched.title
    elif is_shown(change):
        touched.rows.append(words.row(change, record=touched.record))


def people_who_changed(user: Any) -> list[tuple[int, str]]:
    """Everybody, for the filter of leaders; others see only their own changes."""
    if not user.is_leader:
        return []
    return [(user.pk, str(user)) for user in get_user_model().objects.order_by("name", "pk")[:500]]
