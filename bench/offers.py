"""Quotations in bulk: a template of twenty lines to offer from, and orders for a list of any length."""

import datetime as dt
import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils import timezone

LINES = 20
CHUNK = 2_000
LONG_AGO = 1900


def make_template(by: Any) -> int:
    """Twenty products with a tax, a cost and a price list with three rules; the number of a template of them."""
    from kairos.core.actions.records import create_record
    from kairos.crm.actions.products import create_product
    from kairos.sales.actions.prices import create_rule
    from kairos.sales.actions.products import set_cost
    from kairos.sales.actions.taxes import create_tax
    from kairos.sales.actions.templates import create_template_line
    from kairos.sales.models import PriceList, QuotationTemplate

    create_tax(values={"name": "Sales tax", "percent": Decimal(5), "is_usual": True}, by=by)
    prices: Any = create_record(model=PriceList, values={"name": "Usual", "currency": "USD"}, by=by)
    for quantity in (5, 10, 20):
        rule = {"price_list": prices, "minimum_quantity": Decimal(quantity), "percent": Decimal(quantity)}
        create_rule(values=rule, by=by)
    template: Any = create_record(model=QuotationTemplate, values={"name": "Bench"}, by=by)
    for number in range(LINES):
        values = {"name": f"Instrument {number}", "list_price": Decimal(100 + number), "currency": "USD"}
        product = create_product(values=values, by=by)
        set_cost(product, cost=Decimal(60), currency="USD", by=by)
        line = {"template": template, "product": product, "quantity": Decimal(number + 1)}
        create_template_line(values=line, by=by)
    return int(template.pk)


def make_orders(count: int, by: Any) -> None:
    """As many orders of a line each, for deals by turns; without history, which no list reads."""
    from django.db import connection

    from kairos.crm.models import Opportunity
    from kairos.sales.models import Quotation, QuotationLine

    made = Quotation.objects.filter(year=LONG_AGO).count()
    deals = itertools.cycle(Opportunity.objects.order_by("pk")[:CHUNK])
    for start in range(made, count, CHUNK):
        found = Quotation.objects.bulk_create(_orders(start, min(count, start + CHUNK), deals, by))
        QuotationLine.objects.bulk_create(
            QuotationLine(quotation=one, description="Valve", unit_price=one.untaxed, amount=one.untaxed)
            for one in found
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _orders(start: int, end: int, deals: Iterator[Any], by: Any) -> Iterator[Any]:
    from kairos.sales.models import Quotation, State

    now = timezone.now()
    for number in range(start, end):
        deal, at = next(deals), now - dt.timedelta(minutes=number)
        values: dict[str, Any] = {
            "untaxed": Decimal(number % 900 + 100),
            "total": Decimal(number % 900 + 100),
        }
        yield Quotation(
            number=f"Q{LONG_AGO}-{number:06}",
            year=LONG_AGO,
            sequence=number + 1,
            opportunity=deal,
            organisation_id=deal.organisation_id,
            salesperson_id=deal.salesperson_id or by.pk,
            currency="USD",
            state=State.CONFIRMED if number % 4 else State.SENT,
            confirmed_at=at,
            created_at=at,
            valid_until=at.date(),
            **values,
        )
