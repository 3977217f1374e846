"""Records side by side: what differs, line by line, and what the merged record will say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.text import Truncator

from kairos.core.fields import Field
from kairos.core.merging.values import (
    TOGETHER,
    Block,
    Choices,
    blocks_of,
    chosen,
    is_empty,
    ranked,
    rules_of,
    together,
)
from kairos.core.records import RecordType

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Option:
    """What one record says in a line; `value` is what the form sends: a number, or "all" for the values together."""

    value: str
    text: str
    is_chosen: bool
    is_empty: bool
    names: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to choose: a field, or fields that go together."""

    name: str
    label: str
    options: list[Option]
    joined: Option | None
    differs: bool

    @property
    def result(self) -> str:
        options = [*self.options, *([self.joined] if self.joined else [])]
        return next((option.text for option in options if option.is_chosen), "")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The screen of a merge. `records` stand in columns, the one to be believed most first."""

    records: list[Any]
    into: Any
    differing: list[Line]
    equal: list[Line]
    warnings: Sequence[str]

    @property
    def has_joined(self) -> bool:
        return any(line.joined for line in self.differing)


def compare(
    record_type: RecordType, records: Sequence[Any], *, into: int | None = None, choices: Choices
) -> Comparison:
    """The records side by side with what is chosen so far."""
    order = ranked(record_type, records)
    survivor = next((one for one in order if one.pk == into), order[0])
    lines = [_line(record_type, block, order, choices) for block in blocks_of(record_type)]
    shown = [line for line in lines if line.differs or line.result]
    return Comparison(
        order,
        survivor,
        [line for line in shown if line.differs],
        [line for line in shown if not line.differs],
        list(rules_of(record_type).warnings(order)),
    )


def _line(record_type: RecordType, block: Block, order: Sequence[Any], choices: Choices) -> Line:
    fields = _shown_fields(record_type, block)
    choice = chosen(record_type, block, order, choices)
    texts = [_text(fields, one) for one in order]
    names = [record_type.title(one) for one in order]
    empty = [all(is_empty(record_type, one, field.name) for field in fields) for one in order]
    options = [
        Option(str(one.pk), text, one.pk == choice, is_none, name)
        for one, text, is_none, name in zip(order, texts, empty, names, strict=True)
    ]
    differs = len(set(texts)) > 1
    joined = None
    if block.can_join and differs and empty.count(False) > 1:
        text = _joined_text(record_type, fields[0], order)
        joined = Option(TOGETHER, text, choice == TOGETHER, is_empty=False, names="")
    elif choice == TOGETHER:
        options[0] = Option(options[0].value, options[0].text, True, options[0].is_empty, options[0].names)
    telling = [f for f in fields if not all(is_empty(record_type, one, f.name) for one in order)]
    label = " · ".join(str(field.label) for field in telling or fields)
    return Line(block.name, label, options, joined, differs)


def _shown_fields(record_type: RecordType, block: Block) -> list[Field]:
    """Those that tell people something: of several fields not what follows from the others."""
    fields = [record_type.fields[name] for name in block.fields if name in record_type.fields]
    if len(fields) < 2:
        return fields
    aside = {"boolean"} | ({"currency"} if any(field.kind == "money" for field in fields) else set())
    return [field for field in fields if field.editable and field.kind not in aside] or fields


def _text(fields: Sequence[Field], record: Any) -> str:
    parts = (field.text(record) for field in fields)
    return Truncator(" · ".join(filter(None, parts))).chars(LONGEST)


def _joined_text(record_type: RecordType, field: Field, order: Sequence[Any]) -> str:
    value = together(record_type, field.name, order)
    if field.model_field is not None and field.model_field.many_to_many:
        by_pk: dict[int, models.Model] = {
            other.pk: other for one in order for other in getattr(one, field.name).all()
        }
        return ", ".join(str(by_pk[pk]) for pk in value)
    return Truncator(field.format(value)).chars(LONGEST)
