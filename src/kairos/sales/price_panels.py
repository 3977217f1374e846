"""The rules on the page of their price list, and the place of the settings."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.records import type_of
from kairos.core.slots import PLACES, RECORD_PANELS, Place, RecordPanel
from kairos.sales.models import PriceList, PriceRule
from kairos.sales.why import about, says


@RECORD_PANELS.register(order=4, for_type="pricelist")
class Rules(RecordPanel):
    """What products cost by this list, the closest rules first."""

    template_name = "sales/_price_rules.html"

    def shown_to(self, user: Any, record: PriceList) -> bool:
        return bool(user.is_leader)

    def context(self, user: Any, record: PriceList) -> dict[str, Any]:
        kind = type_of(PriceRule)
        found = PriceRule.objects.visible_to(user).active().filter(price_list=record)
        rules = sorted(found.select_related("product", "category"), key=_order)
        return {
            "kind": kind,
            "rules": [(rule, about(rule), says(rule, record.currency, user)) for rule in rules],
            "may_add": kind.access.can_create(user) and not record.is_archived,
        }


def _order(rule: PriceRule) -> tuple[Any, ...]:
    """Of products by their names, then of categories, then of everything; greater quantities first."""
    return (
        rule.product_id is None,
        rule.category_id is None,
        about(rule).casefold(),
        -rule.minimum_quantity,
        rule.pk,
    )


@PLACES.register()
class SellingPlace(Place):
    name = "selling"
    label = _("Selling")
    icon = "receipt"
    order = 70
    area = "products"
    audience = "administrators"
