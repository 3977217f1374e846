"""What becomes of an order: its delivery, its invoice, and that an invoiced one stays."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.core.editing.undoing import undo_for
from kairos.core.models import ChangeSet, EventEntry
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import cancel_quotation, confirm_quotation
from kairos.sales.models import Quotation
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def order(world: World) -> Quotation:
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    add_line(made, values={"description": "Anvil", "unit_price": Decimal(700)}, by=world.sam)
    return confirm_quotation(made, by=world.sam)


def facts(order: Quotation) -> tuple[Any, ...]:
    order.refresh_from_db()
    return order.state, order.invoicing, order.invoice_reference, order.delivery_on


def test_a_new_order_is_to_be_invoiced_and_listed_so(world: World, as_: As, order: Quotation) -> None:
    draft = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    assert (facts(order), draft.invoicing) == (("confirmed", "due", "", None), "nothing")
    page = as_(world.sam).get("/quotations?view=list&filter=to-invoice").content.decode()
    assert (order.number in page, draft.number in page) == (True, False)


def test_an_order_gets_its_invoice_and_the_day_of_its_delivery(
    world: World, as_: As, order: Quotation
) -> None:
    client, url = as_(world.sam), f"/quotations/{order.pk}"
    client.post(f"{url}/do/deliver", {"delivery_on": "2027-03-09"})
    client.post(f"{url}/do/invoiced", {"invoice_reference": " AB-12345678 "})
    assert facts(order) == ("confirmed", "invoiced", "AB-12345678", dt.date(2027, 3, 9))
    event = EventEntry.objects.get(name="sales.order_invoiced")
    assert (event.record_id, event.params["number"]) == (order.pk, order.number)
    page = client.get(url).content.decode()
    assert "AB-12345678" in page
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    assert facts(order) == ("confirmed", "due", "", dt.date(2027, 3, 9))


def test_an_invoiced_order_is_not_cancelled_before_its_invoice_is_taken_back(
    world: World, as_: As, order: Quotation
) -> None:
    client, url = as_(world.sam), f"/quotations/{order.pk}"
    client.post(f"{url}/do/invoiced", {"invoice_reference": "AB-1"})
    answer = client.post(f"{url}/do/cancel", {"cancel_reason": "Called off"})
    assert (answer.status_code, "is invoiced, so it cannot be cancelled" in answer.content.decode()) == (
        409,
        True,
    )
    assert facts(order) == ("confirmed", "invoiced", "AB-1", None)
    client.post(f"{url}/do/to-invoice")
    client.post(f"{url}/do/cancel", {"cancel_reason": "Called off"})
    assert facts(order) == ("cancelled", "nothing", "", None)


@pytest.mark.parametrize(
    ("verb", "form"), [("invoiced", {"invoice_reference": "X"}), ("deliver", {"delivery_on": "2027-01-01"})]
)
def test_what_is_no_order_is_neither_invoiced_nor_delivered(
    world: World, as_: As, order: Quotation, verb: str, form: dict[str, str]
) -> None:
    cancel_quotation(order, by=world.sam)
    answer = as_(world.sam).post(f"/quotations/{order.pk}/do/{verb}", form)
    assert (answer.status_code >= 400, facts(order)) == (True, ("cancelled", "nothing", "", None))


def test_an_order_is_invoiced_once(world: World, as_: As, order: Quotation) -> None:
    client, url = as_(world.sam), f"/quotations/{order.pk}/do/invoiced"
    client.post(url, {"invoice_reference": "AB-1"})
    answer = client.post(url, {"invoice_reference": "AB-2"})
    assert (answer.status_code >= 400, facts(order)[2]) == (True, "AB-1")
