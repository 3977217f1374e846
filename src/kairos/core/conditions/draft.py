"""A condition while somebody builds it: rows that may still be empty or wrong.

The form names its inputs by place: c.group=all, c.0.field, c.0.op, c.0.value, c.1.group=any, c.1.0.field. Numbers only
order; they keep gaps where rows went away, so that what stays keeps its name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from kairos.core.conditions.days import NAMED, Day, Period, Span, Stretch
from kairos.core.conditions.parse import DEEPEST, MOST_LEAVES, parse
from kairos.core.conditions.paths import find_path
from kairos.core.conditions.query import read_days, written_days
from kairos.core.conditions.tree import All, BadCondition, Condition, Leaf, Not, Some, grouped, plain
from kairos.core.conditions.values import DAYS, LISTS
from kairos.core.fields import Field
from kairos.core.fields.base import EMPTINESS
from kairos.core.records.record_type import RecordType

ROOT = "c"
NAME = re.compile(r"c((?:\.\d{1,4}){0,7})\.(group|field|op|value|when|day|count|unit|start|end)", re.ASCII)
TO_LIST = {"is": "in", "is_not": "not_in"}


@dataclass(slots=True)
class Row:
    """One comparison as the form holds it. `error` is a sentence once a given value cannot be meant."""

    name: str
    values: dict[str, list[str]] = field(default_factory=dict)
    error: str = ""

    def get(self, part: str) -> str:
        return (self.values.get(part) or [""])[0]

    @property
    def chosen(self) -> list[str]:
        return [text for text in self.values.get("value", []) if text]


@dataclass(slots=True)
class Group:
    """`kind` is "all", "any", or "not" for none of its children."""

    name: str
    kind: str = "all"
    children: list["Row | Group"] = field(default_factory=list)

    def add(self, made: type["Row"] | type["Group"]) -> "Row | Group":
        number = 1 + max((int(child.name.rpartition(".")[2]) for child in self.children), default=-1)
        child = made(f"{self.name}.{number}")
        self.children.append(child)
        return child

    def everything(self) -> Iterator["Row | Group"]:
        yield self
        for child in self.children:
            yield from child.everything() if isinstance(child, Group) else [child]

    @property
    def depth(self) -> int:
        return self.name.count(".")


# -- from the form


def read_draft(data: MultiValueDict[str, str]) -> Group:
    """The draft a form sent; what it names wrongly is left out."""
    parts: dict[tuple[int, ...], dict[str, list[str]]] = {}
    for name in list(data)[: MOST_LEAVES * 12]:
        if match := NAME.fullmatch(name):
            place = tuple(int(number) for number in match[1].split(".")[1:])
            parts.setdefault(place, {})[match[2]] = [str(text) for text in data.getlist(name)][:500]
    groups: dict[tuple[int, ...], Group] = {(): Group(ROOT, _kind(parts.get((), {})))}
    for place in sorted(parts, key=lambda place: (len(place), place)):
        parent = groups.get(place[:-1])
        if not place or parent is None or len(place) > DEEPEST - 1:
            continue
        name = ".".join([ROOT, *map(str, place)])
        if "group" in parts[place]:
            groups[place] = Group(name, _kind(parts[place]))
            parent.children.append(groups[place])
        else:
            parent.children.append(Row(name, parts[place]))
    return groups[()]


def _kind(parts: dict[str, list[str]]) -> str:
    kind = (parts.get("group") or ["all"])[0]
    return kind if kind in ("all", "any", "not") else "all"


def change(draft: Group, step: str) -> None:
    """Carry out a button: "add:c.1", "group:c", "remove:c.0"."""
    verb, _colon, name = step.partition(":")
    for group in [one for one in draft.everything() if isinstance(one, Group)]:
        if verb == "add" and group.name == name:
            group.add(Row)
        elif verb == "group" and group.name == name and group.depth < DEEPEST - 3:
            made = group.add(Group)
            made.kind = "all" if group.kind == "any" else "any"  # type: ignore[union-attr]
            made.add(Row)  # type: ignore[union-attr]
        elif verb == "remove":
            group.children = [child for child in group.children if child.name != name]


# -- to a condition


def to_condition(draft: Group, record_type: RecordType, *, is_final: bool = False) -> Condition:
    """What the draft says so far. Rows not filled in count for nothing; when final, they are marked as errors too."""
    return parse(_group_data(draft, record_type, is_final), record_type)


def _group_data(group: Group, record_type: RecordType, is_final: bool) -> Any:
    found = []
    for child in group.children:
        data = _group_data(child, record_type, is_final) if isinstance(child, Group) else None
        data = _row_data(child, record_type, is_final) if isinstance(child, Row) else data
        if data is not None:
            found.append(data)
    if not found:
        return None
    return {"not": {"any": found}} if group.kind == "not" else {group.kind: found}


def _row_data(row: Row, record_type: RecordType, is_final: bool) -> Any:
    if not row.get("field"):
        return None
    try:
        path = find_path(row.get("field"), record_type)
        op = row.get("op") if row.get("op") in operators_of(path.field) else operators_of(path.field)[0]
        value = _value(row, path.field, op)
        if value in (None, "", []) and op not in EMPTINESS:
            row.error = _("A value is missing.") if is_final else ""
            return None
        data = [path.name, op, value]
        parse(data, record_type)
    except BadCondition as refused:
        row.error = str(refused.message)
        return None
    return data


def operators_of(one: Field) -> list[str]:
    """The operators the builder offers: "in" does the work of "is" wherever there is both."""
    return [op for op in one.operators if TO_LIST.get(op) not in one.operators]


def _value(row: Row, one: Field, op: str) -> Any:
    if op in EMPTINESS:
        return None
    if op in LISTS:
        return row.chosen
    if one.kind not in DAYS:
        return row.get("value").strip()
    when = row.get("when")
    if when == "between":
        start, end = row.get("start"), row.get("end")
        return {"from": read_days(start), "to": read_days(end)} if start and end else None
    if when in ("in", "ago", "last", "next"):
        count = row.get("count")
        is_count = count.isascii() and count.isdigit() and len(count) < 8
        return {when: {row.get("unit") or "days": int(count)}} if is_count else count
    return read_days(when) if when and when != "day" else row.get("day")


# -- from a condition


def draft_of(condition: Condition) -> Group:
    """The draft that shows a condition; an empty one has one row to begin with."""
    root = Group(ROOT)
    if isinstance(condition, Leaf):
        _fill(root, (condition,))
    else:
        _show(condition, root)
    if not root.children:
        root.add(Row)
    return root


def _show(condition: Condition, group: Group) -> None:
    match condition:
        case All(parts):
            _fill(group, parts)
        case Some(parts):
            group.kind = "any"
            _fill(group, parts)
        case Not(part):
            group.kind = "not"
            _fill(group, part.parts if isinstance(part, Some) else (part,))


def _fill(group: Group, parts: tuple[Condition, ...]) -> None:
    for part in parts:
        child = group.add(Row if isinstance(part, Leaf) else Group)
        if isinstance(part, Leaf) and isinstance(child, Row):
            child.values = _texts(part)
        elif isinstance(child, Group):
            _show(part, child)


def _texts(leaf: Leaf) -> dict[str, list[str]]:
    texts = {"field": [leaf.field], "op": [leaf.op]}
    value = leaf.value
    if isinstance(value, Span):
        ends = {"start": [written_days(value.start)], "end": [written_days(value.end)]}
        return {**texts, "when": ["between"], **ends}
    if isinstance(value, Period):
        return {**texts, "when": [written_days(value)]}
    if isinstance(value, Day) and value.date:
        return {**texts, "when": ["day"], "day": [value.name]}
    if isinstance(value, Day) and value.name in NAMED:
        return {**texts, "when": [value.name]}
    if isinstance(value, Day | Stretch):
        word = value.name if isinstance(value, Day) else value.direction
        return {**texts, "when": [word], "count": [str(value.count)], "unit": [value.unit]}
    if isinstance(value, bool):
        return {**texts, "value": ["true" if value else "false"]}
    items = value if isinstance(value, tuple) else () if value is None else (value,)
    return {**texts, "value": [str(plain(item)) for item in items]}


def as_lists(condition: Condition, record_type: RecordType) -> Condition:
    """The same condition with "in" for "is" where the builder offers only "in"."""
    match condition:
        case Leaf(name, op, value):
            kept = operators_of(find_path(name, record_type, at=name).field)
            return condition if op in kept else Leaf(name, TO_LIST[op], (value,))
        case Not(part):
            return Not(as_lists(part, record_type))
        case All(parts) | Some(parts):
            return grouped(type(condition), [as_lists(part, record_type) for part in parts])
    raise TypeError(condition)
