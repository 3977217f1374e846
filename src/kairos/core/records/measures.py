"""What can be counted and summed up of a kind of record: the figures of reports, dashboards and targets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _

from kairos.core.fields import MoneyAmountField
from kairos.core.models.custom_values import parts_of

DAY = 86_400
SUMMED = ("money", "number", "decimal")


@dataclass(frozen=True, slots=True)
class Part:
    """One sum: of a field, or of an expression over fields; of nothing, it counts. `where` narrows it (JSON form)."""

    of: Any = None
    where: Any = None

    @property
    def names(self) -> set[str]:
        """The record type's own fields that are summed."""
        return {parts_of(name)[0] for name in _names(self.of)}


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a group of records: a count, a sum, or with `per` one sum divided by another.

    `unit` is "count", "money", "percent", "days" or "number"; `of`, `where` and `per` are sums (see `Part`), so that a
    total of ratios comes from the sums and never averages averages. A money measure names the field of its currency,
    which may be reached through a relation (`quotation.currency`); so does a percentage of
    amounts, which says `is_of_money`.
    `drill` are the records behind the figure where that is not simply `where` (or, of a ratio, the lower part's).
    `more_is` says whether more is "good", "bad" or neither ("").

    >>> Measure("mrr", _("MRR"), "money", of="mrr", where=["status", "is", "won"])
    >>> Measure("win_rate", _("Win rate"), "percent", where=WON, per=Part(where=CLOSED), more_is="good")
    """

    name: str
    label: Any
    unit: str = "count"
    of: Any = None
    where: Any = None
    per: Part | None = None
    currency: str = "currency"
    drill: Any = None
    more_is: str = ""
    help: Any = ""
    is_of_money: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        upper = Part(self.of, self.where)
        return (upper,) if self.per is None else (upper, self.per)

    @property
    def has_amounts(self) -> bool:
        """Whether it is made of amounts of money: itself one, or a percentage of one."""
        return self.unit == "money" or (self.unit == "percent" and self.per is not None and self.is_of_money)

    @property
    def behind(self) -> Any:
        """The condition of the records that the figure speaks of."""
        return self.drill or (self.per.where if self.per else None) or self.where


class Now(Value):
    """In a measure's expression: the present, or the end of the past day that is shown."""

    def __init__(self) -> None:
        super().__init__(None, output_field=models.DateTimeField())


class Elapsed(Func):
    """Whole seconds from one moment to another; of a measure in days."""

    def __init__(self, start: Any, end: Any) -> None:
        super().__init__(start, end, output_field=models.BigIntegerField())

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        return self._written(compiler, "(unixepoch({end}) - unixepoch({start}))")

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        return self._written(
            compiler, "FLOOR(EXTRACT(EPOCH FROM ({end})::timestamptz - ({start})::timestamptz))::bigint"
        )

    def _written(self, compiler: Any, pattern: str) -> tuple[str, list[Any]]:
        start, end = (compiler.compile(part) for part in self.get_source_expressions())
        return pattern.format(start=start[0], end=end[0]), [*end[1], *start[1]]


def bound(of: Any, name: Callable[[str], str], now: Any) -> Any:
    """The field or expression with its field names as they are called here, and the present moment put in."""
    if isinstance(of, str):
        return F(name(of))
    if isinstance(of, F):
        return F(name(of.name))  # type: ignore[attr-defined]
    if isinstance(of, Now):
        return Value(now, output_field=models.DateTimeField())
    copied = of.copy()
    copied.set_source_expressions(
        [part if part is None else bound(part, name, now) for part in of.get_source_expressions()]
    )
    return copied


def _names(of: Any) -> Iterator[str]:
    if isinstance(of, str):
        yield of
    elif isinstance(of, F):
        yield of.name  # type: ignore[attr-defined]
    elif of is not None:
        for part in of.get_source_expressions():
            yield from _names(part)


COUNT = Measure("count", _("Count"))


def plain_measures(fields: Any) -> list[Measure]:
    """What can be summed up of records that say nothing else: their number, and each amount."""
    return [COUNT, *sums_of([one for one in fields if isinstance(one, MoneyAmountField)])]


def sums_of(fields: Sequence[Any]) -> list[Measure]:
    """The sums of amounts and numbers."""
    found = []
    for one in fields:
        if one.kind in SUMMED and one.model_field is not None:
            currency = getattr(one, "currency_field", "currency")
            unit = "money" if one.kind == "money" else "number"
            found.append(Measure(one.name, one.label, unit, of=one.name, currency=currency))
    return found
