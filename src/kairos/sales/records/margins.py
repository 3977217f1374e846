"""What quotations leave, in a list and in reports: rows of their own, because fewer people may see them."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kairos.core.fields import Field, RelationField
from kairos.core.records import Filter, Measure, Menu, Part, PartAccess, PartType, ReadyReport, register_part
from kairos.core.records.measures import COUNT
from kairos.sales.models import Margin

ORDERED = ["quotation.state", "is", "confirmed"]


class MarginsAccess(PartAccess):
    """Those who lead read them."""

    def can_list(self, user: Any) -> bool:
        return super().can_list(user) and bool(user.is_leader)


@register_part
class Margins(PartType):
    model = Margin
    owner = "quotation"
    plural = "margins"
    icon = "coins"
    menu = Menu(_("Margins"), icon="coins", order=16)
    access = MarginsAccess()
    title_field = "quotation"
    hidden = frozenset({"external_id"})
    field_options: ClassVar[list[Field]] = [RelationField("quotation", label=_("Quotation"))]
    columns = ("quotation", "revenue", "cost", "margin", "margin_percent", "unknown")
    filters = (
        Filter("ordered", _("Orders"), ORDERED),
        Filter("open", _("Still open"), ["quotation.state", "in", ["draft", "sent"]]),
    )
    list_prefetch = ("quotation",)
    default_sort = "-margin"
    measures = (
        COUNT,
        Measure("margin_sum", _("Margin"), "money", of="margin", more_is="good"),
        Measure(
            "margin_share",
            _("Margin in percent"),
            "percent",
            of="margin",
            per=Part("revenue"),
            more_is="good",
            is_of_money=True,
        ),
        Measure("revenue_sum", _("Revenue with a known cost"), "money", of="revenue", more_is="good"),
    )
    dimensions = (
        "quotation.state",
        "quotation.salesperson",
        "quotation.opportunity.team",
        "quotation.organisation",
        "quotation.confirmed_at",
        "quotation.created_at",
    )
    reports = (
        ReadyReport(
            "margins",
            _("Margins"),
            _("What do orders leave, by whom and for which customers?"),
            {
                "measures": "margin_sum,margin_share,revenue_sum",
                "rows": "quotation.salesperson,quotation.organisation",
                "sort": "margin_sum",
                "filter": "ordered",
            },
            "coins",
            68,
        ),
    )
