from django.utils.translation import gettext_lazy as _

from kairos.core.access import LeadersArrange
from kairos.core.records import Menu, RecordType, Section, register
from kairos.sales.actions import order_rules
from kairos.sales.models import OrderRule


@register
class OrderRules(RecordType):
    """What quotations and orders do to the deals of each team."""

    model = OrderRule
    plural = "order-rules"
    icon = "workflow"
    menu = Menu(_("Rules for orders"), icon="workflow", order=60, area="products")
    access = LeadersArrange()
    title_field = "team"
    columns = ("team", "revenue_follows", "wins_deal", "discount_limit", "margin_limit")
    search = ("team.name",)
    default_sort = "team"
    sections = (
        Section(_("Rule for orders"), ("team", "revenue_follows", "wins_deal")),
        Section(_("Approval"), ("discount_limit", "margin_limit")),
    )
    quick_create = ("team", "revenue_follows", "wins_deal", "discount_limit", "margin_limit")
    create = staticmethod(order_rules.create_order_rule)
    update = staticmethod(order_rules.update_order_rule)
    update_many = staticmethod(order_rules.update_order_rules)
