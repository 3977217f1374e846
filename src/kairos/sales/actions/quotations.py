"""Quotations: made for a deal, sent, confirmed as the order, cancelled; revised and duplicated."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused, Changes, change_set
from kairos.crm.models import Opportunity
from kairos.sales.actions.approvals import check_approved
from kairos.sales.actions.numbers import next_number
from kairos.sales.deals import win_by_order
from kairos.sales.events import QUOTATION_CANCELLED, QUOTATION_CONFIRMED, QUOTATION_MADE, QUOTATION_SENT
from kairos.sales.house import house
from kairos.sales.models import Invoicing, PriceList, Quotation, QuotationLine, State
from kairos.sales.prices import Prices, list_for
from kairos.sales.sent import shown_of

COPIED = "opportunity organisation person salesperson currency customer_reference terms price_list".split()
COPIED += "discount_percent rounding".split()
COPIED_OF_LINES = "position kind product description quantity unit_price discount_percent is_optional".split()
COPIED_OF_LINES += "is_own_price listed_price".split()


class NotADraft(ActionRefused):
    message = _("%(quotation)s is no draft any more. Revise it to change what it says.")


class NotPossibleNow(ActionRefused):
    message = _("This cannot be done with %(quotation)s in its present state.")


class AlreadyInvoiced(ActionRefused):
    message = _("%(quotation)s is invoiced, so it cannot be cancelled. Take the invoice back first.")


class NothingOffered(ActionRefused):
    message = _("%(quotation)s has no lines yet.")


class NotADiscount(ActionRefused):
    message = _("A discount is from 0 to 100 percent.")


class OtherCurrency(ActionRefused):
    message = _("The prices of “%(list)s” are in %(currency)s, those of the quotation are not.")


def create_quotation(
    *, values: Mapping[str, Any], by: Any, model: type[Quotation] = Quotation, at: dt.datetime | None = None
) -> Quotation:
    """A draft for the deal in `values`, filled from it, with the next number of the year."""
    deal: Opportunity = values["opportunity"]
    params = {"record": deal}
    with change_set(by=by, summary=_("Made a quotation for %(record)s"), params=params, at=at) as changes:
        changes.about(Quotation)
        filled: dict[str, Any] = {
            "organisation": deal.organisation,
            "person": deal.person,
            "salesperson": deal.salesperson,
            "currency": deal.currency,
            "rounding": house().rounding,
        }
        filled |= values
        if "price_list" not in filled:
            filled["price_list"] = _list_of(filled, deal, timezone.localdate(changes.at))
        return _made(changes, filled)


def _list_of(filled: Mapping[str, Any], deal: Opportunity, day: dt.date) -> PriceList | None:
    customers = (filled["person"], filled["organisation"])
    return list_for(customers=customers, team=deal.team, currency=filled["currency"], day=day)


def _made(changes: Changes, values: dict[str, Any]) -> Quotation:
    day = timezone.localdate(changes.at)
    usual = {"valid_until": day + dt.timedelta(days=house().valid_days)}
    quotation = changes.create(Quotation, **(usual | values | next_number(changes, day)))
    changes.event(QUOTATION_MADE.name, quotation.opportunity, number=quotation.number)
    return quotation


def update_quotation(quotation: Quotation, *, values: Mapping[str, Any], by: Any) -> Quotation:
    """Change a draft; another price list changes the prices nobody has typed.

    Raises `NotADraft`, `NotADiscount`, `OtherCurrency`.
    """
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": quotation}) as changes:
        _update(changes, changes.lock(quotation), values)
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


def check_discount(values: Mapping[str, Any]) -> None:
    """Raises `NotADiscount`."""
    if not 0 <= values.get("discount_percent", 0) <= 100:
        raise NotADiscount()


def send_quotation(quotation: Quotation, *, by: Any) -> Quotation:
    """The customer has it now, by whatever way. Raises `NotPossibleNow`, `NothingOffered`, `NeedsApproval`."""
    with change_set(by=by, summary=_("Marked %(record)s as sent"), params={"record": quotation}) as changes:
        check_state(changes.lock(quotation), State.DRAFT)
        shown = _shown(quotation)
        check_approved(quotation)
        changes.update(quotation, state=State.SENT, sent_at=changes.at, as_sent=shown)
        changes.event(QUOTATION_SENT.name, quotation.opportunity, number=quotation.number)
    return quotation


def confirm_quotation(quotation: Quotation, *, by: Any) -> Quotation:
    """The customer has ordered. Raises `NotPossibleNow`, `NothingOffered`, `NeedsApproval`."""
    with change_set(by=by, summary=_("Confirmed %(record)s"), params={"record": quotation}) as changes:
        check_state(changes.lock(quotation), State.DRAFT, State.SENT)
        values = {"state": State.CONFIRMED, "confirmed_at": changes.at, "invoicing": Invoicing.DUE}
        if quotation.is_draft:
            values["as_sent"] = _shown(quotation)
            check_approved(quotation)
        changes.update(quotation, **values)
        changes.event(QUOTATION_CONFIRMED.name, quotation.opportunity, number=quotation.number)
        win_by_order(quotation, by=by)
    return quotation


def cancel_quotation(quotation: Quotation, *, by: Any, cancel_reason: str = "") -> Quotation:
    """It will come to nothing, or the order was called off. Raises `NotPossibleNow`, `AlreadyInvoiced`."""
    with change_set(by=by, summary=_("Cancelled %(record)s"), params={"record": quotation}) as changes:
        check_state(changes.lock(quotation), State.DRAFT, State.SENT, State.CONFIRMED)
        if quotation.invoicing == Invoicing.INVOICED:
            raise AlreadyInvoiced(quotation=quotation)
        changes.update(
            quotation,
            state=State.CANCELLED,
            cancelled_at=changes.at,
            cancel_reason=cancel_reason,
            invoicing=Invoicing.NOTHING,
        )
        _cancelled(changes, quotation, cancel_reason)
    return quotation


def close_offers(deal: Opportunity, *, by: Any) -> int:
    """Cancel what is still offered for a deal that is decided; what was ordered stays. Returns how many."""
    params = {"record": deal}
    with change_set(by=by, summary=_("Closed the other quotations of %(record)s"), params=params) as changes:
        offered = deal.quotations.active().offered().select_for_update(of=("self",)).order_by("pk")
        values = {
            "state": State.CANCELLED,
            "cancelled_at": changes.at,
            "cancel_reason": str(_("The deal is closed")),
        }
        closed = list(offered)
        for one in closed:
            _cancelled(changes, one, str(values["cancel_reason"]))
        return changes.update_many(Quotation, {one.pk: values for one in closed})


def _cancelled(changes: Changes, quotation: Quotation, reason: str) -> None:
    changes.event(QUOTATION_CANCELLED.name, quotation.opportunity, number=quotation.number, reason=reason)


def reopen_quotation(quotation: Quotation, *, by: Any) -> Quotation:
    """A cancelled one becomes a draft again. Raises `NotPossibleNow`."""
    with change_set(by=by, summary=_("Reopened %(record)s"), params={"record": quotation}) as changes:
        check_state(changes.lock(quotation), State.CANCELLED)
        changes.update(
            quotation,
            state=State.DRAFT,
            sent_at=None,
            confirmed_at=None,
            cancelled_at=None,
            cancel_reason="",
            delivery_on=None,
            as_sent=None,
        )
    return quotation


def revise_quotation(quotation: Quotation, *, by: Any) -> Quotation:
    """A new version of what was sent, under the same number; the old one stays as it is. Raises `NotPossibleNow`."""
    with change_set(by=by, summary=_("Revised %(record)s"), params={"record": quotation}) as changes:
        check_state(changes.lock(quotation), State.SENT)
        changes.update(quotation, state=State.REPLACED)
        revision = quotation.revision + 1
        values = {name: getattr(quotation, name) for name in ("year", "sequence", *COPIED)}
        number = f"Q{quotation.year}-{quotation.sequence:04}-{revision}"
        until = timezone.localdate(changes.at) + dt.timedelta(days=house().valid_days)
        made = changes.create(Quotation, **values, number=number, revision=revision, valid_until=until)
        _copy_lines(changes, quotation, made)
    return made


def duplicate_quotation(quotation: Quotation, *, by: Any) -> Quotation:
    """Another draft with the same lines and a number of its own."""
    with change_set(by=by, summary=_("Duplicated %(record)s"), params={"record": quotation}) as changes:
        changes.lock(quotation)
        made = _made(changes, {name: getattr(quotation, name) for name in COPIED})
        _copy_lines(changes, quotation, made)
    return made


def _copy_lines(changes: Changes, quotation: Quotation, made: Quotation) -> None:
    for line in quotation.lines.prefetch_related("taxes").order_by("position", "pk"):
        values = {name: getattr(line, name) for name in COPIED_OF_LINES}
        changes.create(QuotationLine, quotation=made, taxes=list(line.taxes.all()), **values)


def check_draft(quotation: Quotation) -> None:
    """Raises `NotADraft`."""
    if not quotation.is_draft:
        raise NotADraft(quotation=quotation)


def check_state(quotation: Quotation, *states: State) -> None:
    """Raises `NotPossibleNow`."""
    if quotation.state not in states:
        raise NotPossibleNow(quotation=quotation)


def _shown(quotation: Quotation) -> dict[str, Any]:
    """What stays of its lines as the customer sees it. Raises `NothingOffered`."""
    shown = shown_of(quotation.lines.select_related("product").prefetch_related("taxes"))
    if not shown:
        raise NothingOffered(quotation=quotation)
    return shown
