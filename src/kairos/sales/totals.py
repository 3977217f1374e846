"""The totals of a quotation follow from its lines, whoever changes them: a screen, a copy, an undo."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from decimal import Decimal
from typing import Any

from kairos.core.history import Changes
from kairos.core.history.parts import owners_of
from kairos.core.listing.related import attach
from kairos.core.slots import FOLLOWERS, Follower
from kairos.crm.models import Opportunity
from kairos.sales.deals import settle_revenue
from kairos.sales.margins import settle_margins
from kairos.sales.models import Quotation, QuotationLine, State
from kairos.sales.reckoning import Item, Reckoning, Rounding, amount_of, reckon, smallest_unit
from kairos.sales.sent import taxes_on

SETTLING = frozenset({"discount_percent", "as_sent"})
LEVYING = frozenset({"percent", "is_included", "is_compound", "position"})


@FOLLOWERS.register(order=10, for_type="quotationline")
class TotalsFollow(Follower):
    """Amounts of lines, the sums and the margin of their quotation, and that its lines have changed once more."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        in_hand = changes.known(QuotationLine, fields_by_id)
        others = owners_of(QuotationLine, {*fields_by_id, *deleted} - in_hand.keys()).values()
        touched = {line.quotation_id for line in in_hand.values()} | {pk for _kind, pk in others}
        settle_totals(changes, touched, edits=1)


@FOLLOWERS.register(order=10, for_type="quotation")
class DiscountFollows(Follower):
    """The sums and the margin of a quotation whose discount on all lines was changed, or whose taxes became fixed."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        touched = {pk for pk, names in fields_by_id.items() if names & SETTLING} - deleted
        settle_totals(changes, touched)


@FOLLOWERS.register(order=10, for_type="tax")
class DraftsFollowTaxes(Follower):
    """The sums of the drafts that bear a tax which was changed; what was sent stays."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        changed = [pk for pk, names in fields_by_id.items() if names & LEVYING]
        drafts = Quotation._base_manager.filter(state=State.DRAFT, lines__taxes__in=changed)
        settle_totals(changes, set(drafts.values_list("pk", flat=True)) if changed else set())


def settle_totals(changes: Changes, quotations: Set[int], *, edits: int = 0) -> None:
    """Write what the lines of these quotations come to."""
    if not quotations:
        return
    made = [one for one in changes.made(Quotation) or () if one.pk in quotations]
    new = {one.pk for one in made}
    held = [*made, *_held(quotations - new)]
    sums: dict[int, dict[str, Any]] = {}
    amounts: dict[int, dict[str, Any]] = {}
    reckoned: list[tuple[Quotation, list[QuotationLine], Reckoning]] = []
    other: set[int] = set()
    lines_of = _lines_of(changes, quotations, new)
    for quotation in held:
        lines = lines_of[quotation.pk]
        found = reckoning_of(lines, quotation)
        reckoned.append((quotation, lines, found))
        stored: tuple[Any, ...] = (quotation.untaxed, quotation.total)
        if stored != (found.untaxed, found.total):
            other.add(quotation.opportunity_id)
        each = _amounts(lines, found, smallest_unit(quotation.currency))
        amounts |= {line.pk: {"amount": one} for line, one in each if line.amount != one}
        sums[quotation.pk] = {
            "untaxed": found.untaxed,
            "tax": found.tax,
            "total": found.total,
            "edits": quotation.edits + edits,
        }
    changes.settle(QuotationLine, amounts)
    changes.settle(Quotation, sums)
    changes.show(Opportunity, other)
    settle_margins(reckoned, new=new)
    settle_revenue(changes, sums)


def _held(quotations: Set[int]) -> Iterable[Quotation]:
    """Hold them until the end of the transaction; those made just now are nobody else's yet."""
    rows = Quotation._base_manager.select_for_update(of=("self",)).filter(pk__in=quotations)
    return rows.order_by("pk") if quotations else ()


def _lines_of(changes: Changes, quotations: Set[int], new: Set[int]) -> dict[int, list[QuotationLine]]:
    """The lines of each quotation in their order, their taxes at hand; of those made just now they may be in hand."""
    made = changes.made(QuotationLine)
    others = quotations if made is None else quotations - new
    rows = QuotationLine._base_manager.filter(quotation__in=others)
    lines = [*(rows if others else ()), *(one for one in made or () if one.quotation_id in new)]
    attach(lines, ["taxes"])
    found = defaultdict(list)
    for line in sorted(lines, key=lambda one: (one.position, one.pk)):
        found[line.quotation_id].append(line)
    return found


def _amounts(lines: Iterable[Any], found: Reckoning, unit: Decimal) -> Iterator[tuple[Any, Decimal]]:
    """The amount of each line: of those that count it is in the reckoning already."""
    counted = iter(found.amounts)
    for line in lines:
        item = Item(line.quantity, line.unit_price, line.discount_percent)
        yield line, next(counted) if line.is_counted else amount_of(item, unit)


def reckoning_of(lines: Iterable[QuotationLine], quotation: Quotation) -> Reckoning:
    """What the counted lines come to on this quotation."""
    return reckon(
        [item_of(line, quotation) for line in lines if line.is_counted],
        unit=smallest_unit(quotation.currency),
        rounding=Rounding(quotation.rounding),
        discount_percent=quotation.discount_percent,
    )


def item_of(line: Any, quotation: Any) -> Item:
    """The line in figures, its taxes in their order."""
    levies = [tax.levy for tax in taxes_on(line, quotation)]
    return Item(line.quantity, line.unit_price, line.discount_percent, levies)


def tax_names(lines: Iterable[Any], quotation: Any) -> dict[int, str]:
    """What the taxes of the counted lines are called, by their keys in a reckoning."""
    counted = (line for line in lines if line.is_counted)
    return {tax.levy.key: tax.name for line in counted for tax in taxes_on(line, quotation)}
