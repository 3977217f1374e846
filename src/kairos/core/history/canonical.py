"""How a value is written in the history: one text per value, the same on both databases.

Nothing is None; booleans are "true"/"false"; whole numbers and foreign keys their digits; money whole thousandths;
decimals with the places of their column; dates and times ISO 8601 in UTC; JSON with sorted keys; related records a JSON
list of sorted ids; of a custom field the JSON that is stored.
"""

import datetime as dt
import json
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from kairos.core.custom.columns import Column
from kairos.core.models import MoneyField


def to_text(field: models.Field[Any, Any], value: Any) -> str | None:
    """The canonical text of a field's value; a many-to-many field's value is its related ids."""
    if isinstance(field, Column):
        return field.text_of(field.encode(value))
    if value is None:
        return None
    if field.many_to_many:
        return json.dumps(sorted(_ids(value)))
    if isinstance(field, models.ForeignKey):
        return str(getattr(value, "pk", value))
    if isinstance(field, models.JSONField):
        return json.dumps(value, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    if isinstance(field, MoneyField):
        return str(field.get_prep_value(value))
    if isinstance(field, models.DecimalField):
        # As the column gives it back, however it was written: 33 and 33.000 are one value.
        return f"{field.to_python(value):.{field.decimal_places}f}"
    return _plain(field.to_python(value))


def _plain(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def from_text(field: models.Field[Any, Any], text: str | None) -> Any:
    """The value a canonical text stands for; a foreign key's value is the id."""
    if isinstance(field, Column):
        return field.decode(json.loads(text or "null"))
    if text is None:
        return None
    if field.many_to_many or isinstance(field, models.JSONField):
        return json.loads(text)
    if isinstance(field, models.ForeignKey):
        return int(text)
    if isinstance(field, MoneyField):
        return Decimal(int(text)) / 1000
    if isinstance(field, models.BooleanField):
        return text == "true"
    if isinstance(field, models.DateTimeField):
        return dt.datetime.fromisoformat(text)
    return field.to_python(text)


def _ids(value: Iterable[Any]) -> list[int]:
    return [int(getattr(item, "pk", item)) for item in value]


@lru_cache(maxsize=128)
def tracked_fields(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    """The fields of a model whose changes are remembered: every stored one it does not name in `untracked`."""
    untracked: frozenset[str] = getattr(model, "untracked", frozenset())
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {f.name: f for f in fields if f.name not in untracked and not isinstance(f, models.GeneratedField)}


@lru_cache(maxsize=128)
def kept_fields(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    """What a deletion must remember to bring the record back: every stored field, and its related ids."""
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {f.name: f for f in fields if not isinstance(f, models.GeneratedField)}


def type_name(model: type[models.Model]) -> str:
    """The name of a model's records in history and search: singular, lower case; a proxy's are its model's."""
    return str((model._meta.concrete_model or model)._meta.model_name)


def snapshot(record: models.Model, related: dict[str, list[int]]) -> str:
    """The whole record as JSON; `related` gives the ids of its many-to-many fields."""
    values = {
        name: to_text(field, related.get(name, []) if field.many_to_many else getattr(record, field.attname))
        for name, field in kept_fields(type(record)).items()
    }
    return json.dumps(values, sort_keys=True, ensure_ascii=False)


def present_text(field: Any, record: Any) -> str | None:
    """The canonical text of what stands in a record now; of many-to-many fields ask for the ids."""
    if isinstance(field, Column):
        return field.text_of(field.stored_in(record))
    return to_text(field, getattr(record, field.attname))


def canonical_equal(field: models.Field[Any, Any], one: Any, other: Any) -> bool:
    return to_text(field, one) == to_text(field, other)
