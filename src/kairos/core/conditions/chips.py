"""The parts of a condition as chips above a list, each with the address that leaves it out."""

from dataclasses import dataclass
from typing import Any

from kairos.core.conditions.query import to_query
from kairos.core.conditions.sentence import describe, related_titles
from kairos.core.conditions.tree import All, Condition, grouped
from kairos.core.records.record_type import RecordType


@dataclass(frozen=True, slots=True)
class Chip:
    """`label` is the part's sentence, `query_without_this` the `where` of all the others, `index` its place."""

    label: str
    query_without_this: str
    index: int


def chips(condition: Condition, record_type: RecordType, *, user: Any) -> list[Chip]:
    """One chip for each part of a top-level `all`; any other condition is one chip; everything is none."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    titles = related_titles(condition, record_type, user)
    return [
        Chip(
            label=describe(part, record_type, titles),
            query_without_this=to_query(grouped(All, [*parts[:place], *parts[place + 1 :]])),
            index=place,
        )
        for place, part in enumerate(parts)
    ]
