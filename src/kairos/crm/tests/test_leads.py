"""Leads are records of the same table with a list, a board and an address of their own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kairos.core.history import change_set
from kairos.core.models import FieldChange
from kairos.crm.actions.opportunities import create_lead
from kairos.crm.actions.stages import found_lead_stages
from kairos.crm.models import Lead, Opportunity, OpportunityTally
from tests.world import World

As = Callable[[Any], Client]


@pytest.fixture
def lead(world: World) -> Lead:
    with change_set(by=world.ada, summary="Stages") as changes:
        found_lead_stages(changes)
    values = {"title": "Wants anvils", "contact_name": "Wile E.", "email": "wile@acme.example"}
    return create_lead(values=values, by=world.sam)


def test_a_lead_is_no_opportunity_until_it_is_converted(world: World, as_: As, lead: Lead) -> None:
    assert lead.stage.name == "New"
    assert lead.team == world.north
    assert Opportunity.objects.filter(pk=lead.pk).count() == 0
    assert "Wants anvils" in as_(world.sam).get("/leads").content.decode()
    assert "Wants anvils" not in as_(world.sam).get("/opportunities?view=list").content.decode()
    tallied = OpportunityTally.objects.filter(kind="lead", count__gt=0).values_list("stage__name", "count")
    assert list(tallied) == [("New", 1)]


def test_the_board_of_leads_has_the_columns_of_their_process(world: World, as_: As, lead: Lead) -> None:
    board = as_(world.sam).get("/leads?view=board").content.decode()
    assert "Contacted" in board
    assert "Talking" not in board
    assert "Wants anvils" in board
    assert "Contacted" not in as_(world.sam).get("/opportunities?view=board").content.decode()


def test_history_and_search_know_leads_by_the_name_of_their_table(world: World, as_: As, lead: Lead) -> None:
    assert FieldChange.objects.filter(record_type="opportunity", record_id=lead.pk, field="").count() == 1
    found = as_(world.sam).get("/commands?q=anvils").content.decode()
    assert f"/leads/{lead.pk}" in found
    assert f"/opportunities/{lead.pk}" not in found


def test_the_address_of_the_other_list_leads_on(world: World, as_: As, lead: Lead) -> None:
    answer = as_(world.sam).get(f"/opportunities/{lead.pk}")
    assert (answer.status_code, answer["Location"]) == (302, f"/leads/{lead.pk}")
    assert as_(world.stranger).get(f"/opportunities/{lead.pk}").status_code == 404
    assert (
        as_(world.sam)
        .get(f"/leads/{world.sams_deal.pk}")["Location"]
        .endswith(f"/opportunities/{world.sams_deal.pk}")
    )


def test_a_lead_cannot_stand_in_a_stage_of_the_pipeline(world: World, as_: As, lead: Lead) -> None:
    answer = as_(world.sam).post(
        f"/leads/{lead.pk}/field/stage", {"value": world.talking.pk, "was": lead.stage_id}
    )
    assert answer.status_code in (200, 409, 422)
    lead.refresh_from_db()
    assert lead.stage.name == "New"
