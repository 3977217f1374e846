"""The page that says who sees a deal, and why; and what a person sees, on theirs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kairos.accounts.actions.sharing import share_records
from kairos.accounts.actions.teams import create_team, update_team
from kairos.accounts.models import User
from kairos.accounts.who_sees import who_sees
from kairos.core.history import change_set
from kairos.core.records import type_of
from kairos.crm.actions.opportunities import create_lead
from kairos.crm.actions.stages import found_lead_stages
from kairos.crm.models import Lead, Opportunity
from kairos.crm.what_they_see import what_they_see
from tests.world import World

As = Callable[[Any], Client]


@pytest.fixture
def lead(world: World) -> Lead:
    with change_set(by=world.ada, summary="Stages") as changes:
        found_lead_stages(changes)
    return create_lead(values={"title": "Wants anvils"}, by=world.sam)


def reasons(world: World, person: User) -> dict[str, list[tuple[str, str]]]:
    page = who_sees(type_of(Opportunity), world.tias_deal, user=User.objects.get(pk=person.pk))
    return {one.name: [(line.person.name, line.detail) for line in one.lines] for one in page.reasons}


def test_a_leader_reads_who_sees_a_deal_and_why(world: World, settings: Any) -> None:
    region = create_team(values={"name": "Region", "leaders": [world.otto]}, by=world.ada)
    update_team(world.north, values={"parent": region}, by=world.ada)
    User.objects.filter(pk=world.otto.pk).update(role="leader")
    share_records([world.tias_deal], people=[world.stranger], by=world.tia)
    found = reasons(world, world.lena)
    assert found["role"] == [("Ada Admin", "Administrator")]
    assert found["salesperson"] == [("Tia Team", "")]
    assert found["shared"][0][0] == "Stefan Stranger"
    assert found["shared"][0][1].startswith("by Tia Team on ")
    assert found["leader"] == [("Lena Leader", "leads North"), ("Otto Other", "leads Region")]
    assert found["team"] == [("Lena Leader", "North"), ("Tia Team", "North")]
    assert "unassigned" not in found


def test_others_read_only_why_they_see_it_themselves(world: World, as_: As) -> None:
    page = as_(world.tia).get(f"/opportunities/{world.sams_deal.pk}/access").content.decode()
    assert "Why you can see this" in page
    assert "Is in the team" in page
    assert "Ada Admin" not in page
    assert "Lena Leader" not in page


@pytest.mark.parametrize("who", ["sam", "stranger", "otto"])
def test_whoever_does_not_see_the_deal_does_not_see_the_page(world: World, as_: As, who: str) -> None:
    assert as_(getattr(world, who)).get(f"/opportunities/{world.tias_deal.pk}/access").status_code == 404


def test_the_page_is_for_leads_too_and_for_nothing_else(world: World, as_: As, lead: Lead) -> None:
    assert as_(world.lena).get(f"/leads/{lead.pk}/access").status_code == 200
    assert as_(world.lena).get(f"/contacts/{world.acme.pk}/access").status_code == 404


def test_the_page_asks_as_often_for_a_hundred_people(world: World, django_assert_num_queries: Any) -> None:
    User.objects.bulk_create(User(name=f"P {n}", email=f"p{n}@example.com") for n in range(100))
    deal = Opportunity.objects.select_related("team", "salesperson").get(pk=world.tias_deal.pk)
    with django_assert_num_queries(6):
        who_sees(type_of(Opportunity), deal, user=world.lena)


def test_an_administrator_reads_on_a_persons_page_what_they_see(world: World, as_: As, lead: Lead) -> None:
    share_records([world.ottos_deal], people=[world.sam], by=world.otto)
    found = what_they_see(User.objects.get(pk=world.sam.pk))
    assert [one["count"] for one in found["counts"]] == [2, 1]
    assert (found["teams"], found["led"], found["shared"]) == (["North"], [], 1)
    assert "What they see" in as_(world.ada).get(f"/users/{world.sam.pk}").content.decode()
    assert "What they see" not in as_(world.lena).get(f"/users/{world.sam.pk}").content.decode()
