"""The figures of the lines of quotations, and the reports that ask for them.

Net is what a line comes to less the discount on all lines. The discount is what that is below the full price: that of
the list, or the line's own where that is higher; a line with a price below nothing is a discount on the others. Taxes
on top of a price are in neither, taxes within a price in both.
"""

from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from kairos.core.models import MoneyField
from kairos.core.records import Measure, Part, ReadyReport

COUNTED = {"all": [["kind", "is", "item"], ["is_optional", "is", False]]}
ORDERED = {"all": [*COUNTED["all"], ["quotation.state", "is", "confirmed"]]}
OFFERED = {"all": [*COUNTED["all"], ["quotation.state", "in", ["sent", "confirmed", "cancelled"]]]}
DECIDED = {"all": [*COUNTED["all"], ["quotation.state", "in", ["confirmed", "cancelled"]]]}
CURRENCY = "quotation.currency"


class Net(Func):
    """An amount less a discount in percent, in whole thousandths."""

    template = "CAST(ROUND((%(expressions)s)) / 100.0) AS BIGINT)"
    arg_joiner = " * (100 - "

    def __init__(self, amount: object, percent: object) -> None:
        super().__init__(amount, percent, output_field=MoneyField())


class Full(Func):
    """A quantity at a price, in whole thousandths."""

    template = "CAST(ROUND(%(expressions)s) AS BIGINT)"
    arg_joiner = " * "

    def __init__(self, quantity: object, price: object) -> None:
        super().__init__(quantity, price, output_field=MoneyField())


class Minus(Func):
    """One amount less another."""

    template = "(%(expressions)s)"
    arg_joiner = " - "

    def __init__(self, more: object, less: object) -> None:
        super().__init__(more, less, output_field=MoneyField())


NET = Net(F("amount"), F("quotation__discount_percent"))
NOTHING = Value(0, output_field=MoneyField())
FULL = Full(F("quantity"), Greatest(F("unit_price"), Coalesce(F("listed_price"), NOTHING), NOTHING))
DISCOUNT = Minus(FULL, NET)

MEASURES = (
    Measure("lines", _("Lines"), where=COUNTED),
    Measure("quantity", _("Quantity ordered"), "number", of="quantity", where=ORDERED, more_is="good"),
    Measure(
        "net",
        _("Ordered, after discounts"),
        "money",
        of=NET,
        where=ORDERED,
        currency=CURRENCY,
        more_is="good",
    ),
    Measure("quoted", _("Quoted, after discounts"), "money", of=NET, where=OFFERED, currency=CURRENCY),
    Measure(
        "won_share",
        _("Ordered of what was decided"),
        "percent",
        of=NET,
        where=ORDERED,
        per=Part(NET, DECIDED),
        currency=CURRENCY,
        drill=DECIDED,
        more_is="good",
        help=_("Amounts that were ordered, of those that were ordered or cancelled"),
        is_of_money=True,
    ),
    Measure(
        "discount",
        _("Discount given"),
        "money",
        of=DISCOUNT,
        where=ORDERED,
        currency=CURRENCY,
        more_is="bad",
        help=_("What orders are below the price by the list"),
    ),
    Measure(
        "discount_share",
        _("Discount given, percent"),
        "percent",
        of=DISCOUNT,
        where=ORDERED,
        per=Part(FULL, ORDERED),
        currency=CURRENCY,
        more_is="bad",
        is_of_money=True,
    ),
)

DIMENSIONS = (
    "product.category",
    "quotation.opportunity.team",
    "quotation.opportunity.source",
    "quotation.salesperson",
    "quotation.organisation",
    "quotation.confirmed_at",
    "quotation.created_at",
    "quotation.state",
    "quotation.currency",
)

READY_REPORTS = (
    ReadyReport(
        "product-mix",
        _("Product mix"),
        _("What do we sell, and how much of each?"),
        {
            "measures": "net,quantity,discount,discount_share",
            "rows": "product.category,product",
            "sort": "net",
            "chart": "bar",
        },
        "package",
        64,
    ),
    ReadyReport(
        "product-mix-by-month",
        _("Product mix by month"),
        _("How does what we sell change?"),
        {"measures": "net", "rows": "product", "column": "quotation.confirmed_at:month", "filter": "ordered"},
        "calendar-days",
        65,
    ),
    ReadyReport(
        "discount-given",
        _("Discount given"),
        _("Who gives how much discount, and on what?"),
        {
            "measures": "discount,discount_share,net",
            "rows": "quotation.salesperson,product",
            "sort": "discount",
        },
        "badge-check",
        66,
    ),
    ReadyReport(
        "quoted-against-won",
        _("Quoted against won"),
        _("What of what we offer is ordered?"),
        {"measures": "quoted,net,won_share", "rows": "product", "sort": "quoted"},
        "target",
        67,
    ),
)
