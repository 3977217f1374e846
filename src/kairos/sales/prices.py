"""The price list of a quotation, and what products cost by it on a day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from kairos.core.prepared import prepared
from kairos.core.rates import Rates
from kairos.crm.models import Product
from kairos.sales.models import PriceList, PriceRule, ProductCost, Quotation
from kairos.sales.pricing import Offer, Sold, offer
from kairos.sales.reckoning import rounded, smallest_unit


def list_for(*, customers: Iterable[Any], team: int | None, currency: str, day: dt.date) -> PriceList | None:
    """The first list of this currency and day that names one of the customers; else the team; else nobody at all.

    Among several the one that stands first by `position`, then the older one.
    """
    found = [one for one in _lists() if one.currency == currency and one.holds_on(day)]
    known = [one.pk for one in customers if one is not None]
    ways = _ways(found, known, team) if found else {}
    return min((one for one in found if one.pk in ways), key=lambda one: ways[one.pk], default=None)


@prepared
def _lists() -> Any:
    return PriceList.objects.active().order_by("position", "pk")


def _ways(lists: Sequence[PriceList], customers: Sequence[int], team: int | None) -> dict[int, int]:
    """Which of these lists hold: by a customer whom they name (1), by the team (2), since they name nobody (3).

    Three small questions are sooner put together than one with all conditions in it.
    """
    naming = PriceList.customers.through.objects.filter(pricelist__in=lists)
    for_customers = set(naming.filter(contact__in=customers).values_list("pricelist", flat=True))
    for_others = set(naming.values_list("pricelist", flat=True).distinct()) - for_customers
    its_teams = PriceList.teams.through.objects.filter(pricelist__in=lists)
    teams = defaultdict(set)
    for pk, one in its_teams.values_list("pricelist", "team"):
        teams[pk].add(one)
    found = {pk: 2 for pk, of in teams.items() if team in of} | {
        one.pk: 3 for one in lists if one.pk not in teams
    }
    return {pk: way for pk, way in found.items() if pk not in for_others} | dict.fromkeys(for_customers, 1)


class Prices:
    """What these products cost on a quotation today. Reads rules, costs and rates once, when first asked."""

    def __init__(self, quotation: Quotation, products: Iterable[Product]) -> None:
        self.day = timezone.localdate()
        self.currency = quotation.currency
        self.unit = smallest_unit(quotation.currency)
        self.rates = Rates(self.day, target=quotation.currency)
        wanted = {pk for one in products for pk in (one.pk, one.variant_of_id) if pk is not None}
        self.rules = _rules(quotation.price_list_id, *wanted) if quotation.price_list_id else []
        self.costs = self._costs(wanted) if any(rule.base == "cost" for rule in self.rules) else {}

    def _costs(self, wanted: set[int]) -> dict[int, Decimal]:
        rows = ProductCost.objects.filter(product__in=wanted)
        costs = {row.product_id: self.here(row.cost, row.currency) for row in rows}
        return {pk: cost for pk, cost in costs.items() if cost is not None}

    def here(self, amount: Any, currency: str) -> Decimal | None:
        """An amount in the currency of the quotation; None where the day knows no rate."""
        rate = self.rates.rate(currency or self.currency)
        return None if amount is None or rate is None else rounded(amount * rate, self.unit)

    def offer(self, product: Product, quantity: Decimal = Decimal(1)) -> Offer:
        """The price of so many of it, and where it comes from."""
        sold = Sold(
            product.pk,
            product.variant_of_id,
            product.category_id,
            self.here(product.list_price, product.currency),
            self.costs.get(product.pk, self.costs.get(product.variant_of_id or 0)),
        )
        return offer(self.rules, sold, quantity=quantity, day=self.day, unit=self.unit)


@prepared
def _rules(price_list: int, *products: int) -> Any:
    """The rules of a list for these products, and for all of them."""
    about = Q(product=None) | Q(product__in=products)
    return PriceRule.objects.active().filter(about, price_list=price_list)
