"""The mapping as a form: what is asked about each column, and what the answers amount to."""

import json
from collections import Counter
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kairos.core.fields import Field, RelationField
from kairos.core.imports.finders import Finder
from kairos.core.imports.guessing import distinct_texts, has_values
from kairos.core.imports.layout import finder_for, may_create, own_names, targets_of
from kairos.core.imports.mapping import Column, Mapping
from kairos.core.imports.words import matcher_for
from kairos.core.tables import ColumnProfile, DateOrder, NumberStyle, Table, name_key, sniff_columns

VALUES_SHOWN = 60
RECORDS_OFFERED = 300
ORDERED = {"date", "datetime"}
STYLED = {"money", "number", "percent", "decimal"}
SCALED = {"money", "percent"}
SCALES = ("100", "1000", "10000", "1000000", "100000000")


@dataclass(slots=True)
class ValueRow:
    """One text of a column and what it means: `choice` is one of the column's options."""

    number: int
    text: str
    count: int
    choice: str
    found: str
    options: list[tuple[str, str]]


@dataclass(slots=True)
class ColumnRow:
    """One column of the file as the mapping page shows it."""

    index: int
    header: str
    samples: list[str]
    filled: int
    profile: ColumnProfile
    column: Column | None
    target: Field | None
    values: list[ValueRow] = field(default_factory=list)
    same: int = 0
    left_out: int = 0
    can_create: bool = False
    creates: bool = False

    @property
    def asks_order(self) -> bool:
        return self.target is not None and self.target.kind in ORDERED

    @property
    def asks_style(self) -> bool:
        if self.target is None or self.target.kind not in STYLED:
            return False
        return (
            self.target.kind == "money" or self.profile.is_ambiguous or len(self.profile.number_styles) == 1
        )

    @property
    def asks_scale(self) -> bool:
        return self.target is not None and self.target.kind in SCALED


@dataclass(slots=True)
class DefaultRow:
    """A field that no column gives, and its value for new records."""

    name: str
    label: str
    value: str
    options: list[tuple[str, str]]


def column_rows(record_type: Any, mapping: Mapping, table: Table, *, user: Any) -> list[ColumnRow]:
    """Every column with what may be asked about it."""
    targets = targets_of(record_type)
    profiles = sniff_columns(table)
    mapped = {h: c for h, c in mapping.columns.items() if c.field in targets}
    wanted = {h: c for h, c in mapped.items() if has_values(targets[c.field]) and h in table.header}
    texts = distinct_texts(table, {h: targets[c.field].kind in MANY for h, c in wanted.items()})
    names = own_names(record_type, mapping, table)
    rows = []
    for profile in profiles:
        column = mapped.get(profile.header)
        target = targets[column.field] if column else None
        samples = [text for text, _count in profile.samples[:3]]
        filled = round(100 * profile.fill_rate)
        row = ColumnRow(profile.index, profile.header, samples, filled, profile, column, target)
        if column and target is not None and profile.header in texts:
            own = names if getattr(target, "related_model", None) is record_type.model else set()
            _add_values(record_type, mapping, row, target, texts[profile.header], user=user, names=own)
        rows.append(row)
    return rows


MANY = {"relations", "people", "tags"}


def _add_values(
    record_type: Any,
    mapping: Mapping,
    row: ColumnRow,
    target: Field,
    texts: Counter[str],
    *,
    user: Any,
    names: set[str],
) -> None:
    finder = finder_for(record_type, target, mapping, user=user)
    if isinstance(target, RelationField):
        row.can_create = may_create(target, user)
        row.creates = mapping.create_missing.get(target.name, False)
    options = _options(record_type, target, finder, can_create=row.can_create)
    found_for = _finding(target, finder)
    given = row.column.values if row.column else {}
    shown = []
    for text, count in texts.most_common():
        found, score = found_for(text)
        if text not in given and (found == text or name_key(text) in names):
            row.same += 1
            continue
        shown.append((score == 100, ValueRow(0, text, count, _choice(given, text), found, options)))
    shown.sort(key=lambda pair: pair[0])
    row.left_out = max(0, len(shown) - VALUES_SHOWN)
    row.values = [value for _same, value in shown[:VALUES_SHOWN]]
    for number, value in enumerate(row.values):
        value.number = number
        if value.choice and value.choice not in dict(value.options):
            value.options = [*value.options, (value.choice, _described(given.get(value.text)))]


def _finding(target: Field, finder: Finder | None) -> Any:
    matcher = matcher_for(target) if finder is None else None

    def find(text: str) -> tuple[str, int]:
        if finder is not None:
            found = finder.guess(text)
            return (str(found[0]), found[1]) if found else ("", 0)
        match = matcher.match(text) if matcher else None
        return (target.format(match[0]), match[1]) if match else ("", 0)

    return find


