"""What the example company has offered lately."""

from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team
from kairos.core.actions.records import create_record
from kairos.core.demo import Story
from kairos.core.history import change_set
from kairos.crm.models import Opportunity, Product
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.prices import create_rule
from kairos.sales.actions.products import set_cost
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import confirm_quotation, send_quotation
from kairos.sales.demo_templates import tell_templates
from kairos.sales.models import OrderRule, PriceList, RevenueFollows, Tax
from kairos.sales.paper import language_of
from kairos.sales.reckoning import rounded, smallest_unit

LIKELY = 50
OFFERS = 18
DISCOUNTS = (0, 5, 0, 10)
COST_SHARE = Decimal("0.58")
WARRANTY_SHARE = Decimal("0.04")


def tell(story: Story) -> None:
    """The business tax of Taiwan, and quotations for the deals that are far enough."""
    kai = story.found["kai"]
    start = story.ago(200)
    values = {"name": "Business tax 5%", "name_chinese": "營業稅 5%", "percent": 5, "is_usual": True}
    create_record(model=Tax, values=values, by=kai, at=start)
    products: list[Any] = list(
        Product.objects.filter(variants=None).select_related("category").order_by("pk")
    )
    with change_set(by=kai, summary=_("Set the costs of products"), at=start):
        for product in products:
            set_cost(product, cost=product.list_price * COST_SHARE, currency="USD", by=kai)
    _prices(kai, start, products)
    tell_templates(kai, start, products)
    for team in Team.objects.active().order_by("position", "pk")[:1]:
        rule = {"team": team, "revenue_follows": RevenueFollows.HIGHEST, "wins_deal": True}
        create_record(model=OrderRule, values=rule, by=kai, at=start)
    deals = Opportunity.objects.open().filter(probability__gte=LIKELY).exclude(salesperson=None)
    for number, deal in enumerate(deals.select_related("salesperson").order_by("-pk")[:OFFERS]):
        _offer(story, deal, products, number)


def _prices(by: Any, at: Any, products: list[Any]) -> None:
    """A list for everybody who pays in dollars: less from five pieces, and devices for less still from ten."""
    made: Any = create_record(
        model=PriceList, values={"name": "Standard 2026", "currency": "USD"}, by=by, at=at
    )
    devices = next(one.category for one in products if one.kind == "goods")
    training = next(one for one in products if one.unit == "day")
    for values in (
        {"minimum_quantity": Decimal(5), "percent": Decimal(5)},
        {"category": devices, "minimum_quantity": Decimal(3), "percent": Decimal(8)},
        {"product": training, "kind": "fixed", "price": Decimal(1350), "minimum_quantity": Decimal(3)},
    ):
        create_rule(values={"price_list": made, **values}, by=by, at=at)


def _offer(story: Story, deal: Opportunity, products: list[Any], number: int) -> None:
    by, at = deal.salesperson, story.ago(1 + (OFFERS - number) / 2)
    params = {"record": deal}
    with change_set(by=by, summary=_("Made a quotation for %(record)s"), params=params, at=at):
        made: Any = create_quotation(values={"opportunity": deal}, by=by)
        worth = Decimal(0)
        discount = DISCOUNTS[number % len(DISCOUNTS)]
        for product in story.dice.sample(products, k=story.dice.randint(1, 3)):
            values = {"product": product, "quantity": story.dice.randint(1, 4), "discount_percent": discount}
            line: Any = add_line(made, values=values, by=by)
            worth += line.quantity * line.unit_price
        _beside(made, worth, by)
        if number % 3:
            send_quotation(made, by=by)
        if number % 6 == 1:
            confirm_quotation(made, by=by)


def _beside(quotation: Any, worth: Decimal, by: Any) -> None:
    """What the customer may take with it."""
    with translation.override(language_of(quotation)):
        words = gettext("One more year of warranty")
    price = rounded(worth * WARRANTY_SHARE, smallest_unit(quotation.currency))
    add_line(quotation, values={"description": words, "unit_price": price, "is_optional": True}, by=by)
