"""What a condition is: a tree of groups whose leaves compare one field with one value."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


class BadCondition(ValueError):
    """A condition nobody can mean. `path` says where ("all.2.value"), `message` why, in the reader's language."""

    def __init__(self, path: str, message: Any) -> None:
        super().__init__(path, message)
        self.path = path
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else str(self.message)


@dataclass(frozen=True, slots=True)
class Leaf:
    """`field` is a dotted path through relations; `value` is canonical: see `values.read_value`."""

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class All:
    """True where every part is; without parts, everywhere."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """True where at least one part is. Never without parts. Its JSON key is "any"."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


Condition = Leaf | All | Some | Not
EVERYTHING = All()


def to_json(condition: Condition) -> Any:
    """The JSON form, ready for `json.dumps`; `parse` reads it back to an equal condition."""
    match condition:
        case All(parts):
            return {"all": [to_json(part) for part in parts]}
        case Some(parts):
            return {"any": [to_json(part) for part in parts]}
        case Not(part):
            return {"not": to_json(part)}
        case Leaf(field, op, value):
            return [field, op, plain(value)]


def plain(value: Any) -> Any:
    """A canonical value as JSON: lists, whole amounts as numbers, others as text so that no digit is lost."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")
    if hasattr(value, "to_json"):
        return value.to_json()
    return value


def leaves(condition: Condition) -> Iterable[Leaf]:
    """Every comparison of a condition, from left to right."""
    match condition:
        case Leaf():
            yield condition
        case Not(part):
            yield from leaves(part)
        case All(parts) | Some(parts):
            for part in parts:
                yield from leaves(part)


def mentions(condition: Condition) -> set[str]:
    """The record type's own fields a condition asks about: first parts of its paths."""
    return {leaf.field.split(".")[0] for leaf in leaves(condition)}


def combine(*, all_of: Iterable[Condition]) -> Condition:
    """One condition that is true where all of these are. Empty ones vanish, groups of `all` are joined."""
    parts: list[Condition] = []
    for condition in all_of:
        parts.extend(condition.parts if isinstance(condition, All) else [condition])
    return grouped(All, parts)


def grouped(kind: type[All] | type[Some], parts: list[Condition]) -> Condition:
    """A group of these parts; a group of one is the one."""
    return parts[0] if len(parts) == 1 else kind(tuple(parts))
