"""What was offered, what was ordered, how often and how fast, in the reports of the house."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine

from kairos.core.records import type_called
from kairos.insight.pivot import answer
from kairos.insight.question import read_question
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.orders import mark_invoiced
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import cancel_quotation, confirm_quotation, send_quotation
from kairos.sales.models import Quotation
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(world: World) -> None:
    """On day 1 Sam offers 100, 200 and 300, and Tia 50; on day 5 200 is ordered, on day 3 300, and 50 is called off."""
    with time_machine.travel("2027-01-01T09:00Z", tick=False):
        found = {price: offer(world.sams_deal, world.sam, price) for price in (100, 200, 300)}
        found[50] = offer(world.tias_deal, world.tia, 50)
    with time_machine.travel("2027-01-03T09:00Z", tick=False):
        confirm_quotation(found[300], by=world.sam)
        mark_invoiced(found[300], by=world.sam, invoice_reference="AB-1")
        cancel_quotation(found[50], by=world.tia)
    with time_machine.travel("2027-01-05T09:00Z", tick=False):
        confirm_quotation(found[200], by=world.sam)
        send_quotation(found[100], by=world.sam)


def offer(deal: Any, by: Any, price: int) -> Quotation:
    found = create_quotation(values={"opportunity": deal}, by=by)
    add_line(found, values={"description": "Anvil", "unit_price": Decimal(price)}, by=by)
    return found


def report(user: Any, measures: str, rows: str) -> dict[str, list[Any]]:
    asked = read_question(type_called("quotations"), {"measures": measures, "rows": rows}, user=user)
    found = answer(asked)
    assert found.notices == []
    return {row.label: [cell.figure.number for cell in row.cells] for row in [*found.rows, found.total]}


def test_quoted_and_ordered_by_salesperson(world: World, made: None) -> None:
    assert report(world.ada, "count,offered,ordered,order_rate,to_invoice", "salesperson") == {
        "Sam Seller": [3, Decimal(100), Decimal(500), Decimal(100), Decimal(200)],
        "Tia Team": [1, Decimal(0), Decimal(0), Decimal(0), Decimal(0)],
        "Total": [
            4,
            Decimal(100),
            Decimal(500),
            pytest.approx(Decimal("66.67"), abs=Decimal("0.01")),
            Decimal(200),
        ],
    }


def test_the_way_from_quotation_to_order_is_told_in_days(world: World, made: None) -> None:
    found = report(world.ada, "days_to_order,order_average", "opportunity.team")
    assert found["Total"] == [Decimal(3), Decimal(250)]


@pytest.mark.parametrize("name", ["by-salesperson", "by-month", "time-to-order", "by-source", "to-invoice"])
def test_each_ready_report_opens_with_what_one_may_see(world: World, as_: Any, made: None, name: str) -> None:
    sees, other = (
        as_(who).get(f"/reports/ready/quotations/{name}", follow=True).content.decode()
        for who in (world.sam, world.otto)
    )
    assert ("$" in sees, "$200" in other or "$500" in other) == (True, False)
