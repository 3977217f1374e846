"""Changes in words: labels instead of names, formatted values instead of stored ones, names instead of ids."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from kairos.core.custom.columns import Column
from kairos.core.fields import Field, RelationField
from kairos.core.fields import format as shown
from kairos.core.fields.derive import derive
from kairos.core.history.canonical import from_text, kept_fields, tracked_fields
from kairos.core.history.parts import owner_field, part_named
from kairos.core.models import FieldChange
from kairos.core.records import RecordType, type_named

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One changed field: what it is called, what stood there, what stands there now."""

    label: str
    old: str
    new: str


class Words:
    """Turns field changes into rows, asking for the names of related records once per kind of record.

    >>> words = Words(changes, user=request.user)
    >>> words.row(changes[0])
    """

    def __init__(self, changes: Iterable[FieldChange], *, user: Any) -> None:
        self._names: dict[RecordType, dict[int, str]] = {}
        wanted: dict[RecordType, set[int]] = defaultdict(set)
        for change in changes:
            field = field_of(change)
            if isinstance(field, RelationField):
                wanted[field.related_type] |= {
                    pk for text in (change.old, change.new) for pk in _ids(field, text)
                }
        for record_type, ids in wanted.items():
            found = record_type.known_to(user).in_bulk(list(ids)[:1000])
            self._names[record_type] = {pk: record_type.title(record) for pk, record in found.items()}

    def row(self, change: FieldChange, *, record: Any = None) -> Row:
        """`record` lends its currency to amounts."""
        field = field_of(change)
        if field is None:
            return Row(change.field, _cut(change.old or ""), _cut(change.new or ""))
        old, new = (self._text(field, text, record) for text in (change.old, change.new))
        return Row(str(field.label), old, new)

    def _text(self, field: Field, text: str | None, record: Any) -> str:
        if text is None:
            return ""
        if isinstance(field, RelationField):
            names = self._names.get(field.related_type, {})
            return ", ".join(names.get(pk) or _("a record you cannot see") for pk in _ids(field, text))
        value = from_text(field.model_field, text)  # type: ignore[arg-type]
        currency_of = getattr(field, "currency", None)
        if currency_of is not None and record is not None:
            return shown.money(value, currency_of(record))
        return _cut(field.format(value))


def field_of(change: FieldChange) -> Field | None:
    """The field as its record type declares it, of a part as its model does; None for one that is shown nowhere."""
    try:
        return type_named(change.record_type).fields.get(change.field)
    except KeyError:
        part = part_named(change.record_type)
    return _fields_of_part(part).get(change.field) if part else None


@lru_cache(maxsize=32)
def _fields_of_part(part: type[models.Model]) -> dict[str, Field]:
    """What a person gives a part; what follows from it, and whose part it is, says nothing more."""
    hidden = {owner_field(part).name, "custom", *getattr(part, "following", ())}
    return {name: derive(field) for name, field in tracked_fields(part).items() if name not in hidden}


def is_shown(change: FieldChange) -> bool:
    return not change.field or field_of(change) is not None


def _ids(field: Field, text: str | None) -> list[int]:
    if not text:
        return []
    model_field: Any = field.model_field
    if not isinstance(model_field, Column):
        model_field = kept_fields(model_field.model)[field.name]
    value = from_text(model_field, text)
    return value if isinstance(value, list) else [] if value is None else [value]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
