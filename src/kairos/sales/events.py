from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.events import Event

QUOTATION_MADE = Event("sales.quotation_made", _("Quotation %(number)s made"), "file-text")
QUOTATION_SENT = Event("sales.quotation_sent", _("Quotation %(number)s sent"), "send")
# The conversation of the quotation tells both.
QUOTATION_ACCEPTED = Event(
    "sales.quotation_accepted",
    _("%(person)s accepted quotation %(number)s"),
    "check-check",
    on_timeline=False,
)
QUOTATION_DECLINED = Event(
    "sales.quotation_declined", _("%(person)s declined quotation %(number)s"), "x", on_timeline=False
)
QUOTATION_CANCELLED = Event("sales.quotation_cancelled", _("Quotation %(number)s cancelled. %(reason)s"), "x")
QUOTATION_CONFIRMED = Event("sales.quotation_confirmed", _("Quotation %(number)s confirmed"), "check")

TEMPLATE_LEFT_OUT = Event(
    "sales.template_left_out",
    _("No longer sold, so not taken from “%(template)s”: %(products)s"),
    "circle-alert",
)
TEMPLATE_PRICES = Event(
    "sales.template_prices",
    _("The price list “%(list)s” (%(currency)s) of “%(template)s” does not fit, so it was not taken"),
    "circle-alert",
)
ORDER_INVOICED = Event("sales.order_invoiced", _("Order %(number)s invoiced: %(reference)s"), "receipt")


def _told(entry: Any) -> list[int]:
    return [int(pk) for pk in entry.params["user"].split(",") if pk]


APPROVAL_ASKED = Event(
    "sales.approval_asked",
    _("Approval asked for a discount of %(percent)s percent. %(note)s"),
    "badge-check",
    audience=_told,
)
APPROVAL_GRANTED = Event(
    "sales.approval_granted",
    _("Discount of %(percent)s percent approved"),
    "check",
    audience=_told,
)
APPROVAL_REFUSED = Event(
    "sales.approval_refused",
    _("Discount of %(percent)s percent refused. %(note)s"),
    "x",
    audience=_told,
)
MARGIN_ASKED = Event(
    "sales.margin_asked", _("Approval asked for a low margin. %(note)s"), "badge-check", audience=_told
)
MARGIN_GRANTED = Event("sales.margin_granted", _("Low margin approved"), "check", audience=_told)
MARGIN_REFUSED = Event("sales.margin_refused", _("Low margin refused. %(note)s"), "x", audience=_told)
QUOTATION_VIEWED = Event("sales.quotation_viewed", _("The customer looked at it"), "eye")
