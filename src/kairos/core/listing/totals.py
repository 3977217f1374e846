"""How many and how much, by group and currency: from one grouped query, never from loaded records."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from kairos.core.fields import Field, MoneyAmountField
from kairos.core.listing import axis
from kairos.core.listing.listing import Listing
from kairos.core.listing.records import Asked
from kairos.core.rates import Rates, total_text

KEY, COUNT, CURRENCY = "group_key", "group_count", "group_currency"
NO_CONDITION = Q()


@dataclass(slots=True)
class Tally:
    """The count of a group, and its sums: field name to currency to amount."""

    count: int = 0
    sums: dict[str, dict[str, Decimal]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, count: int, currency: str, amounts: dict[str, Decimal | None]) -> None:
        self.count += count
        for name, amount in amounts.items():
            if amount is not None:
                sums = self.sums[name]
                sums[currency] = sums.get(currency, Decimal(0)) + amount


@dataclass(frozen=True, slots=True)
class Tallies:
    """The tally of each group and of all together; `currencies` are those in use, the most frequent first.

    `rates` are those of the day that is shown.
    """

    groups: dict[Any, Tally]
    whole: Tally
    currencies: list[str]
    rates: Rates


def money_fields(fields: Iterable[Field]) -> list[MoneyAmountField]:
    return [f for f in fields if isinstance(f, MoneyAmountField) and f.is_summed]


def needed_names(fields: Sequence[MoneyAmountField]) -> set[str]:
    """The fields that sums are made from."""
    return {f.name for f in fields} | {f.currency_field for f in fields}


def no_tallies(listing: Listing) -> Tallies:
    """Where nobody has counted."""
    return Tallies({}, Tally(), [], Rates(listing.context().today))


def tally(
    asked: Asked, by: Field | None, sums: Sequence[MoneyAmountField], *, where: Q = NO_CONDITION
) -> Tallies:
    """Count and sum by a field's values, in one query; `where` narrows it, in the fields' own names.

    Where the record type keeps a tally that knows every field asked about, a few of its rows answer instead, and with
    them the few records it does not count for this person.
    """
    names = needed_names(sums) | ({by.name} if by else set())
    rates = Rates(asked.listing.context().today)
    counted = asked.counted(names, where)
    if counted is None:
        rows = _rows(asked, asked.records.filter(asked.renamed(where)), Count("pk"), by, sums)
        return _gathered(rows, by, sums, rates)
    rows = _rows(asked, counted, Sum("count"), by, sums)
    beside = asked.uncounted(where)
    if beside is not None:
        rows = [*rows, *_rows(asked, beside, Count("pk"), by, sums)]
    return _gathered(rows, by, sums, rates)


def _rows(
    asked: Asked, records: Any, count: Any, by: Field | None, sums: Sequence[MoneyAmountField]
) -> Iterable[dict[str, Any]]:
    """Count and sums, one row for each group and currency."""
    aggregates: dict[str, Any] = {COUNT: count}
    aggregates |= {f"sum_{f.name}": Sum(asked.name(f.name)) for f in sums}
    keys: dict[str, Any] = {KEY: axis.expression(by, asked)} if by else {}
    if sums:
        keys[CURRENCY] = F(asked.name(sums[0].currency_field))
    if not keys:
        return [records.order_by().aggregate(**aggregates)]
    rows: Iterable[dict[str, Any]] = records.order_by().values(**keys).annotate(**aggregates)
    return rows


def _gathered(
    rows: Iterable[dict[str, Any]], by: Field | None, sums: Sequence[MoneyAmountField], rates: Rates
) -> Tallies:
    groups: dict[Any, Tally] = defaultdict(Tally)
    whole, used = Tally(), Counter[str]()
    for row in rows:
        if not row[COUNT]:
            continue
        currency = row.get(CURRENCY) or ""
        amounts = {f.name: row[f"sum_{f.name}"] for f in sums}
        whole.add(row[COUNT], currency, amounts)
        if by is not None:
            groups[axis.normal(by, row[KEY])].add(row[COUNT], currency, amounts)
        if any(amounts.values()):
            used[currency] += row[COUNT]
    return Tallies(dict(groups), whole, [currency for currency, _count in used.most_common()], rates)


def sum_texts(tally: Tally, sums: Sequence[MoneyAmountField], tallies: Tallies) -> list[dict[str, str]]:
    """Each sum in short, in one currency, with every currency and the rates written out for the hover.

    The first two always stand; another, such as recurring revenue, only where there is any.
    """
    shown = [
        one for number, one in enumerate(sums) if number < 2 or any(tally.sums.get(one.name, {}).values())
    ]
    return [
        {
            "name": one.name,
            "label": str(one.label),
            **total_text(tally.sums.get(one.name, {}), tallies.rates, order=tallies.currencies),
        }
        for one in shown
    ]
