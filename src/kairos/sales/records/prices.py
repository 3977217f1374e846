"""Price lists and their rules."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kairos.core.access import LeadersArrange
from kairos.core.fields import Field, MoneyAmountField, RelationField
from kairos.core.records import MatchKeys, Menu, RecordType, Section, register
from kairos.core.tables import name_key
from kairos.sales.access import PriceRulesAccess
from kairos.sales.actions import prices
from kairos.sales.models import PriceList, PriceRule


def _named(record: Any) -> list[tuple[str, str]]:
    return [("name", name_key(record.name))]


@register
class PriceLists(RecordType):
    model = PriceList
    plural = "price-lists"
    icon = "tags"
    menu = Menu(_("Price lists"), icon="tags", order=30, area="products")
    access = LeadersArrange()
    match_keys = MatchKeys(("name",), _named, ("name",))
    columns = ("name", "currency", "customers", "teams", "starts_on", "ends_on")
    default_sort = "position"
    sections = (
        Section(_("Price list"), ("name", "currency", "position", "external_id")),
        Section(_("For whom and when"), ("customers", "teams", "starts_on", "ends_on")),
    )
    quick_create = ("name", "currency", "customers", "teams", "starts_on", "ends_on")

    def subtitle(self, record: Any) -> str:
        return str(record.currency)


@register
class PriceRules(RecordType):
    model = PriceRule
    plural = "price-rules"
    icon = "percent"
    access = PriceRulesAccess()
    columns = ("price_list", "product", "category", "minimum_quantity", "kind", "price", "percent")
    search = ("name", "product.name", "category.name", "price_list.name")
    groups = ("price_list", "product", "category", "kind")
    field_options: ClassVar[list[Field]] = [
        RelationField("price_list", can_create=False),
        MoneyAmountField("price", is_summed=False),
        MoneyAmountField("round_to", is_summed=False),
        MoneyAmountField("surcharge", is_summed=False),
    ]
    sections = (
        Section(_("What it is about"), ("price_list", "product", "category", "minimum_quantity")),
        Section(_("Price"), ("kind", "price", "percent", "base", "round_to", "surcharge")),
        Section(_("When it holds"), ("starts_on", "ends_on", "external_id")),
    )
    quick_create = (
        "price_list",
        "product",
        "category",
        "minimum_quantity",
        "kind",
        "price",
        "percent",
        "base",
        "round_to",
        "surcharge",
    )
    create = staticmethod(prices.create_rule)
    update = staticmethod(prices.update_rule)
    update_many = staticmethod(prices.update_rules)
