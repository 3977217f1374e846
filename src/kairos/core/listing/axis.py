"""A field's values as the groups of a list or the columns of a board."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from babel import dates
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.core.fields import Field
from kairos.core.fields import format as shown
from kairos.core.history.as_of import midnight
from kairos.core.listing.listing import Listing
from kairos.core.listing.records import Asked

NOTHING = "none"
RELATED = ("relation", "person")
DAYS = ("date", "datetime")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an axis: as an address writes it, as the database knows it, as people read it, and its record."""

    key: str
    value: Any
    label: str
    record: Any = None
    colour: int | None = None


class MonthOf(TruncMonth):
    """The first day of a date's month. SQLite works it out itself: Django would call Python for every row."""

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        sql, params = compiler.compile(self.lhs)
        return f"date({sql}, 'start of month')", params


def expression(field: Field, asked: Asked) -> Any:
    """What a query groups by: the month of a day, the value of anything else."""
    name = asked.name(field.name)
    if field.kind not in DAYS:
        return F(name)
    zone = timezone.get_current_timezone() if field.kind == "datetime" else None
    return TruncMonth(name, tzinfo=zone) if zone else MonthOf(name, output_field=models.DateField())


def normal(field: Field, value: Any) -> Any:
    """One value for everything that is the same group: no value and empty text are one."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return None if value == "" else value


def key_of(field: Field, value: Any) -> str:
    if value is None:
        return NOTHING
    if field.kind in DAYS:
        return f"{value:%Y-%m}"
    return field.raw(value) if field.kind == "boolean" else str(value)


def value_of(field: Field, key: str) -> Any:
    """The value an address means. Raises `ValueError` for what the field can never hold."""
    if key == NOTHING:
        return None
    if field.kind in DAYS:
        month = dt.date.fromisoformat(f"{key}-01")
        if not 1800 <= month.year <= 9000:
            raise ValueError(key)
        return month
    if field.kind == "boolean":
        return {"true": True, "false": False}[key] if key in ("true", "false") else int("x")
    if isinstance(field.model_field, models.IntegerField) or field.kind in RELATED:
        number = int(key) if key.removeprefix("-").isdigit() and len(key) < 19 else None
        if number is None:
            raise ValueError(key)
        return number
    return key


def only(field: Field, value: Any) -> Q:
    """The records of one group, written with the field's own name."""
    name, kind = field.name, field.kind
    if value is None:
        return Q(**{f"{name}__isnull": True}) | (Q(**{name: ""}) if _is_text(field) else Q())
    if kind in DAYS:
        start, end = value, (value.replace(day=1) + dt.timedelta(32)).replace(day=1)
        if kind == "datetime":
            start, end = midnight(start), midnight(end)
        return Q(**{f"{name}__gte": start, f"{name}__lt": end})
    return Q(**{name: value})


def _is_text(field: Field) -> bool:
    return isinstance(field.model_field, models.CharField | models.TextField)


def labelled(listing: Listing, field: Field, values: list[Any]) -> list[Value]:
    """The values in the order people expect, with their words; related records by one query."""
    if field.kind in RELATED:
        return _related(listing, field, values)
    return [Value(key_of(field, v), v, _label(field, v)) for v in _sorted(field, values)]


def day_in(month: dt.date, day: dt.date | None) -> dt.date:
    """The same day of another month, or that month's last; without a day the last one."""
    last = (month.replace(day=1) + dt.timedelta(32)).replace(day=1) - dt.timedelta(1)
    return month.replace(day=min(day.day, last.day)) if day is not None else last


def label_of(field: Field, value: Any) -> str:
    """One value in words: the month of a day, the name of anything else."""
    return field.format(value) if getattr(value, "pk", None) is not None else _label(field, value)


def _label(field: Field, value: Any) -> str:
    if value is None:
        return nothing_label(field)
    if field.kind in DAYS:
        return dates.format_skeleton("yMMMM", value, locale=shown.locale())
    if field.kind == "rating":
        return "★" * value if value else str(_("No stars"))
    return field.format(value)


def nothing_label(field: Field) -> str:
    return str(_("Without %(field)s") % {"field": field.label})


def _sorted(field: Field, values: list[Any]) -> list[Any]:
    filled = [value for value in values if value is not None]
    empty = [None] if len(filled) < len(values) else []
    if field.kind in ("choice",):
        places = {value: place for place, (value, _label) in enumerate(field.choices())}  # type: ignore[attr-defined]
        return [*sorted(filled, key=lambda value: places.get(value, len(places))), *empty]
    if field.kind in ("country", "language", "currency", "text"):
        return [*sorted(filled, key=lambda value: field.format(value).casefold()), *empty]
    return [*sorted(filled, reverse=field.kind in ("datetime", "rating")), *empty]


def _related(listing: Listing, field: Any, values: list[Any]) -> list[Value]:
    kind = field.related_type
    found = in_order(kind, kind.visible_to(listing.user).filter(pk__in=[v for v in values if v is not None]))
    known = [record_value(field, record) for record in found]
    hidden = {v for v in values if v is not None} - {one.value for one in known}
    known += [Value(str(pk), pk, f"#{pk}") for pk in sorted(hidden)]
    return [*known, Value(NOTHING, None, nothing_label(field))] if None in values else known


def record_value(field: Any, record: Any) -> Value:
    """A related record as a value of the axis."""
    return Value(str(record.pk), record.pk, field.related_type.title(record), record)


def in_order(record_type: Any, queryset: models.QuerySet[Any]) -> list[Any]:
    """Related records the way their own list has them."""
    return list(queryset.order_by(*dict.fromkeys([record_type.default_sort, record_type.title_field, "pk"])))
