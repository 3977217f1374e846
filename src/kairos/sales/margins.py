"""The cost of lines and the margin of quotations, which follow from whatever changes either. In no history."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone

from kairos.core.rates import Rates
from kairos.crm.models import Product
from kairos.sales.models import LineCost, Margin, Quotation, QuotationLine
from kairos.sales.models.margin import LOWEST
from kairos.sales.reckoning import HUNDRED, Reckoning, rounded, smallest_unit

# Costs are kept finer than coins: a thousand screws cost more than nothing.
FINEST = Decimal("0.001")
KEPT = ("currency", "revenue", "cost", "margin", "margin_percent", "unknown", "updated_at")


@dataclass(slots=True)
class Found:
    """Sums of the lines whose cost is known; `lines` has the margin of each by its number."""

    revenue: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    unknown: int = 0
    lines: dict[int, Decimal] = field(default_factory=dict)

    @property
    def margin(self) -> Decimal:
        return self.revenue - self.cost

    @property
    def percent(self) -> Decimal | None:
        """Of the revenue; None where there is none. Rounded down, so that a limit is not met by rounding."""
        if self.revenue <= 0:
            return None
        exact = Fraction(self.margin) / Fraction(self.revenue) * HUNDRED
        floor = Decimal(exact.numerator * HUNDRED // exact.denominator) / HUNDRED
        return max(min(floor, -LOWEST), LOWEST)


def settle_margins(
    reckoned: Sequence[tuple[Quotation, Sequence[QuotationLine], Reckoning]], *, new: Set[int]
) -> None:
    """Keep the cost of the lines of drafts that have none yet, and write what these quotations leave.

    Those that are `new` were made just now with all their lines, which therefore have none.
    """
    costs = costs_of(line for one, lines, _found in reckoned if one.pk not in new for line in lines)
    for quotation, lines, _found in reckoned:
        if quotation.is_draft:
            costs |= _keep_costs(quotation, [line for line in lines if line.pk not in costs])
    margins = {
        quotation.pk: (quotation, margin_of(lines, quotation, found, costs))
        for quotation, lines, found in reckoned
    }
    rows = [_row(quotation, found) for quotation, found in margins.values() if found.lines]
    unique = ["quotation"]
    Margin.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=KEPT)
    if gone := [pk for pk, (_quotation, found) in margins.items() if not found.lines]:
        Margin.objects.filter(quotation__in=gone).delete()


def _row(quotation: Quotation, found: Found) -> Margin:
    values: dict[str, Any] = {
        "currency": quotation.currency,
        "revenue": found.revenue,
        "cost": found.cost,
        "margin": found.margin,
        "margin_percent": found.percent,
        "unknown": found.unknown,
    }
    return Margin(quotation=quotation, **values)


def costs_of(lines: Iterable[QuotationLine]) -> dict[int, Decimal]:
    """What one unit of each line cost, where that is known."""
    wanted = {line.pk: line.product_id for line in lines if line.product_id}
    rows: Any = LineCost.objects.filter(line__in=wanted) if wanted else ()
    return {row.line_id: row.cost for row in rows if wanted[row.line_id] == row.product_id}


def _keep_costs(quotation: Quotation, lines: Iterable[QuotationLine]) -> dict[int, Decimal]:
    """The costs of now: those of the product, or of what it is a variant of, at the rate of the day."""
    products = {line.pk: line.product_id for line in lines if line.product_id}
    paths = [f"{of}cost_row__{name}" for of in ("", "variant_of__") for name in ("cost", "currency")]
    found = Product._base_manager.filter(pk__in={*products.values()})
    rates, known = Rates(timezone.localdate(), target=quotation.currency), dict[int, Decimal]()
    for pk, own, currency, common, its_currency in found.values_list("pk", *paths):
        cost, currency = (common, its_currency) if own is None else (own, currency)
        rate = rates.rate(currency) if cost is not None else None
        if rate is not None:
            known[pk] = rounded(cost * rate, FINEST)
    costs: dict[int, Any] = {pk: known[product] for pk, product in products.items() if product in known}
    rows = [LineCost(line_id=pk, product_id=products[pk], cost=cost) for pk, cost in costs.items()]
    LineCost.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["line"], update_fields=["product_id", "cost"]
    )
    return costs


def margin_of(
    lines: Iterable[QuotationLine], quotation: Quotation, found: Reckoning, costs: Mapping[int, Decimal]
) -> Found:
    """What the counted lines leave, of those whose cost is known. `found` is what they come to."""
    unit = smallest_unit(quotation.currency)
    left = Found()
    for line, net in zip((one for one in lines if one.is_counted), found.nets, strict=True):
        if line.pk not in costs:
            left.unknown += bool(line.quantity * line.unit_price)
            continue
        revenue = rounded(net, unit)
        cost = rounded(costs[line.pk] * line.quantity, unit)
        left.revenue += revenue
        left.cost += cost
        left.lines[line.pk] = revenue - cost
    return left


def margin_shown(
    user: Any, lines: Sequence[QuotationLine], quotation: Quotation, found: Reckoning
) -> Found | None:
    """The margin for somebody who may see costs, if any is known; None for everybody else."""
    if not user.is_leader:
        return None
    left = margin_of(lines, quotation, found, costs_of(lines))
    return left if left.lines else None
