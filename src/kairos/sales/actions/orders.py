"""What becomes of an order: when it is delivered, and whether it is invoiced. The books are kept elsewhere."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.history import change_set
from kairos.sales.actions.refusals import NotPossibleNow, check_state
from kairos.sales.events import ORDER_INVOICED
from kairos.sales.models import Invoicing, Quotation, State


def set_delivery(quotation: Quotation, *, by: Any, delivery_on: dt.date | None = None) -> Quotation:
    """The day the order is to be delivered; none takes it away. Raises `NotPossibleNow`."""
    params = {"record": quotation}
    with change_set(by=by, summary=_("Changed the delivery of %(record)s"), params=params) as changes:
        check_state(changes.lock(quotation), State.CONFIRMED)
        changes.update(quotation, delivery_on=delivery_on)
    return quotation


def mark_invoiced(quotation: Quotation, *, by: Any, invoice_reference: str = "") -> Quotation:
    """The order has an invoice, known by its reference; from now on it is not cancelled. Raises `NotPossibleNow`."""
    params = {"record": quotation}
    with change_set(by=by, summary=_("Marked %(record)s as invoiced"), params=params) as changes:
        _check(changes.lock(quotation), Invoicing.DUE)
        changes.update(quotation, invoicing=Invoicing.INVOICED, invoice_reference=invoice_reference.strip())
        changes.event(ORDER_INVOICED.name, quotation, number=quotation.number, reference=invoice_reference)
    return quotation


def mark_due(quotation: Quotation, *, by: Any) -> Quotation:
    """The order has no invoice after all. Raises `NotPossibleNow`."""
    params = {"record": quotation}
    with change_set(by=by, summary=_("Marked %(record)s as to invoice"), params=params) as changes:
        _check(changes.lock(quotation), Invoicing.INVOICED)
        changes.update(quotation, invoicing=Invoicing.DUE, invoice_reference="")
    return quotation


def _check(quotation: Quotation, invoicing: Invoicing) -> None:
    check_state(quotation, State.CONFIRMED)
    if quotation.invoicing != invoicing:
        raise NotPossibleNow(quotation=quotation)
