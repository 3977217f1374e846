"""Converting a lead: who is likely meant and why, what is made, and all of it taken back."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kairos.contacts.actions.contacts import update_contact
from kairos.contacts.models import Contact
from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.crm.actions.leads import add_lead
from kairos.crm.actions.stages import found_lead_stages
from kairos.crm.models import Lead, Opportunity, Touch
from tests.world import World

As = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def lead_stages(world: World) -> None:
    with change_set(by=world.ada, summary="Stages") as changes:
        found_lead_stages(changes)


def lead_of(world: World, **values: Any) -> Opportunity:
    values = {"title": "Wants anvils", "salesperson": world.sam, "team": world.north, **values}
    values.setdefault("email", "")
    return add_lead(values={**values}, channel="form", by=world.ada).record


@pytest.fixture(autouse=True)
def north_uses_leads(world: World) -> None:
    from kairos.crm.actions.processes import update_team_process

    update_team_process(world.north, values={"uses_leads": True}, by=world.ada)


def url(lead: Opportunity) -> str:
    return f"/leads/{lead.pk}/do/convert"


def chosen(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)" checked', page)
    return found[1] if found else "?"


def test_the_dialog_proposes_whom_the_address_names_and_says_why(world: World, as_: As) -> None:
    lead = lead_of(world, contact_name="E. Buyer", email="eve@acme.example")
    page = as_(world.sam).get(url(lead)).content.decode()
    assert chosen(page, "person") == str(world.eve.pk)
    assert chosen(page, "company") == str(world.acme.pk)
    assert "eve@acme.example" in page


def test_a_free_mailbox_says_nothing_about_a_company(world: World, as_: As) -> None:
    lead = lead_of(world, contact_name="Eve", email="eve@gmail.com", company_name="Acme Anvils")
    page = as_(world.sam).get(url(lead)).content.decode()
    assert (chosen(page, "company"), chosen(page, "person")) == ("new", "new")


def test_each_contact_says_what_it_would_get_from_the_lead(world: World, as_: As) -> None:
    lead = lead_of(
        world,
        contact_name="Eva",
        email="eve@acme.example",
        phone="+886223456789",
        city="Taipei",
        country="TW",
    )
    page = as_(world.sam).get(url(lead)).content.decode()
    # Eve has an e-mail address, a country and a company; Acme a country.
    assert gains(page) == {
        "Acme": "Gets what it lacks: City: Taipei",
        "Eve Buyer": "Gets what it lacks: Phones: +886 2 2345 6789",
    }
    update_contact(world.eve, values={"phones": ["+886299998888"]}, by=world.ada)
    assert [*gains(as_(world.sam).get(url(lead)).content.decode())] == ["Acme"]


def gains(page: str) -> dict[str, str]:
    found = r'class="match-name">([^<]+)</span>(?:(?!match-name).)*?class="match-gains">([^<]+)<'
    return dict(re.findall(found, page, re.DOTALL))


def test_a_contact_that_nothing_speaks_for_can_be_looked_up(world: World, as_: As) -> None:
    lead = lead_of(world, contact_name="Someone Else", email="else@nowhere.example", phone="+886223456789")
    client = as_(world.sam)
    page = client.get(url(lead)).content.decode()
    assert (chosen(page, "company"), chosen(page, "person")) == ("", "new")
    [search] = re.findall(r'"(/contacts/options\?for=lead\.person[^"]*)"', page)
    found = client.get(f"{html.unescape(search)}&q=eve").content.decode()
    assert "Eve Buyer" in found
    assert "data-create" not in found
    # Who is looked up is chosen, with the company they belong to; what else was answered stays.
    asked: dict[str, Any] = {
        "person": "new",
        "company": "",
        "person_other": world.eve.pk,
        "salesperson": world.tia.pk,
    }
    page = client.get(url(lead), asked).content.decode()
    assert (chosen(page, "company"), chosen(page, "person")) == (str(world.acme.pk), str(world.eve.pk))
    assert f'<option value="{world.tia.pk}" selected' in page
    assert gains(page)["Eve Buyer"] == "Gets what it lacks: Phones: +886 2 2345 6789"
    data = {
        "company": world.acme.pk,
        "person": world.eve.pk,
        "salesperson": world.tia.pk,
        "key": "k1",
        "run": "1",
    }
    assert client.post(url(lead), data).status_code == 200
    deal = Opportunity.objects.get(pk=lead.pk)
    assert (deal.organisation, deal.person) == (world.acme, world.eve)
    world.eve.refresh_from_db()
    assert (world.eve.emails, world.eve.phones) == (["eve@acme.example"], ["+886223456789"])


@pytest.mark.parametrize("other", ["acme", "999999", "x", ""])
def test_only_a_person_can_be_looked_up_as_one(world: World, as_: As, other: str) -> None:
    lead = lead_of(world, contact_name="Someone Else")
    number = world.acme.pk if other == "acme" else other
    page = as_(world.sam).get(url(lead), {"person_other": number}).content.decode()
    assert chosen(page, "person") == "new"
    data = {"company": "", "person": number, "key": "k1", "run": "1"}
    if number:
        assert as_(world.sam).post(url(lead), data).status_code == 422
    assert Lead.objects.filter(pk=lead.pk).count() == 1


def test_a_list_of_one_can_look_a_contact_up_too(world: World, as_: As) -> None:
    lead = lead_of(world, contact_name="Someone Else")
    data = {"ids": [lead.pk], "person": "new", "person_other": world.eve.pk}
    page = as_(world.sam).post("/leads/bulk/convert", data).content.decode()
    assert chosen(page, "person") == str(world.eve.pk)
    assert 'hx-post="/leads/bulk/convert"' in page.split("match-other")[1]
    assert Lead.objects.filter(pk=lead.pk).count() == 1


def test_linking_keeps_what_is_there_and_fills_what_is_not(world: World, as_: As) -> None:
    lead = lead_of(world, contact_name="Eva", email="eve@acme.example", phone="+886223456789", city="Taipei")
    data = {
        "company": world.acme.pk,
        "person": world.eve.pk,
        "salesperson": world.sam.pk,
        "team": world.north.pk,
    }
    answer = as_(world.sam).post(url(lead), {**data, "key": "k1", "run": "1"})
    assert answer.status_code == 200
    deal = Opportunity.objects.get(pk=lead.pk)
    assert (deal.organisation, deal.person, deal.stage, deal.probability) == (
        world.acme,
        world.eve,
        world.new,
        10,
    )
    assert deal.converted_at is not None
    world.eve.refresh_from_db()
    world.acme.refresh_from_db()
    assert (world.eve.name, world.eve.phones, world.acme.city) == ("Eve Buyer", ["+886223456789"], "Taipei")


def test_making_company_and_person_makes_each_once(world: World, as_: As) -> None:
    lead = lead_of(world, contact_name="Wile E.", email="wile@coyote.example", company_name="Coyote Ltd")
    before = Contact.objects.count()
    data = {"company": "new", "person": "new", "salesperson": world.tia.pk, "team": world.north.pk}
    as_(world.sam).post(url(lead), {**data, "key": "k2", "run": "1"})
    deal = Opportunity.objects.get(pk=lead.pk)
    assert Contact.objects.count() == before + 2
    assert (deal.organisation.name, deal.person.name, deal.person.parent) == (
        "Coyote Ltd",
        "Wile E.",
        deal.organisation,
    )
    assert (deal.person.emails, deal.organisation.emails, deal.organisation.owner) == (
        ["wile@coyote.example"], [], world.tia,
    )  # fmt: skip
    as_(world.sam).post(url(lead), {**data, "key": "k2", "run": "1"})
    assert Contact.objects.count() == before + 2


def test_undo_leaves_the_lead_as_it_was(world: World, as_: As) -> None:
    lead = lead_of(world, contact_name="Wile E.", email="wile@coyote.example", company_name="Coyote Ltd")
    before = Lead.objects.filter(pk=lead.pk).values().get()
    as_(world.sam).post(
        url(lead), {"company": "new", "person": "new", "salesperson": world.tia.pk, "key": "k3"}
    )
    assert Lead.objects.filter(pk=lead.pk).count() == 0
    report = undo(ChangeSet.objects.latest("pk"), by=world.sam)
    assert report.conflicts == []
    after = Lead.objects.filter(pk=lead.pk).values().get()
    ignored = {"version", "updated_at"}
    assert {k: v for k, v in after.items() if k not in ignored} == {
        k: v for k, v in before.items() if k not in ignored
    }
    assert Contact.objects.filter(name="Coyote Ltd").count() == 0


def test_a_lead_can_go_into_an_open_opportunity(world: World, as_: As) -> None:
    lead = lead_of(world, contact_name="Eve", email="eve@acme.example")
    data = {"company": world.acme.pk, "person": world.eve.pk, "into": world.sams_deal.pk, "key": "k4"}
    as_(world.sam).post(url(lead), {**data, "salesperson": world.sam.pk, "team": world.north.pk})
    assert Opportunity.with_leads.filter(pk=lead.pk).count() == 0
    assert world.sams_deal.touches.count() == 1
    answer = as_(world.sam).get(f"/leads/{lead.pk}")
    assert answer["Location"] == f"/opportunities/{world.sams_deal.pk}"


@pytest.mark.parametrize("into", ["ottos", "999999", "x"])
def test_nothing_goes_into_a_deal_out_of_sight(world: World, as_: As, into: str) -> None:
    lead = lead_of(world, contact_name="Eve")
    target = world.ottos_deal.pk if into == "ottos" else into
    answer = as_(world.sam).post(url(lead), {"company": "", "person": "", "into": target, "key": "k5"})
    assert answer.status_code == 422
    assert Lead.objects.filter(pk=lead.pk).count() == 1


def test_strangers_do_not_find_the_dialog(world: World, as_: As) -> None:
    lead = lead_of(world)
    assert as_(world.stranger).get(url(lead)).status_code == 404
    assert as_(world.stranger).post(url(lead), {"company": "", "person": "", "key": "k"}).status_code == 404
    assert Lead.objects.filter(pk=lead.pk).count() == 1


def test_an_opportunity_that_was_a_lead_can_go_back(world: World, as_: As) -> None:
    lead = lead_of(world)
    as_(world.sam).post(url(lead), {"company": "", "person": "", "salesperson": world.sam.pk, "key": "k7"})
    as_(world.sam).post(f"/opportunities/{lead.pk}/do/return-to-leads", {"key": "k8"})
    found = Lead.objects.get(pk=lead.pk)
    assert (found.stage.name, found.converted_at) == ("New", None)
    assert as_(world.sam).post(f"/opportunities/{world.sams_deal.pk}/do/return-to-leads").status_code in (
        409,
        200,
    )


def test_only_leaders_of_a_team_arrange_how_it_sells(world: World, as_: As) -> None:
    page = f"/teams/{world.north.pk}/process"
    data = {"probability_mode": "score", "assignment_mode": "immediate", "assignment_hours": "6"}
    assert as_(world.sam).post(page, data).status_code == 404
    assert as_(world.lena).get(f"/teams/{world.south.pk}/process").status_code == 404
    assert as_(world.lena).get(page).status_code == 200
    assert as_(world.lena).post(page, data).status_code == 302
    world.north.process.refresh_from_db()
    assert (world.north.process.uses_leads, world.north.process.probability_mode) == (False, "score")


def test_nobody_new_is_offered_where_the_lead_names_nobody(world: World, as_: As) -> None:
    lead = lead_of(world, email="info@lee.example")
    page = as_(world.sam).get(url(lead)).content.decode()
    assert (chosen(page, "company"), chosen(page, "person")) == ("", "")
    assert 'value="new"' not in page
    named = lead_of(world, email="ann.lee@lee.example")
    page = as_(world.sam).get(url(named)).content.decode()
    assert "Create “Ann Lee”" in page
    as_(world.sam).post(url(named), {"company": "", "person": "new", "salesperson": world.sam.pk, "key": "k"})
    assert Opportunity.objects.get(pk=named.pk).person.name == "Ann Lee"


def test_whose_deal_one_may_not_see_is_not_merged_with(world: World, as_: As) -> None:
    with change_set(by=world.ada, summary="Mail") as changes:
        changes.update(world.ottos_deal, email="wile@coyote.example")
    lead = lead_of(world, contact_name="Wile E.", email="wile@coyote.example")
    other = lead_of(world, contact_name="Nobody Else")
    assert "Magnets" not in as_(world.sam).get(url(lead)).content.decode()
    data = {"ids": [lead.pk, other.pk], "run": "1", "key": "k9", "makes": "1", "merges": "1"}
    as_(world.sam).post("/leads/bulk/convert", data)
    assert Opportunity.objects.filter(pk__in=[lead.pk, world.ottos_deal.pk]).count() == 2
    world.ottos_deal.refresh_from_db()
    assert world.ottos_deal.salesperson == world.otto


def test_undoing_a_conversion_into_a_deal_gives_both_back(world: World, as_: As) -> None:
    lead = lead_of(world, contact_name="Eve", email="eve@acme.example", phone="+886223456789")
    ignored = {"version", "updated_at"}

    def state() -> list[Any]:
        rows = [*Opportunity.with_leads.order_by("pk").values(), *Contact.objects.order_by("pk").values()]
        touches = Touch.objects.order_by("pk").values()
        return [*({k: v for k, v in row.items() if k not in ignored} for row in rows), *touches]

    before = state()
    data = {"company": world.acme.pk, "person": world.eve.pk, "into": world.sams_deal.pk, "key": "k4"}
    as_(world.sam).post(url(lead), {**data, "salesperson": world.sam.pk, "team": world.north.pk})
    assert state() != before
    assert undo(ChangeSet.objects.latest("pk"), by=world.sam).conflicts == []
    assert state() == before
