"""Rows that are part of a record: they come with it, go with it, and whoever may change it may change them."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import models

from kairos.core.history.attached import attached_models
from kairos.core.history.canonical import type_name
from kairos.core.models import FieldChange

M = TypeVar("M", bound=type[models.Model])
Owner = tuple[str, int]
_parts: dict[type[models.Model], str] = {}


def part_of(name: str) -> Callable[[M], M]:
    """Class decorator for a model whose rows are part of the record that their foreign key `name` refers to.

    They are deleted and restored with it. Taking a change of theirs back asks the owner's access for the field by
    which it calls them (the `related_name`), and its timeline tells the changes of theirs made together with its own.

    >>> @part_of("quotation")
    ... class QuotationLine(Record): ...
    """

    def register(model: M) -> M:
        _parts[model] = name
        return model

    return register


def owner_field(model: type[models.Model]) -> Any:
    """The foreign key by which rows of this model are part of a record; None where they stand alone."""
    name = _parts.get(model)
    return model._meta.get_field(name) if name else None


def parts_of(owner: type[models.Model]) -> list[type[models.Model]]:
    """The models whose rows are part of records of this one."""
    return [model for model in _parts if owner_field(model).related_model is owner]


def part_named(kind: str) -> type[models.Model] | None:
    """The model of parts that the history calls by this name; None where that is no part of anything."""
    return next((model for model in _parts if type_name(model) == kind), None)


def owners_of(model: type[models.Model], ids: Iterable[int]) -> dict[int, Owner]:
    """What each row belongs to, or did before it was deleted: the name of its kind and its number.

    Nothing for rows that stand alone. Two queries.
    """
    wanted = set(ids)
    field = owner_field(model)
    if not wanted or (field is None and model not in attached_models()):
        return {}
    rows = model._base_manager.filter(pk__in=wanted)
    if field is not None:
        kind = type_name(field.related_model)
        found = {pk: (kind, owner) for pk, owner in rows.values_list("pk", field.attname)}
    else:
        found = {pk: (kind, owner) for pk, kind, owner in rows.values_list("pk", "record_type", "record_id")}
    for pk, snapshot in snapshots_of(model, wanted - found.keys()):
        kept = json.loads(snapshot)
        if field is not None:
            found[pk] = (kind, int(kept[field.name]))
        else:
            found[pk] = (kept["record_type"], int(kept["record_id"]))
    return found


def snapshots_of(model: type[models.Model], gone: set[int]) -> Iterable[tuple[int, str]]:
    """What was there when these rows were deleted, the last time last."""
    if not gone:
        return []
    rows = FieldChange.objects.filter(record_type=type_name(model), record_id__in=gone, field="")
    return [(row.record_id, str(row.old)) for row in rows.exclude(old=None).order_by("pk")]
