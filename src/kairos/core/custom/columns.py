"""What stands in for a column of the table: one custom field, typed, kept as JSON under its key.

A column is a field of Django's that belongs to no table, so that whoever asks what kind of value a field holds finds
the answer where it is for every other field. In the history a value is the JSON that is stored.
"""

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from kairos.core.fields.base import one
from kairos.core.models.custom_values import PREFIX
from kairos.core.models.money import THOUSANDTH, MoneyField

LONGEST = 10_000
MOST_CHOSEN = 100


class Column:
    """`storage` says how the database reads it, see `core.models.custom_values`."""

    storage: ClassVar[str]
    name: str
    key: str
    related_model: Any

    def encode(self, value: Any) -> Any:
        """The value as JSON, None for nothing. Raises `ValidationError` for what this field cannot hold."""
        raise NotImplementedError

    def decode(self, stored: Any) -> Any:
        """The value some stored JSON means; None for what is of another kind."""
        raise NotImplementedError

    def value_in(self, record: Any) -> Any:
        return self.decode(self.stored_in(record))

    def stored_in(self, record: Any) -> Any:
        return (record.custom or {}).get(self.key)

    def text_of(self, stored: Any) -> str | None:
        """How the history writes what is stored."""
        return None if stored is None else json.dumps(stored, ensure_ascii=False)

    def stored_as(self, text: str | None) -> Any:
        """What the history's text stands for. Raises `ValueError` where this field can no longer hold it."""
        stored = None if text is None else json.loads(text)
        if stored is not None and self.decode(stored) is None:
            raise ValueError(text)
        return stored


def column_named(name: str) -> Any:
    """The column of this name, also of a field that is archived; None for every other name."""
    if not name.startswith(PREFIX):
        return None
    from kairos.core.custom.definitions import current

    return current().columns.get(name)


def model_field(model: type[models.Model], name: str) -> Any:
    """The model's field of this name, or the column of its custom field. Raises `FieldDoesNotExist`."""
    return column_named(name) or model._meta.get_field(name)


def encoded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored JSON by key, of values by name. What is empty is not kept at all."""
    found = {}
    for name, value in values.items():
        column = column_named(name)
        if column is None:
            raise ValidationError(_("There is no field “%(name)s”."), params={"name": name})
        stored = column.encode(value)
        if stored is not None:
            found[column.key] = stored
    return found


class TextColumn(Column, models.TextField[Any, Any]):
    storage = "text"

    def encode(self, value: Any) -> str | None:
        text = one("" if value is None else value)
        if len(text) > (self.max_length or LONGEST):
            raise ValidationError(
                _("At most %(limit)s characters, this has %(count)s."),
                code="max_length",
                params={"limit": self.max_length, "count": len(text)},
            )
        return text or None

    def decode(self, stored: Any) -> str | None:
        return stored if isinstance(stored, str) else None


class AmountColumn(Column, MoneyField):
    """A number or an amount, kept in whole thousandths, as every amount is."""

    storage = "amount"
    decimal_places = 3
    max_digits = 15

    def encode(self, value: Any) -> int | None:
        return self.get_prep_value(value)

    def decode(self, stored: Any) -> Decimal | None:
        return (Decimal(stored) / 1000).quantize(THOUSANDTH) if type(stored) is int else None


class DayColumn(Column, models.DateField[Any, Any]):
    storage = "day"

    def encode(self, value: Any) -> str | None:
        day = self.to_python(value or None)
        return None if day is None else day.isoformat()

    def decode(self, stored: Any) -> dt.date | None:
        try:
            return dt.date.fromisoformat(stored) if isinstance(stored, str) and len(stored) == 10 else None
        except ValueError:
            return None


class TimeColumn(Column, models.TimeField[Any, Any]):
    storage = "time"

    def encode(self, value: Any) -> str | None:
        time = self.to_python(None if value == "" else value)
        return None if time is None else time.replace(microsecond=0, tzinfo=None).isoformat()

    def decode(self, stored: Any) -> dt.time | None:
        try:
            return dt.time.fromisoformat(stored) if isinstance(stored, str) and len(stored) == 8 else None
        except ValueError:
            return None


class TruthColumn(Column, models.BooleanField[Any, Any]):
    """Only a yes is kept; everything else is a no."""

    storage = "truth"

    def encode(self, value: Any) -> bool | None:
        return True if value is True or value == "true" else None

    def decode(self, stored: Any) -> bool | None:
        return True if stored is True else None if stored is not None else False


class LinkColumn(Column, models.BigIntegerField[Any, Any]):
    """Another record by its number. It is no foreign key: the record may be gone, and is nothing then."""

    storage = "link"

    def encode(self, value: Any) -> int | None:
        pk = getattr(value, "pk", value)
        if pk in (None, ""):
            return None
        if type(pk) is not int or not 0 < pk < 2**63:
            raise ValidationError(_("This choice is not available."), code="choice")
        return pk

    def decode(self, stored: Any) -> int | None:
        return stored if type(stored) is int else None

    def value_in(self, record: Any) -> Any:
        """The record itself; asked for when it is not at hand (see `listing.related.attach`)."""
        pk = self.decode(self.stored_in(record))
        if pk is None:
            return None
        at_hand = vars(record).setdefault("_linked", {})
        if self.name not in at_hand or at_hand[self.name][0] != pk:
            at_hand[self.name] = (pk, self.related_model._base_manager.filter(pk=pk).first())
        return at_hand[self.name][1]

    def is_at_hand(self, record: Any) -> bool:
        """Whether `value_in` would answer without asking the database."""
        if self.decode(self.stored_in(record)) is None:
            return True
        known = vars(record).get("_linked", {}).get(self.name)
        return known is not None and known[0] == self.decode(self.stored_in(record))

    def put_at_hand(self, record: Any, other: Any) -> None:
        vars(record).setdefault("_linked", {})[self.name] = (self.decode(self.stored_in(record)), other)


class SeveralColumn(Column, models.JSONField):
    storage = "several"

    def encode(self, value: Any) -> list[str] | None:
        given = [str(item) for item in value or ()]
        if len(given) > MOST_CHOSEN:
            raise ValidationError(_("At most %(most)s entries."), code="most", params={"most": MOST_CHOSEN})
        return sorted(dict.fromkeys(map(one, given))) or None

    def value_in(self, record: Any) -> list[str]:
        return self.decode(self.stored_in(record)) or []

    def decode(self, stored: Any) -> list[str] | None:
        if stored is None:
            return []
        return stored if isinstance(stored, list) and all(isinstance(item, str) for item in stored) else None
