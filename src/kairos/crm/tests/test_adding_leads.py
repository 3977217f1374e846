"""The one door by which mail, forms, chat and campaigns bring leads in."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.crm.actions.leads import add_lead, discard_lead
from kairos.crm.actions.opportunities import update_opportunity
from kairos.crm.actions.processes import update_team_process
from kairos.crm.actions.stages import found_lead_stages
from kairos.crm.actions.touches import Brought
from kairos.crm.models import Kind, Opportunity, Source, Touch
from tests.world import World

As = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def lead_stages(world: World) -> None:
    with change_set(by=world.ada, summary="Stages") as changes:
        found_lead_stages(changes)


def added(**values: Any) -> Opportunity:
    values = {"contact_name": "Wile E.", "email": " Wile@Coyote.example ", "phone": "02 2345 6789", **values}
    return add_lead(
        values=values, channel="form", brought=Brought(source="Website", campaign="Spring")
    ).record


def test_a_lead_is_named_reached_and_traced(world: World) -> None:
    lead = added()
    assert (lead.title, lead.kind, lead.channel, lead.salesperson) == ("Wile E.", "lead", "form", None)
    assert (lead.email, lead.email_quality) == ("wile@coyote.example", "correct")
    assert (lead.phone, lead.phone_quality) == ("+886223456789", "correct")
    assert (str(lead.source), str(lead.campaign), lead.medium) == ("Website", "Spring", None)
    assert Touch.objects.filter(opportunity=lead).count() == 1
    assert lead.last_customer_event_at is not None


@pytest.mark.parametrize(
    ("email", "quality"), [("", "empty"), ("nobody", "incorrect"), ("a@b.example", "correct")]
)
def test_what_can_be_no_address_is_kept_and_marked(world: World, email: str, quality: str) -> None:
    lead = added(email=email)
    assert (lead.email, lead.email_quality) == (email, quality)
    update_opportunity(lead, values={"email": "eve@acme.example"}, by=world.ada)
    assert lead.email_quality == "correct"


def test_the_first_touch_stays_and_the_last_moves(world: World) -> None:
    first = added()
    came = first.last_customer_event_at
    assert came is not None
    again = add_lead(
        values={"email": "WILE@coyote.example", "team": first.team},
        channel="mail",
        brought=Brought(source="Newsletter", at=came + dt.timedelta(days=3)),
        into_open=True,
    )
    lead = Opportunity.with_leads.get(pk=first.pk)
    assert (again.record.pk, again.is_new) == (lead.pk, False)
    assert (str(lead.source), str(lead.last_source)) == ("Website", "Newsletter")
    assert lead.last_customer_event_at == came + dt.timedelta(days=3)
    assert [str(touch.source) for touch in lead.touches.order_by("at")] == ["Website", "Newsletter"]


def test_the_same_message_twice_is_one_lead(world: World) -> None:
    one, other = added(external_id="message-1"), added(external_id="message-1")
    assert one.pk == other.pk
    assert (Opportunity.with_leads.filter(kind=Kind.LEAD).count(), Touch.objects.count()) == (1, 1)


def test_a_source_is_found_whatever_its_case(world: World) -> None:
    added()
    add_lead(values={"title": "Other"}, channel="chat", brought=Brought(source="  WEBSITE "))
    assert [source.name for source in Source.objects.all()] == ["Website"]


def test_a_team_without_leads_gets_an_opportunity(world: World) -> None:
    assert added(team=world.south).kind == "opportunity"
    update_team_process(world.south, values={"uses_leads": True}, by=world.ada)
    assert added(team=world.south).kind == "lead"


def test_whoever_comes_again_tells_what_was_not_known_and_loses_nothing(world: World) -> None:
    first = added(description="Anvils?", phone="")
    values = {
        "email": "wile@coyote.example",
        "team": first.team,
        "contact_name": "Another",
        "phone": "0912345678",
    }
    add_lead(values={**values, "description": "And rockets."}, channel="form", into_open=True)
    lead = Opportunity.with_leads.get(pk=first.pk)
    assert (lead.contact_name, lead.phone, lead.phone_quality) == ("Wile E.", "+886912345678", "correct")
    assert lead.description == "Anvils?\n\nAnd rockets."


def test_another_team_and_a_closed_lead_do_not_count_as_open(world: World) -> None:
    first = added()
    values = {"email": "wile@coyote.example"}
    assert add_lead(values={**values, "team": world.south}, channel="mail", into_open=True).is_new
    discard_lead(first, by=world.ada)
    assert add_lead(values={**values, "team": first.team}, channel="mail", into_open=True).is_new


def test_a_lead_that_came_can_be_taken_back_whole(world: World) -> None:
    before = (Opportunity.with_leads.count(), Touch.objects.count(), Source.objects.count())
    added()
    assert undo(ChangeSet.objects.latest("pk"), by=world.ada).conflicts == []
    assert (Opportunity.with_leads.count(), Touch.objects.count(), Source.objects.count()) == before


def test_what_brought_somebody_can_be_asked_for(world: World, as_: As) -> None:
    added(salesperson=world.sam, team=world.north)
    values = {"email": "wile@coyote.example", "team": world.north}
    add_lead(values=values, channel="mail", brought=Brought(source="Newsletter"), into_open=True)
    last = Source.objects.get(name="Newsletter")
    client = as_(world.sam)
    found = client.get(f"/opportunities?view=list&where=last_source:is:{last.pk}").content.decode()
    assert "Wile E." in found
    grouped = client.get("/opportunities?view=list&group=last_source").content.decode()
    assert "Newsletter" in grouped
    page = client.get(f"/opportunities/{Opportunity.objects.get(title='Wile E.').pk}").content.decode()
    assert "Where it came from" in page
    assert page.index("Newsletter") < page.index("First")
