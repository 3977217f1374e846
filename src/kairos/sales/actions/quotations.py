"""Quotations as drafts: made for a deal, changed, priced anew."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.history import Changes, change_set
from kairos.crm.models import Opportunity
from kairos.sales.actions.numbers import next_number
from kairos.sales.actions.refusals import OtherCurrency, check_discount, check_draft, check_unchanged
from kairos.sales.events import QUOTATION_MADE
from kairos.sales.house import house
from kairos.sales.models import PriceList, Quotation, QuotationLine
from kairos.sales.prices import Prices, list_for


def create_quotation(
    *, values: Mapping[str, Any], by: Any, model: type[Quotation] = Quotation, at: dt.datetime | None = None
) -> Quotation:
    """A draft for the deal in `values`, filled from it, with the next number of the year."""
    deal: Opportunity = values["opportunity"]
    params = {"record": deal}
    with change_set(by=by, summary=_("Made a quotation for %(record)s"), params=params, at=at) as changes:
        changes.about(Quotation)
        usual, day = house(), timezone.localdate(changes.at)
        filled: dict[str, Any] = {
            "organisation": deal.organisation,
            "person": deal.person,
            "currency": deal.currency,
            "rounding": usual.rounding,
            "valid_until": day + dt.timedelta(days=usual.valid_days),
        }
        filled |= values
        if "salesperson" not in filled:
            filled["salesperson_id"] = deal.salesperson_id
        if "price_list" not in filled:
            filled["price_list"] = _list_of(filled, deal, day)
        return numbered(changes, filled)


def _list_of(filled: Mapping[str, Any], deal: Opportunity, day: dt.date) -> PriceList | None:
    customers = (filled["person"], filled["organisation"])
    return list_for(customers=customers, team=deal.team_id, currency=filled["currency"], day=day)


def numbered(changes: Changes, values: dict[str, Any]) -> Quotation:
    """A draft with these values and the next number of the year, which its deal is told."""
    number = next_number(changes, timezone.localdate(changes.at))
    quotation = changes.create(Quotation, **(values | number))
    changes.event(QUOTATION_MADE.name, quotation.opportunity, number=quotation.number)
    return quotation


def update_quotation(
    quotation: Quotation, *, values: Mapping[str, Any], by: Any, was: Mapping[str, Any] | None = None
) -> Quotation:
    """Change a draft; another price list changes the prices nobody has typed.

    `was` says what stood there when it was read.
    Raises `NotADraft`, `NotADiscount`, `OtherCurrency`, `ChangedMeanwhile`.
    """
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": quotation}) as changes:
        check_unchanged(changes.lock(quotation), values, was or {})
        _update(changes, quotation, values)
    return quotation


def update_quotations(
    *, model: type[Quotation], values_by_id: Mapping[int, Mapping[str, Any]], by: Any
) -> int:
    """Change several drafts, each as `update_quotation` does; returns how many changed."""
    params = {"count": len(values_by_id)}
    with change_set(by=by, summary=_("Changed %(count)s records"), params=params) as changes:
        held = Quotation.objects.select_for_update(of=("self",)).filter(pk__in=values_by_id).order_by("pk")
        return sum(_update(changes, quotation, values_by_id[quotation.pk]) for quotation in list(held))


def _update(changes: Changes, quotation: Quotation, values: Mapping[str, Any]) -> bool:
    check_draft(quotation)
    given = dict(values)
    if "discount_percent" in given:
        given["discount_percent"] = given["discount_percent"] or Decimal(0)
    check_discount(given)
    prices = given.get("price_list")
    if prices is not None and prices.currency != quotation.currency:
        raise OtherCurrency(list=prices, currency=prices.currency)
    changed = changes.update(quotation, **given)
    if "price_list" in changed:
        reprice(changes, quotation, list(quotation.lines.select_related("product")))
    return bool(changed)


def reprice(changes: Changes, quotation: Quotation, lines: Sequence[QuotationLine]) -> None:
    """Let the lines of products cost what the price list says, but for prices of somebody's own."""
    sold = [line for line in lines if line.product is not None]
    prices = Prices(quotation, [line.product for line in sold if line.product])
    for line in sold:
        price = prices.offer(line.product, line.quantity).price  # type: ignore[arg-type]
        is_own = line.is_own_price and line.unit_price != price
        own = line.unit_price if is_own else price
        changes.update(line, listed_price=price, unit_price=own, is_own_price=is_own)
