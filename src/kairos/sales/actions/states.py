"""What becomes of a quotation: sent, confirmed as the order, cancelled, a draft again."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.history import Changes, change_set
from kairos.crm.models import Opportunity
from kairos.sales.actions.approvals import check_approved
from kairos.sales.actions.refusals import AlreadyInvoiced, NothingOffered, check_state
from kairos.sales.deals import win_by_order
from kairos.sales.events import QUOTATION_CANCELLED, QUOTATION_CONFIRMED, QUOTATION_SENT
from kairos.sales.models import Invoicing, Quotation, State
from kairos.sales.sent import shown_of


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


def _cancelled(changes: Changes, quotation: Quotation, reason: str) -> None:
    changes.event(QUOTATION_CANCELLED.name, quotation.opportunity, number=quotation.number, reason=reason)


def _shown(quotation: Quotation) -> dict[str, Any]:
    """What stays of its lines as the customer sees it. Raises `NothingOffered`."""
    shown = shown_of(quotation.lines.select_related("product").prefetch_related("taxes"))
    if not shown:
        raise NothingOffered(quotation=quotation)
    return shown
