"""The lines of a draft. What they come to follows (see `sales.totals`)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused, Changes, change_set
from kairos.sales.actions.quotations import reprice
from kairos.sales.actions.refusals import check_discount, check_draft, check_unchanged
from kairos.sales.line_taxes import taxes_of
from kairos.sales.models import LineKind, Quotation, QuotationLine
from kairos.sales.order import GAP, block_of, moved, renumbered
from kairos.sales.paper import language_of
from kairos.sales.prices import Prices
from kairos.sales.reckoning import Item, amount_of, smallest_unit


class LineGone(ActionRefused):
    message = _("This line is no longer there: it has been removed meanwhile.")


def add_line(
    quotation: Quotation, *, values: Mapping[str, Any], by: Any, after: QuotationLine | None = None
) -> QuotationLine:
    """A line below another, else at the end; of a product its text in the customer's language, its price, its taxes.

    Raises `NotADraft`, `NotADiscount`.
    """
    with change_set(by=by, summary=_("Added a line to %(record)s"), params={"record": quotation}) as changes:
        _held(changes, quotation)
        present = _in_order(quotation)
        filled: dict[str, Any] = {"position": present[-1].position + GAP if present else GAP}
        if values.get("kind", LineKind.ITEM) == LineKind.ITEM:
            filled["taxes"] = taxes_of(values.get("product"))
        if product := values.get("product"):
            price = Prices(quotation, [product]).offer(product, values.get("quantity", Decimal(1))).price
            is_own = values.get("unit_price", price) != price
            words = product.text_for(language_of(quotation))
            filled |= {
                "description": words,
                "unit_price": price,
                "listed_price": price,
                "is_own_price": is_own,
            }
        check_discount(values)
        line = changes.create(QuotationLine, quotation=quotation, **(filled | dict(values)))
        if after in present[:-1]:
            _place(changes, [*present, line], line, before=present[present.index(after) + 1])
        return line


def new_line(changes: Changes, quotation: Quotation, **values: Any) -> QuotationLine:
    """A line that is not stored yet, with what it comes to: nothing is left to follow when many are made at once."""
    line: Any = QuotationLine(quotation=quotation, created_at=changes.at, **values)
    item = Item(line.quantity, line.unit_price, line.discount_percent)
    line.amount = amount_of(item, smallest_unit(quotation.currency))
    return line


def update_line(
    line: QuotationLine,
    *,
    values: Mapping[str, Any],
    by: Any,
    was: Mapping[str, Any] | None = None,
) -> QuotationLine:
    """Change a line; a price that is typed stays, any other is that of the list.

    `was` says what stood there when it was read. Raises `NotADraft`, `NotADiscount`, `ChangedMeanwhile`, `LineGone`.
    """
    params = {"record": line.quotation}
    with change_set(by=by, summary=_("Changed a line of %(record)s"), params=params) as changes:
        _held(changes, line.quotation)
        check_discount(values)
        changes.lock(line)
        check_unchanged(line, values, was or {})
        given = dict(values)
        if line.product_id and given.get("unit_price", line.unit_price) != line.unit_price:
            given["is_own_price"] = True
        changes.update(line, **given)
        if given.keys() & {"quantity", "unit_price", "is_own_price"}:
            reprice(changes, line.quotation, [line])
    return line


def remove_line(line: QuotationLine, *, by: Any) -> None:
    """Take a line out. Raises `NotADraft`."""
    params = {"record": line.quotation}
    with change_set(by=by, summary=_("Removed a line of %(record)s"), params=params) as changes:
        _held(changes, line.quotation)
        changes.delete(line)


def move_line(line: QuotationLine, *, before: QuotationLine | None, by: Any) -> None:
    """Put a line before another one, or at the end; a section goes with its lines (see `sales.order`).

    Raises `NotADraft`, `LineGone`.
    """
    params = {"record": line.quotation}
    with change_set(by=by, summary=_("Moved a line of %(record)s"), params=params) as changes:
        _held(changes, line.quotation)
        present = _in_order(line.quotation)
        if line not in present or (before is not None and before not in present):
            raise LineGone()
        _place(changes, present, line, before=before)


def _place(
    changes: Changes, present: Sequence[QuotationLine], line: QuotationLine, *, before: QuotationLine | None
) -> None:
    order = moved(present, line, before)
    if order == list(present):
        return
    places = renumbered(order, block_of(present, line))
    changes.update_many(QuotationLine, {pk: {"position": place} for pk, place in places.items()})


def _in_order(quotation: Quotation) -> list[QuotationLine]:
    return list(quotation.lines.order_by("position", "pk"))


def _held(changes: Changes, quotation: Quotation) -> None:
    """Lines of one quotation change one after the other, so that its totals are those of all of them."""
    changes.about(Quotation)
    check_draft(changes.lock(quotation))
