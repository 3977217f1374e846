"""What the columns of a file mean: the form kept with an import, and the mapping file of the command line."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from kairos.core.imports.problems import NotAMapping
from kairos.core.tables import DateOrder, NumberStyle

PARTS = {"columns", "create_missing", "match_by", "defaults", "templates", "file", "time_zone"}
COLUMN_PARTS = {"field", "values", "date_order", "number_style", "multiply"}
MATCHES = ("external_id", "email", "phone", "name")


@dataclass(slots=True)
class Column:
    """What one column means.

    `values` gives single texts a meaning of their own: null (nothing), another text, `{"id": 4}`, `{"create": true}`,
    `{"skip": true}` (leave the row out) or values for other fields such as `{"status": "won"}`.
    """

    field: str
    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    date_order: DateOrder = DateOrder.YMD
    number_style: NumberStyle = NumberStyle.POINT
    multiply: str = ""

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"field": self.field}
        if self.values:
            found["values"] = self.values
        if self.date_order != DateOrder.YMD:
            found["date_order"] = str(self.date_order)
        if self.number_style != NumberStyle.POINT:
            found["number_style"] = str(self.number_style)
        if self.multiply:
            found["multiply"] = self.multiply
        return found


@dataclass(slots=True)
class Mapping:
    """All that is needed to read a file as records: columns by header, and what to do beyond them.

    `create_missing` says per field whether records it names may be made; `match_by` by what a record is recognised, in
    order; `defaults` are texts for fields of new records; `templates` make a field of new records out of columns.
    """

    columns: dict[str, Column] = dataclasses.field(default_factory=dict)
    create_missing: dict[str, bool] = dataclasses.field(default_factory=dict)
    match_by: list[str] = dataclasses.field(default_factory=list)
    defaults: dict[str, Any] = dataclasses.field(default_factory=dict)
    templates: dict[str, str] = dataclasses.field(default_factory=dict)
    file: dict[str, str] = dataclasses.field(default_factory=dict)
    time_zone: str = ""

    @property
    def fields(self) -> set[str]:
        return {column.field for column in self.columns.values()}

    def header_of(self, name: str) -> str:
        """The column mapped to a field; empty text for none."""
        return next((header for header, column in self.columns.items() if column.field == name), "")

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"columns": {h: column.as_json() for h, column in self.columns.items()}}
        for part in ("create_missing", "match_by", "defaults", "templates", "file", "time_zone"):
            if getattr(self, part):
                found[part] = getattr(self, part)
        return found


def mapping_from(data: Any) -> Mapping:
    """The mapping that JSON describes. Raises `NotAMapping`, which says where it is not in form."""
    _need(isinstance(data, dict), "{…}")
    _known(data, PARTS | {"template"}, "mapping")
    columns = _dictionary(data, "columns")
    match_by = data.get("match_by") or []
    match_by = [match_by] if isinstance(match_by, str) else match_by
    _need(isinstance(match_by, list) and all(kind in MATCHES for kind in match_by), "match_by")
    zone = data.get("time_zone") or ""
    _need(isinstance(zone, str), "time_zone")
    templates = _texts(data, "templates") | _texts(data, "template")
    return Mapping(
        columns={str(header): _column(str(header), column) for header, column in columns.items() if column},
        create_missing={str(k): v is True for k, v in _dictionary(data, "create_missing").items()},
        match_by=match_by,
        defaults=_defaults(_dictionary(data, "defaults")),
        templates=templates,
        file=_texts(data, "file"),
        time_zone=zone,
    )


def _column(header: str, data: Any) -> Column:
    if isinstance(data, str):
        return Column(field=data)
    where = f"columns.{header}"
    _need(isinstance(data, dict) and isinstance(data.get("field"), str), f"{where}.field")
    _known(data, COLUMN_PARTS, where)
    values = _dictionary(data, "values")
    for text, meaning in values.items():
        _need(meaning is None or isinstance(meaning, str | dict), f"{where}.values.{text}")
    try:
        order = DateOrder(data.get("date_order") or DateOrder.YMD)
        style = NumberStyle(data.get("number_style") or NumberStyle.POINT)
    except ValueError as error:
        raise NotAMapping(where=where) from error
    multiply = data.get("multiply") or ""
    _need(isinstance(multiply, str | int | float) and _is_factor(str(multiply)), f"{where}.multiply")
    return Column(data["field"], dict(values), order, style, str(multiply))


def _is_factor(text: str) -> bool:
    if not text:
        return True
    whole, _dot, part = text.partition(".")
    return 0 < len(text) <= 16 and (whole + part).isascii() and (whole + part).isdigit() and float(text) > 0


def _defaults(data: dict[str, Any]) -> dict[str, Any]:
    for name, value in data.items():
        fits = isinstance(value, str | int | float) or (
            isinstance(value, dict) and isinstance(value.get("id"), int)
        )
        _need(fits and not isinstance(value, bool), f"defaults.{name}")
    return dict(data)


def _dictionary(data: dict[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name) or {}
    _need(isinstance(found, dict), name)
    return found


def _texts(data: dict[str, Any], name: str) -> dict[str, str]:
    found = _dictionary(data, name)
    _need(all(isinstance(value, str) and len(value) <= 500 for value in found.values()), name)
    return dict(found)


def _known(data: dict[str, Any], names: set[str], where: str) -> None:
    unknown = sorted(set(map(str, data)) - names)
    _need(not unknown, f"{where}.{unknown[0]}" if unknown else where)


def _need(fits: bool, where: str) -> None:
    if not fits:
        raise NotAMapping(where=where[:100])
