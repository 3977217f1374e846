"""What products cost, and what quotations add to the page of a product."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.access import LeadersArrange
from kairos.core.fields import CurrencyField, MoneyAmountField, RelationsField
from kairos.core.records import Action, RecordType, Section, contribute_actions, register
from kairos.crm.models import Product
from kairos.sales.actions import products
from kairos.sales.models import ProductCost, ProductTaxes


class CostsAccess(LeadersArrange):
    """Those who lead see what things cost; it is set on the page of the product."""

    def can_list(self, user: Any) -> bool:
        return super().can_list(user) and bool(user.is_leader)

    def can_create(self, user: Any) -> bool:
        return False

    def can_edit(self, user: Any, record: Any) -> bool:
        return self.can_list(user)


@register
class ProductCosts(RecordType):
    model = ProductCost
    plural = "product-costs"
    icon = "coins"
    title_field = "product"
    access = CostsAccess()
    columns = ("product", "cost")
    search = ("product.name",)
    sections = (Section(_("Cost of a product"), ("product", "cost", "currency", "external_id")),)


contribute_actions(
    Product,
    Action(
        "taxes",
        _("Set its taxes"),
        products.set_taxes,
        run_many=products.set_taxes_of,
        icon="percent",
        fields=(
            RelationsField(
                "taxes",
                model_field=ProductTaxes._meta.get_field("taxes"),
                label=_("Taxes of new lines; without any, the usual ones"),
                required=False,
            ),
        ),
    ),
    Action(
        "cost",
        _("Set its cost"),
        products.set_cost,
        icon="coins",
        fields=(
            MoneyAmountField("cost", model_field=ProductCost._meta.get_field("cost"), required=True),
            CurrencyField("currency", model_field=ProductCost._meta.get_field("currency"), required=False),
        ),
    ),
)
