"""What shows a deal follows it to the other list: pages, panels beside a list, and undoing from its page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kairos.core.history import change_set
from kairos.core.models import ChangeSet
from kairos.crm.actions.opportunities import create_lead
from kairos.crm.actions.stages import found_lead_stages
from kairos.crm.models import Lead
from tests.world import World

As = Callable[[Any], Client]


@pytest.fixture
def lead(world: World) -> Lead:
    with change_set(by=world.ada, summary="Stages") as changes:
        found_lead_stages(changes)
    return create_lead(values={"title": "Wants anvils"}, by=world.sam)


def converted(client: Client, lead: Lead) -> str:
    """The address that takes it back."""
    client.post(f"/leads/{lead.pk}/do/convert", {"salesperson": lead.salesperson_id, "team": lead.team_id})
    assert Lead.objects.filter(pk=lead.pk).count() == 0
    return f"/history/{ChangeSet.objects.latest('pk').pk}/undo"


def test_what_shows_a_deal_that_is_in_the_other_list_now_follows_it_there(
    world: World, as_: As, lead: Lead
) -> None:
    client, before = as_(world.sam), f"/opportunities/{lead.pk}"
    on_page = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{before}?list=q%3Danvils"}
    answer = client.get(f"{before}?part=record", headers=on_page)
    assert (answer.status_code, answer["HX-Redirect"], answer.content) == (200, f"/leads/{lead.pk}", b"")
    beside = {"HX-Request": "true", "HX-Current-URL": "http://testserver/opportunities"}
    answer = client.get(f"{before}?part=record", headers=beside)
    assert (answer.status_code, answer["Location"]) == (302, f"/leads/{lead.pk}?part=record")
    assert client.get(f"{before}/peek", headers=beside)["Location"] == f"/leads/{lead.pk}/peek"
    assert as_(world.stranger).get(f"{before}?part=record", headers=on_page).status_code == 404


def test_an_undo_asked_from_the_page_of_what_is_a_lead_again_goes_on_to_the_lead(
    world: World, as_: As, lead: Lead
) -> None:
    client, page = as_(world.sam), f"http://testserver/opportunities/{lead.pk}"
    undo = converted(client, lead)
    answer = client.post(undo, headers={"HX-Request": "true", "HX-Current-URL": page})
    assert answer["HX-Redirect"] == f"/leads/{lead.pk}"
    shown = client.get(f"/leads/{lead.pk}").content.decode()
    assert "Undone: " in shown
    assert f"/history/{ChangeSet.objects.latest('pk').pk}/undo" in shown


@pytest.mark.parametrize(
    "page", ["", "http://testserver/opportunities", "http://testserver/nowhere/at/all", "::"]
)
def test_an_undo_asked_from_elsewhere_stays_there(world: World, as_: As, lead: Lead, page: str) -> None:
    client = as_(world.sam)
    undo = converted(client, lead)
    answer = client.post(undo, headers={"HX-Request": "true", "HX-Current-URL": page})
    assert answer.status_code == 200
    assert "HX-Redirect" not in answer
    assert "Undone: " in answer.content.decode()
    assert Lead.objects.filter(pk=lead.pk).count() == 1
