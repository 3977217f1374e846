"""What happened to the parts of a record, in words: one more, one less, one changed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from kairos.core.editing.words import LONGEST, Row, Words, is_shown
from kairos.core.history.canonical import from_text, kept_fields, type_name
from kairos.core.history.parts import Owner, owners_of, parts_of, snapshots_of
from kairos.core.models import FieldChange

MOST = 400
Told = tuple[int, Row]  # the number of the change set, and what it did


def told_of_parts(
    owners: Sequence[Owner],
    model: type[models.Model],
    change_sets: Iterable[int],
    *,
    user: Any,
    record: Any = None,
) -> list[Told]:
    """What change sets did to the parts of these records of one model; `record` lends its currency to amounts.

    One query where the model has parts, and up to four for each kind of part that was touched.
    """
    kinds = {type_name(part): part for part in parts_of(model)}
    if not kinds:
        return []
    rows = list(_read(list(kinds), change_sets))
    found: list[Told] = []
    for kind, part in kinds.items():
        of_kind = [row for row in rows if row.record_type == kind]
        owned = owners_of(part, {row.record_id for row in of_kind})
        of_kind = [row for row in of_kind if owned.get(row.record_id) in owners]
        if of_kind:
            found += _told(part, of_kind, user=user, record=record)
    return found


def _read(kinds: list[str], change_sets: Iterable[int]) -> models.QuerySet[FieldChange]:
    of_parts = Q(change_set__in=list(change_sets), record_type__in=kinds)
    return FieldChange.objects.filter(of_parts).order_by("pk")[:MOST]


def _told(part: type[models.Model], rows: list[FieldChange], *, user: Any, record: Any) -> list[Told]:
    words = Words([row for row in rows if row.field and is_shown(row)], user=user)
    names = _names(part, rows)
    made: dict[int, set[int]] = defaultdict(set)
    found: list[Told] = []
    for row in rows:
        kind, name = str(part._meta.verbose_name), names.get(row.record_id, "")
        if row.is_creation:
            made[row.change_set_id].add(row.record_id)
            found.append((row.change_set_id, Row(kind, "", name)))
        elif row.is_deletion:
            found.append((row.change_set_id, Row(kind, name, "")))
        elif is_shown(row) and row.record_id not in made[row.change_set_id]:
            told = words.row(row, record=record)
            label = f"{name}: {told.label}" if name else told.label
            found.append((row.change_set_id, Row(label, told.old, told.new)))
    return found


def _names(part: type[models.Model], rows: Iterable[FieldChange]) -> dict[int, str]:
    """What the parts are called, or were when they were deleted."""
    ids = {row.record_id for row in rows}
    there = part._base_manager.in_bulk(ids)
    gone = {pk: _as_kept(part, text) for pk, text in snapshots_of(part, ids - there.keys())}
    return {pk: str(one)[:LONGEST] for pk, one in {**gone, **there}.items()}


def _as_kept(part: type[models.Model], snapshot: str) -> models.Model:
    fields = kept_fields(part)
    values = {name: text for name, text in json.loads(snapshot).items() if name in fields}
    return part(
        **{
            fields[name].attname: from_text(fields[name], text)
            for name, text in values.items()
            if not fields[name].many_to_many
        }
    )
