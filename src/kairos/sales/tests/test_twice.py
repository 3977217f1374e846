"""A form that comes twice does its work once; what is found by a few letters can be done."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.core.models import ChangeSet
from kairos.core.records import type_of
from kairos.sales.actions.approvals import ask_approval
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.orders import mark_invoiced
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.settings import change_settings
from kairos.sales.actions.states import cancel_quotation, confirm_quotation, send_quotation
from kairos.sales.actions.templates import save_as_template
from kairos.sales.models import Quotation, QuotationTemplate
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]

ACTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "offer": ("draft", {"text": "Here it is.", "subject": "Offer", "to": "info@acme.example"}),
    "send": ("draft", {}),
    "confirm": ("draft", {}),
    "revise": ("sent", {}),
    "ask-approval": ("dear", {"note": "Please"}),
    "approve": ("asked", {}),
    "refuse": ("asked", {"note": "No"}),
    "deliver": ("confirmed", {"delivery_on": "2027-01-05"}),
    "invoiced": ("confirmed", {"invoice_reference": "A-1"}),
    "to-invoice": ("invoiced", {}),
    "from-template": ("draft", {}),
    "save-as-template": ("draft", {"name": "Usual"}),
    "duplicate": ("draft", {}),
    "cancel": ("draft", {"cancel_reason": "No"}),
    "reopen": ("cancelled", {}),
}


@pytest.fixture
def quotation(world: World) -> Quotation:
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    add_line(made, values={"description": "Anvil", "unit_price": Decimal(100)}, by=world.sam)
    return made


def brought(world: World, quotation: Any, state: str) -> None:
    if state in ("dear", "asked"):
        change_settings(values={"discount_limit": Decimal(5)}, by=world.ada)
        line = {"description": "Off", "unit_price": Decimal(-50)}
        add_line(quotation, values=line, by=world.sam)
    quotation.refresh_from_db()
    steps: dict[str, list[Any]] = {
        "sent": [send_quotation],
        "asked": [ask_approval],
        "confirmed": [confirm_quotation],
        "invoiced": [confirm_quotation, mark_invoiced],
        "cancelled": [cancel_quotation],
    }
    for step in steps.get(state, []):
        step(quotation, by=world.sam)


def test_every_action_is_tried_below() -> None:
    own = {action.name for action in type_of(Quotation).actions}
    assert own == set(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_form_that_comes_twice_does_its_work_once(
    world: World, as_: As, quotation: Quotation, action: str
) -> None:
    state, data = ACTIONS[action]
    brought(world, quotation, state)
    if action == "from-template":
        made = save_as_template(quotation, name="Usual", by=world.lena)
        data = {"template": str(made.pk), "way": "add"}
    client, url = as_(world.lena), f"/quotations/{quotation.pk}/do/{action}"
    before = ChangeSet.objects.count()
    answers = [client.post(url, {**data, "key": "k"}).status_code for _again in range(2)]
    assert (answers, ChangeSet.objects.count() - before) == ([200, 200], 1)


@pytest.mark.parametrize("action", ACTIONS)
def test_what_was_done_meanwhile_is_not_done_again(
    world: World, as_: As, quotation: Quotation, action: str
) -> None:
    """Two people press the same button: the second is told, or changes nothing; copies are made on purpose."""
    if action in ("duplicate", "save-as-template", "from-template", "offer"):
        return
    state, data = ACTIONS[action]
    brought(world, quotation, state)
    before = ChangeSet.objects.count()
    first = as_(world.lena).post(f"/quotations/{quotation.pk}/do/{action}", {**data, "key": "k"})
    second = as_(world.ada).post(f"/quotations/{quotation.pk}/do/{action}", {**data, "key": "l"})
    assert (first.status_code, second.status_code in (200, 409)) == (200, True)
    assert ChangeSet.objects.count() - before == (2 if action == "ask-approval" else 1)


def test_making_and_filling_a_quotation_twice_makes_one(world: World, as_: As, quotation: Quotation) -> None:
    client = as_(world.sam)
    for _again in range(2):
        client.post(f"/opportunities/{world.tias_deal.pk}/quote", {"key": "q"})
        client.post(f"/opportunities/{world.sams_deal.pk}/quote", {"key": "q2"})
        client.post(f"/quotations/{quotation.pk}/lines", {"description": "Oil", "kind": "item", "key": "l"})
        client.post(f"/quotations/{quotation.pk}/links", {"key": "m"})
    assert Quotation.objects.filter(opportunity=world.sams_deal).count() == 2
    assert quotation.lines.filter(description="Oil").count() == 1


def test_a_quotation_is_begun_from_the_palette(world: World, as_: As) -> None:
    client = as_(world.sam)
    found = client.get("/commands?q=new quotation").content.decode()
    assert 'hx-get="/quotations/new"' in found
    assert 'name="opportunity"' in client.get("/quotations/new").content.decode()
    for _again in range(2):
        client.post("/quotations/new", {"opportunity": world.sams_deal.pk, "key": "k"})
    made = Quotation.objects.get()
    assert (made.opportunity, made.organisation, made.currency) == (world.sams_deal, world.acme, "USD")
    assert client.post("/quotations/new", {"opportunity": world.ottos_deal.pk, "key": "l"}).status_code == 422
    assert Quotation.objects.count() == 1


def test_the_palette_goes_to_quotations_and_finds_one_by_its_number(
    world: World, as_: As, quotation: Quotation
) -> None:
    assert "Go to Quotations" in as_(world.sam).get("/commands?q=go to quotations").content.decode()
    url, asked = f'"/quotations/{quotation.pk}"', f"/commands?q={quotation.number}"
    seen = {
        who: url in as_(getattr(world, who)).get(asked).content.decode() for who in ("sam", "lena", "otto")
    }
    assert seen == {"sam": True, "lena": True, "otto": False}


def test_leaders_begin_a_template_from_the_palette_and_others_do_not(world: World, as_: As) -> None:
    address = 'hx-get="/quotation-templates/new"'
    texts = {
        who: as_(getattr(world, who)).get("/commands?q=new template").content.decode()
        for who in ("lena", "sam")
    }
    assert (address in texts["lena"], address in texts["sam"]) == (True, False)
    as_(world.lena).post("/quotation-templates/new", {"name": "Usual", "key": "k"})
    assert QuotationTemplate.objects.get().name == "Usual"
