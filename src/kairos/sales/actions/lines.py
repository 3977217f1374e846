"""The lines of a draft. What they come to follows (see `sales.totals`)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kairos.core.history import Changes, change_set
from kairos.sales.actions.quotations import reprice
from kairos.sales.actions.refusals import check_discount, check_draft
from kairos.sales.line_taxes import taxes_of
from kairos.sales.models import LineKind, Quotation, QuotationLine
from kairos.sales.paper import language_of
from kairos.sales.prices import Prices


def add_line(quotation: Quotation, *, values: Mapping[str, Any], by: Any) -> QuotationLine:
    """A line at the end; of a product its text in the customer's language, its price and its taxes.

    Raises `NotADraft`, `NotADiscount`.
    """
    with change_set(by=by, summary=_("Added a line to %(record)s"), params={"record": quotation}) as changes:
        _held(changes, quotation)
        last = quotation.lines.aggregate(last=Max("position"))["last"] or 0
        filled: dict[str, Any] = {"position": last + 1}
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
        return changes.create(QuotationLine, quotation=quotation, **(filled | dict(values)))


def update_line(line: QuotationLine, *, values: Mapping[str, Any], by: Any) -> QuotationLine:
    """Change a line; a price that is typed stays, any other is that of the list. Raises `NotADraft`, `NotADiscount`."""
    params = {"record": line.quotation}
    with change_set(by=by, summary=_("Changed a line of %(record)s"), params=params) as changes:
        _held(changes, line.quotation)
        check_discount(values)
        changes.lock(line)
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


def raise_line(line: QuotationLine, *, by: Any) -> None:
    """Let the line change places with the one above it; the first stays. Raises `NotADraft`."""
    params = {"record": line.quotation}
    with change_set(by=by, summary=_("Moved a line of %(record)s"), params=params) as changes:
        _held(changes, line.quotation)
        order = list(line.quotation.lines.order_by("position", "pk").values_list("pk", flat=True))
        place = order.index(line.pk)
        above = max(0, place - 1)
        order[above], order[place] = order[place], order[above]
        changes.update_many(QuotationLine, {pk: {"position": n} for n, pk in enumerate(order, start=1)})


def _held(changes: Changes, quotation: Quotation) -> None:
    """Lines of one quotation change one after the other, so that its totals are those of all of them."""
    changes.about(Quotation)
    check_draft(changes.lock(quotation))
