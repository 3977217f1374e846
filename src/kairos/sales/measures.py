"""The figures of what was offered and ordered, and the reports that ask for them. Amounts are without taxes."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kairos.core.records import Elapsed, Measure, Part, ReadyReport
from kairos.core.records.measures import COUNT

ORDERED = ["state", "is", "confirmed"]
OPEN = ["state", "in", ["draft", "sent"]]
DECIDED = ["state", "in", ["confirmed", "cancelled"]]
TO_INVOICE = ["invoicing", "is", "due"]

MEASURES = (
    COUNT,
    Measure("offered", _("Offered, still open"), "money", of="untaxed", where=OPEN),
    Measure("order_count", _("Orders"), where=ORDERED, more_is="good"),
    Measure("ordered", _("Ordered"), "money", of="untaxed", where=ORDERED, more_is="good"),
    Measure(
        "order_rate",
        _("Ordered of what was decided"),
        "percent",
        where=ORDERED,
        per=Part(where=DECIDED),
        drill=DECIDED,
        more_is="good",
        help=_("Orders of all that are ordered or cancelled"),
    ),
    Measure(
        "order_average", _("Average order"), "money", of="untaxed", where=ORDERED, per=Part(where=ORDERED)
    ),
    Measure(
        "days_to_order",
        _("Time from quotation to order"),
        "days",
        of=Elapsed(F("created_at"), F("confirmed_at")),
        where=ORDERED,
        per=Part(where=ORDERED),
        more_is="bad",
    ),
    Measure("to_invoice", _("To invoice"), "money", of="untaxed", where=TO_INVOICE),
)

DIMENSIONS = (
    "opportunity.team",
    "opportunity.source",
    "organisation.industry",
    "organisation.country",
    "currency",
)

READY_REPORTS = (
    ReadyReport(
        "by-salesperson",
        _("Quotations and orders by salesperson"),
        _("Who offers how much, and what becomes of it?"),
        {
            "measures": "ordered,count,offered,order_rate,order_average,days_to_order",
            "rows": "salesperson",
            "sort": "ordered",
            "chart": "bar",
        },
        "file-text",
        60,
    ),
    ReadyReport(
        "by-month",
        _("Orders by month"),
        _("How much was ordered each month?"),
        {
            "measures": "ordered,order_count",
            "rows": "confirmed_at:month",
            "filter": "orders",
            "chart": "bar",
        },
        "calendar-days",
        61,
    ),
    ReadyReport(
        "time-to-order",
        _("Time from quotation to order"),
        _("How long does it take from the quotation to the order?"),
        {
            "measures": "days_to_order,order_count,ordered",
            "rows": "confirmed_at:month",
            "column": "opportunity.team",
            "filter": "orders",
        },
        "hourglass",
        62,
    ),
    ReadyReport(
        "by-source",
        _("Orders by source"),
        _("Where do the customers come from that order?"),
        {
            "measures": "ordered,count,order_rate",
            "rows": "opportunity.source,opportunity.team",
            "sort": "ordered",
        },
        "radio",
        62,
    ),
    ReadyReport(
        "to-invoice",
        _("Orders to invoice"),
        _("Whom have we not invoiced yet?"),
        {"measures": "to_invoice,order_count", "rows": "organisation", "filter": "to-invoice"},
        "receipt",
        63,
    ),
)
