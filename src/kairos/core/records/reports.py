"""Reports as data: what a record type, or an app above it, offers ready made, and what it tells of a span of days."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ReadyReport:
    """A report everybody finds ready made. `answers` is the question it answers, as a sentence people would ask.

    `query` has the names of a report's address: measures, rows, column, chart, filter, where, sort, heat.
    `shown_to(user)` leaves it out for those it says nothing to.
    """

    name: str
    title: Any
    answers: Any
    query: Mapping[str, str] = field(default_factory=dict)
    icon: str = "chart-column"
    order: int = 100
    shown_to: Callable[[Any], bool] = lambda user: True


@dataclass(frozen=True, slots=True)
class Told:
    """One kind of change that is told of a span of days: moved, slipped, won.

    `field` is the one watched, and `when(old, new)` says of its values at the span's beginning and end whether this
    happened; without a field it is the records created in the span. `amount` is the money that counts (its difference
    where it is the field itself). `tone` is "good", "bad" or ""; `of_new` tells it also of records that are themselves
    new in the span; `unless` names kinds that say more than this one of the same record.
    """

    name: str
    label: Any
    field: str = ""
    when: Callable[[Any, Any], bool] = lambda old, new: old != new
    amount: str = ""
    icon: str = "circle"
    tone: str = ""
    of_new: bool = False
    unless: Sequence[str] = ()
