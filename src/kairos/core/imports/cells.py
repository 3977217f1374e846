"""A cell as the value of a field, by what the mapping says about its column."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from kairos.core.fields import Field
from kairos.core.imports.mapping import Column
from kairos.core.imports.problems import NotAChoice, NotWhole
from kairos.core.imports.words import matcher_for
from kairos.core.tables import (
    ValueMatcher,
    means_nothing,
    parse_boolean,
    parse_date,
    parse_datetime,
    parse_decimal,
)

SEVERAL = re.compile(r"[,;|、；，\n]")
NUMBERS = {"number", "year", "percent", "rating", "colour"}
Parser = Callable[[Any], Any]


def parser_for(field: Field, column: Column, *, user: Any) -> Parser:
    """The function that turns a cell into this field's value; it raises `ValidationError` or a `CellError`."""
    if field.kind in NUMBERS:
        return _number(field, column, user)
    if field.kind in ("money", "decimal"):
        return _money(field, column, user)
    if field.kind == "date":
        return lambda cell: field.clean(parse_date(cell, column.date_order).isoformat(), user=user)
    if field.kind == "datetime":
        return _moment(field, column, user)
    if field.kind == "boolean":
        return parse_boolean
    if field.kind == "time":
        return lambda cell: field.clean(_time(cell), user=user)
    if field.kind == "choices":
        choice = _choice(field)
        return lambda cell: [*dict.fromkeys(choice(piece) for piece in pieces(cell))]
    if field.kind in ("emails", "phones"):
        return lambda cell: field.clean(pieces(cell), user=user)
    if hasattr(field, "choices") and field.kind != "relation":
        return _choice(field)
    return lambda cell: field.clean(written(cell), user=user)


def _time(cell: Any) -> str:
    """The time of a day in a spreadsheet: a time, a moment, or the part of a day that it is."""
    if isinstance(cell, dt.datetime | dt.time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 24 * 60)
        return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
    return written(cell)


def pieces(cell: Any) -> list[str]:
    """The entries of a cell that lists several."""
    return [piece.strip() for piece in SEVERAL.split(written(cell)) if not means_nothing(piece)]


def written(cell: Any) -> str:
    """A cell as people would write it: 1 and not 1.0, 2026-11-23 and not its midnight."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float):
        return f"{parse_decimal(cell):f}"
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def _scaled(cell: Any, column: Column) -> Decimal:
    number = parse_decimal(cell, column.number_style)
    return number * Decimal(column.multiply) if column.multiply else number


def _number(field: Field, column: Column, user: Any) -> Parser:
    def parse(cell: Any) -> Any:
        number = _scaled(cell, column)
        whole = number.to_integral_value()
        if whole != number and field.kind != "percent":
            raise NotWhole(written(cell))
        return field.clean(f"{whole:f}", user=user)

    return parse


def _money(field: Field, column: Column, user: Any) -> Parser:
    return lambda cell: field.clean(f"{_scaled(cell, column):f}", user=user)


def _moment(field: Field, column: Column, user: Any) -> Parser:
    def parse(cell: Any) -> Any:
        try:
            moment = parse_datetime(cell, column.date_order, timezone.get_current_timezone())
        except OverflowError as error:
            raise ValidationError(str(error)) from error
        return field.clean(moment.isoformat(), user=user)

    return parse


def _choice(field: Field) -> Parser:
    matcher: ValueMatcher = matcher_for(field)

    def parse(cell: Any) -> Any:
        found = matcher.match(written(cell))
        if found is None or found[1] < 100:
            raise NotAChoice(written(cell))
        return found[0]

    return parse
