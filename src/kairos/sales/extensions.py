"""What sales lays on the pages below it: the quotations of a deal, the lines of a quotation."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from kairos.core.editing.once import new_key
from kairos.core.fields import format as shown
from kairos.core.prepared import prepared
from kairos.core.records import type_of
from kairos.core.slots import RECORD_PANELS, RecordPanel
from kairos.crm.models import Opportunity, Product
from kairos.sales import on_deals, price_panels, today
from kairos.sales.deals import DealsFollowQuotations
from kairos.sales.line_taxes import taxes_of
from kairos.sales.models import ProductCost, Quotation, QuotationTemplate, QuotationTemplateLine
from kairos.sales.panels import customer_context, lines_context
from kairos.sales.template_forms import usual_template
from kairos.sales.totals import DiscountFollows, DraftsFollowTaxes, TotalsFollow

PRICES = (price_panels.Rules, price_panels.SellingPlace)
ON_DEALS = (on_deals.NewestQuotation, today.QuotationNumbers)
FOLLOWING = (TotalsFollow, DiscountFollows, DraftsFollowTaxes, DealsFollowQuotations)


MOST_TEMPLATES = 30


@RECORD_PANELS.register(order=6, for_type="opportunity")
class DealQuotations(RecordPanel):
    """What was offered for this deal, what was ordered, and the button that makes the next quotation."""

    template_name = "sales/_deal_quotations.html"

    def context(self, user: Any, record: Opportunity) -> dict[str, Any]:
        templates = list(QuotationTemplate.objects.visible_to(user).for_team(record.team_id)[:MOST_TEMPLATES])
        # Who sees a deal sees what was offered for it.
        found = _offered_for(record.pk)
        ordered: dict[str, Decimal] = defaultdict(Decimal)
        for one in found:
            if one.state == "confirmed":
                ordered[one.currency] += one.untaxed
        return {
            "quotations": found,
            "ordered": " + ".join(shown.money(amount, code) for code, amount in ordered.items()),
            "left_open": sum(one.is_offered for one in found) if not record.is_open else 0,
            "templates": templates,
            "usual": usual_template(templates),
            "kind": type_of(Quotation),
            "key": new_key(),
        }


@prepared
def _offered_for(deal: int) -> Any:
    return Quotation.objects.filter(opportunity=deal).active().order_by("-pk")


@RECORD_PANELS.register(order=4, for_type="quotation")
class Lines(RecordPanel):
    """The lines, changed in their places while it is a draft, and what they come to."""

    template_name = "sales/_lines.html"
    is_wide = True

    def context(self, user: Any, record: Quotation) -> dict[str, Any]:
        return lines_context(user, record)


@RECORD_PANELS.register(order=4, for_type="quotationtemplate")
class TemplateLines(RecordPanel):
    """What a quotation from this template offers."""

    template_name = "sales/_template_lines.html"

    def context(self, user: Any, record: QuotationTemplate) -> dict[str, Any]:
        kind = type_of(QuotationTemplateLine)
        lines = record.lines.active().select_related("product").order_by("position", "pk")
        return {
            "lines": list(lines),
            "kind": kind,
            "may_add": kind.access.can_create(user) and not record.is_archived,
        }


@RECORD_PANELS.register(order=6, for_type="product")
class Selling(RecordPanel):
    """The taxes of the product's lines, and for those who lead what it costs."""

    template_name = "sales/_selling.html"

    def shown_to(self, user: Any, record: Product) -> bool:
        return bool(user.is_leader)

    def context(self, user: Any, record: Product) -> dict[str, Any]:
        return {
            "taxes": taxes_of(record),
            "cost": ProductCost.objects.visible_to(user).filter(product=record).first(),
        }


@RECORD_PANELS.register(order=4, for_type="quotation")
class ForTheCustomer(RecordPanel):
    """What the customer gets: the quotation as PDF, and the link to it."""

    template_name = "sales/_customer.html"

    def context(self, user: Any, record: Quotation) -> dict[str, Any]:
        return customer_context(user, record)
