"""A condition as one parameter of an address.

    stage:in:3,4~expected_closing:before:in.7.days          both
    any(salesperson:is:me~priority:gte:2)~team:is:3         groups nest: any(...), all(...), not(...)
    name:contains:Acme~closed_at:within:last.30.days

The value runs to the next `~` or `)`, in lists also to the next `,`; `!` before one of these (or before
itself) makes it a letter. Everything a condition can say has exactly one such form.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.conditions.days import Day, Period, Span, Stretch
from kairos.core.conditions.parse import DEEPEST, parse
from kairos.core.conditions.paths import find_path
from kairos.core.conditions.tree import All, BadCondition, Condition, Leaf, Not, Some, plain
from kairos.core.conditions.values import DAYS, LISTS
from kairos.core.fields.base import EMPTINESS
from kairos.core.records.record_type import RecordType

LONGEST = 8000
SAFE = ":,()~!"  # for `urlencode(..., safe=SAFE)`: these may stand in a query as they are
SYMBOLS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
OPERATORS = {word: symbol for symbol, word in SYMBOLS.items()}


def to_query(condition: Condition) -> str:
    """The readable form, not yet percent-encoded; empty for everything."""
    if isinstance(condition, All):
        return "~".join(map(_term, condition.parts))
    return _term(condition)


def _term(condition: Condition) -> str:
    match condition:
        case All(parts):
            return f"all({'~'.join(map(_term, parts))})"
        case Some(parts):
            return f"any({'~'.join(map(_term, parts))})"
        case Not(part):
            return f"not({_term(part)})"
        case Leaf(field, op, value):
            written = [field, SYMBOLS.get(op, op)]
            return ":".join(written if op in EMPTINESS else [*written, _written(value)])
    raise BadCondition("", "not a condition")


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(_escaped(str(plain(item)), "!~),") for item in value)
    if isinstance(value, Day | Period | Stretch | Span):
        return written_days(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return str(plain(value))
    return _escaped(str(value), "!~)")


def written_days(value: Day | Period | Stretch | Span) -> str:
    match value:
        case Day(name, count, unit):
            return f"{name}.{count}.{unit}" if name in ("in", "ago") else name
        case Period(direction, unit):
            return f"{direction}.{unit}"
        case Stretch(direction, count, unit):
            return f"{direction}.{count}.{unit}"
        case Span(start, end):
            return f"{written_days(start)}..{written_days(end)}"


def _escaped(text: str, special: str) -> str:
    return "".join(f"!{char}" if char in special else char for char in text)


def from_query(text: str, record_type: RecordType) -> Condition:
    """The condition an address asks for. Raises `BadCondition`, whatever people make of the address."""
    if len(text) > LONGEST:
        raise BadCondition("where", _("This condition is too long."))
    return parse(_QueryReader(text, record_type).read_all() if text else None, record_type)


class _QueryReader:
    """Reads the address form into JSON; what the JSON may say is `parse`'s business."""

    def __init__(self, text: str, record_type: RecordType) -> None:
        self.text = text
        self.record_type = record_type
        self.place = 0

    def read_all(self) -> Any:
        terms = self._terms(0)
        if self.place < len(self.text):
            raise self._bad()
        return terms[0] if len(terms) == 1 else {"all": terms}

    def _terms(self, depth: int) -> list[Any]:
        if depth > DEEPEST:
            raise BadCondition("where", _("This condition is nested too deeply."))
        terms = [self._term(depth)]
        while self._takes("~"):
            terms.append(self._term(depth))
        return terms

    def _term(self, depth: int) -> Any:
        for key in ("all", "any", "not"):
            if self._takes(f"{key}("):
                # "all()" is a condition: everything.
                inner = [] if key == "all" and self._peek() == ")" else self._terms(depth + 1)
                if not self._takes(")") or (key == "not" and len(inner) != 1):
                    raise self._bad()
                return {key: inner[0] if key == "not" else inner}
        return self._leaf()

    def _leaf(self) -> list[Any]:
        name = self._until(":~)")
        if not self._takes(":"):
            raise self._bad()
        op = self._until(":~)")
        op = OPERATORS.get(op, op)
        if not self._takes(":"):
            return [name, op, None]
        items = list(self._items(",~)" if op in LISTS else "~)"))
        return [name, op, items if op in LISTS else self._meant(name, items[0])]

    def _meant(self, name: str, text: str) -> Any:
        is_day = find_path(name, self.record_type, at="where").field.kind in DAYS
        return read_days(text) if is_day else text

    def _items(self, ends: str) -> Iterator[str]:
        yield self._until(ends)
        while ends.startswith(",") and self._takes(","):
            yield self._until(ends)

    def _until(self, ends: str) -> str:
        """Text up to one of these characters, which stays; `!` takes the next character as it is."""
        letters: list[str] = []
        while (char := self._peek()) and char not in ends:
            self.place += 1
            if char == "!":
                char = self._peek()
                self.place += 1
            letters.append(char)
        return "".join(letters)

    def _peek(self) -> str:
        return self.text[self.place : self.place + 1]

    def _takes(self, expected: str) -> bool:
        if self.text.startswith(expected, self.place):
            self.place += len(expected)
            return True
        return False

    def _bad(self) -> BadCondition:
        return BadCondition("where", _("This address holds no condition that can be read."))


def read_days(text: str) -> Any:
    """The JSON of a day or range: in.7.days, this.month, last.30.days, 2026-01-01..2026-01-31."""
    start, dots, end = text.partition("..")
    if dots and ".." not in end:
        return {"from": read_days(start), "to": read_days(end)}
    match text.split("."):
        case [direction, count, unit] if count.isascii() and count.isdigit() and len(count) < 8:
            return {direction: {unit: int(count)}}
        case [direction, unit]:
            return {direction: unit}
    return text