def _options(
    record_type: Any, target: Field, finder: Finder | None, *, can_create: bool
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if can_create:
        found.append(("create", _("Create it")))
    found += [("empty", _("Leave empty")), ("skip", _("Leave the row out"))]
    targets = targets_of(record_type)
    for values in record_type.import_rules.offered.get(target.name, ()):
        words = [f"{targets[name].label}: {targets[name].format(value)}" for name, value in values.items()]
        found.append((f"set:{json.dumps(values)}", ", ".join(words)))
    if finder is not None and finder.is_small():
        titles = [(f"id:{r.pk}", finder.record_type.title(r)) for r in finder.records()[:RECORDS_OFFERED]]
        found += sorted(titles, key=lambda pair: pair[1].casefold())
    elif finder is None:
        found += [(f"text:{value}", str(label)) for value, label in target.choices()]  # type: ignore[attr-defined]
    return found


def _choice(given: Dict[str, Any], text: str) -> str:
    """The option that stands for a meaning in the mapping."""
    if text not in given:
        return ""
    meaning = given[text]
    if meaning in (None, ""):
        return "empty"
    if isinstance(meaning, str):
        return f"text:{meaning}"
    if meaning.get("skip"):
        return "skip"
    if isinstance(meaning.get("id"), int):
        return f"id:{meaning['id']}"
    if meaning.get("create"):
        return "create" if meaning["create"] is True else f"text:{meaning['create']}"
    return f"set:{json.dumps(meaning)}"


def _described(meaning: Any) -> str:
    return meaning if isinstance(meaning, str) else json.dumps(meaning, ensure_ascii=False)


def default_rows(record_type: Any, mapping: Mapping) -> list[DefaultRow]:
    """Fields of new records that no column gives: those with a value, and those with few values to choose from."""
    rows = []
    for name, target in targets_of(record_type).items():
        if name in mapping.fields or name == record_type.title_field or target.kind in MANY:
            continue
        given = mapping.defaults.get(name, "")
        is_asked = has_values(target) and target.kind not in ("country", "language")
        if given == "" and not is_asked:
            continue
        options = [] if isinstance(target, RelationField) else [(str(v), str(l)) for v, l in target.choices()]  # type: ignore[attr-defined]  # noqa: E741
        value = f"#{given['id']}" if isinstance(given, dict) else str(given)
        rows.append(DefaultRow(name, str(target.label), value, options))
    return rows


def mapping_from_form(data: Any, record_type: Any, mapping: Mapping, header: list[str]) -> Mapping:
    """The mapping a form describes; `mapping` is the one it was made from, for what the form does not ask."""
    new = Mapping(file=mapping.file, time_zone=mapping.time_zone)
    targets = targets_of(record_type)
    for index, name in enumerate(header):
        chosen = data.get(f"field-{index}", "")
        if chosen in targets:
            old = mapping.columns.get(name)
            same = old if old is not None and old.field == chosen else None
            new.columns[name] = _column_from(data, index, chosen, same)
            if isinstance(targets[chosen], RelationField):
                asked = f"asked-create-{index}" in data
                new.create_missing[chosen] = (
                    f"create-{index}" in data if asked else mapping.create_missing.get(chosen, True)
                )
    kinds = [kind for kind in data.get("match_by", "").split(",") if kind]
    new.match_by = [kind for kind in kinds if kind in ("external_id", "email", "phone", "name")]
    new.defaults = {
        name: _default(data[f"default-{name}"].strip(), mapping.defaults.get(name))
        for name in targets
        if data.get(f"default-{name}", "").strip() and name not in new.fields
    }
    title = record_type.title_field
    if title not in new.fields and data.get("template", "").strip():
        new.templates = {title: data["template"].strip()[:500]}
    return new


def _default(text: str, before: Any) -> Any:
    return before if isinstance(before, dict) and text == f"#{before.get('id')}" else text


def _column_from(data: Any, index: int, chosen: str, old: Column | None) -> Column:
    column = Column(chosen)
    if old is not None:
        column = Column(chosen, dict(old.values), old.date_order, old.number_style, old.multiply)
    order, style = data.get(f"order-{index}", ""), data.get(f"style-{index}", "")
    column.date_order = DateOrder(order) if order in list(DateOrder) else column.date_order
    column.number_style = NumberStyle(style) if style in list(NumberStyle) else column.number_style
    scale = data.get(f"multiply-{index}")
    column.multiply = scale if scale in SCALES else "" if scale == "" else column.multiply
    for number in range(VALUES_SHOWN):
        text = data.get(f"text-{index}-{number}")
        if text is None or old is None:
            break
        _take_meaning(column, text, data.get(f"value-{index}-{number}", ""))
    return column


def _take_meaning(column: Column, text: str, choice: str) -> None:
    kind, _colon, rest = choice.partition(":")
    meanings: dict[str, Any] = {"create": {"create": True}, "skip": {"skip": True}, "empty": None}
    if kind in meanings:
        column.values[text] = meanings[kind]
    elif kind == "id" and rest.isascii() and rest.isdigit():
        column.values[text] = {"id": int(rest)}
    elif kind == "text":
        column.values[text] = rest
    elif kind == "set":
        try:
            values = json.loads(rest)
        except ValueError:
            return
        if isinstance(values, dict) and all(isinstance(value, str) for value in values.values()):
            column.values[text] = values
    else:
        column.values.pop(text, None)
