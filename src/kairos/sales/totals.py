"""The totals of a quotation follow from its lines, whoever changes them: a screen, a copy, an undo."""

from collections.abc import Iterable, Mapping, Set
from typing import Any

from kairos.core.history import Changes
from kairos.core.history.parts import owners_of
from kairos.core.slots import FOLLOWERS, Follower
from kairos.sales.deals import settle_revenue
from kairos.sales.margins import settle_margins
from kairos.sales.models import Quotation, QuotationLine
from kairos.sales.reckoning import Item, Reckoning, Rounding, amount_of, reckon, smallest_unit


@FOLLOWERS.register(order=10, for_type="quotationline")
class TotalsFollow(Follower):
    """Amounts of lines, the sums and the margin of their quotation, and that its lines have changed once more."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        touched = {pk for _kind, pk in owners_of(QuotationLine, {*fields_by_id, *deleted}).values()}
        settle_totals(changes, touched, edits=1)


@FOLLOWERS.register(order=10, for_type="quotation")
class DiscountFollows(Follower):
    """The sums and the margin of a quotation whose discount on all lines was changed."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        touched = {pk for pk, names in fields_by_id.items() if "discount_percent" in names} - deleted
        settle_totals(changes, touched)


def settle_totals(changes: Changes, quotations: Set[int], *, edits: int = 0) -> None:
    """Write what the lines of these quotations come to."""
    if not quotations:
        return
    held = Quotation._base_manager.select_for_update(of=("self",)).filter(pk__in=quotations).order_by("pk")
    sums: dict[int, dict[str, Any]] = {}
    amounts: dict[int, dict[str, Any]] = {}
    reckoned: list[tuple[Quotation, list[QuotationLine], Reckoning]] = []
    for quotation in held.prefetch_related("lines__taxes"):
        lines = sorted(quotation.lines.all(), key=lambda one: (one.position, one.pk))
        found = reckoning_of(lines, quotation)
        reckoned.append((quotation, lines, found))
        each = [amount_of(item_of(line), smallest_unit(quotation.currency)) for line in lines]
        amounts |= {line.pk: {"amount": one} for line, one in zip(lines, each, strict=True)}
        sums[quotation.pk] = {
            "untaxed": found.untaxed,
            "tax": found.tax,
            "total": found.total,
            "edits": quotation.edits + edits,
        }
    changes.settle(QuotationLine, amounts)
    changes.settle(Quotation, sums)
    settle_margins(reckoned)
    settle_revenue(changes, sums)


def reckoning_of(lines: Iterable[QuotationLine], quotation: Quotation) -> Reckoning:
    """What the counted lines come to on this quotation."""
    return reckon(
        [item_of(line) for line in lines if line.is_counted],
        unit=smallest_unit(quotation.currency),
        rounding=Rounding(quotation.rounding),
        discount_percent=quotation.discount_percent,
    )


def item_of(line: Any) -> Item:
    """The line in figures, its taxes in their order."""
    taxes = sorted(line.taxes.all(), key=lambda tax: (tax.position, tax.pk))
    return Item(line.quantity, line.unit_price, line.discount_percent, [tax.levy for tax in taxes])
