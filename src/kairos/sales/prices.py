"""The price list of a quotation, and what products cost by it on a day."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, When
from django.utils import timezone

from kairos.core.rates import Rates
from kairos.crm.models import Product
from kairos.sales.models import PriceList, PriceRule, ProductCost, Quotation
from kairos.sales.pricing import Offer, Sold, offer
from kairos.sales.reckoning import rounded, smallest_unit


def list_for(*, customers: Iterable[Any], team: Any, currency: str, day: dt.date) -> PriceList | None:
    """The first list of this currency and day that names one of the customers; else the team; else nobody at all.

    Among several the one that stands first by `position`, then the older one.
    """
    in_time = Q(starts_on=None) | Q(starts_on__lte=day)
    in_time &= Q(ends_on=None) | Q(ends_on__gte=day)
    known = [one.pk for one in customers if one is not None]
    its_customers = PriceList.customers.through.objects.filter(pricelist=OuterRef("pk"))
    its_teams = PriceList.teams.through.objects.filter(pricelist=OuterRef("pk"))
    for_team = Exists(its_teams.filter(team=team)) if team is not None else Q(pk=None)
    way = Case(
        When(Exists(its_customers.filter(contact__in=known)) if known else Q(pk=None), then=1),
        When(Exists(its_customers), then=None),
        When(for_team, then=2),
        When(~Exists(its_teams), then=3),
        output_field=IntegerField(),
    )
    lists = PriceList.objects.active().filter(in_time, currency=currency).annotate(way=way)
    return lists.exclude(way=None).order_by("way", "position", "pk").first()


class Prices:
    """What these products cost on a quotation today. Reads rules, costs and rates once, when first asked."""

    def __init__(self, quotation: Quotation, products: Iterable[Product]) -> None:
        self.day = timezone.localdate()
        self.currency = quotation.currency
        self.unit = smallest_unit(quotation.currency)
        self.rates = Rates(self.day, target=quotation.currency)
        wanted = {pk for one in products for pk in (one.pk, one.variant_of_id) if pk is not None}
        self.rules = self._rules(quotation.price_list_id, wanted)
        self.costs = self._costs(wanted) if any(rule.base == "cost" for rule in self.rules) else {}

    def _rules(self, price_list_id: int | None, wanted: set[int]) -> list[PriceRule]:
        if price_list_id is None:
            return []
        rules = PriceRule.objects.active().filter(Q(product=None) | Q(product__in=wanted))
        return list(rules.filter(price_list=price_list_id).select_related("product", "category"))

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
