"""From JSON to a condition, refusing whatever cannot be meant."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.conditions.paths import find_path, shown
from kairos.core.conditions.tree import EVERYTHING, All, BadCondition, Condition, Leaf, Not, Some, grouped
from kairos.core.conditions.values import read_value
from kairos.core.records.record_type import RecordType

DEEPEST = 6
MOST_LEAVES = 60


def parse(data: Any, record_type: RecordType) -> Condition:
    """The condition some JSON data means for this kind of record. Nothing, `{}` and `[]` mean everything.

    Raises `BadCondition` with the path of the fault. Groups of one part become the part.
    """
    if data is None or data in ({}, []):
        return EVERYTHING
    return _Reader(record_type).read(data, at="", depth=0)


class _Reader:
    def __init__(self, record_type: RecordType) -> None:
        self.record_type = record_type
        self.leaves = 0

    def read(self, data: Any, *, at: str, depth: int) -> Condition:
        if depth > DEEPEST:
            raise BadCondition(at, _("This condition is nested too deeply."))
        if isinstance(data, dict):
            return self._group(data, at, depth)
        if isinstance(data, list | tuple):
            return self._leaf(data, at)
        raise BadCondition(at, _("A comparison or a group is needed."))

    def _group(self, data: dict[Any, Any], at: str, depth: int) -> Condition:
        if len(data) != 1 or not set(data) <= {"all", "any", "not"}:
            raise BadCondition(at, _("A group is one of “all”, “any” and “not”."))
        key, inner = next(iter(data.items()))
        here = _join(at, key)
        if key == "not":
            return Not(self.read(inner, at=here, depth=depth + 1))
        if not isinstance(inner, list | tuple):
            raise BadCondition(here, _("A list of conditions is needed."))
        if key == "any" and not inner:
            raise BadCondition(here, _("Nothing could match an empty “any”."))
        if len(inner) > MOST_LEAVES:
            raise BadCondition(here, _("This condition has too many parts."))
        parts = [self.read(part, at=_join(here, place), depth=depth + 1) for place, part in enumerate(inner)]
        return grouped(All if key == "all" else Some, parts)

    def _leaf(self, data: Any, at: str) -> Leaf:
        self.leaves += 1
        if self.leaves > MOST_LEAVES:
            raise BadCondition(at, _("This condition has too many parts."))
        if len(data) not in (2, 3):
            raise BadCondition(at, _("A comparison is a field, an operator and a value."))
        name, op, value = (*data, None)[:3]
        field = find_path(name, self.record_type, at=_join(at, "field")).field
        if not isinstance(op, str) or op not in field.operators:
            raise BadCondition(
                _join(at, "op"),
                _("“%(field)s” cannot be compared with “%(operator)s”.")
                % {"field": field.label, "operator": shown(op) if isinstance(op, str) else "?"},
            )
        return Leaf(name, op, read_value(value, field, op, at=_join(at, "value")))


def _join(at: str, part: str | int) -> str:
    return f"{at}.{part}" if at else str(part)
