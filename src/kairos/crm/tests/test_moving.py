"""Moving deals of several teams at once: each into its own team's stage, the others counted and left alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.crm.actions.moving import places_for
from kairos.crm.actions.opportunities import create_opportunity, win_opportunity
from kairos.crm.models import Opportunity, Stage
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]
MOVE = "/opportunities/bulk/move"


def form(world: World, **more: Any) -> dict[str, Any]:
    return {"ids": [world.sams_deal.pk, world.tias_deal.pk, world.ottos_deal.pk], **more}


def standing() -> dict[str, tuple[str, int, str]]:
    found = Opportunity.objects.select_related("stage").order_by("pk")
    return {deal.title: (deal.stage.name, deal.probability, deal.status) for deal in found}


def test_the_dialog_says_how_many_have_each_stage(world: World, as_: As) -> None:
    page = as_(world.ada).post(MOVE, form(world)).content.decode()
    assert "3 of 3 records will be changed." in page
    for label in (
        "Talking (2 of 3)",
        "Offer (1 of 3)",
        "Stage 1: New / Lead in (3 of 3)",
        "Stage 2: Talking / Offer (3 of 3)",
    ):
        assert label in page
    assert "its records stay as they are" in page
    assert "Won (" not in page


def test_by_name_those_without_such_a_stage_stay_and_are_not_counted(world: World, as_: As) -> None:
    answer = as_(world.ada).post(MOVE, form(world, place="named Talking", run="1", key="k"))
    assert "Changed 2 records" in answer.content.decode()
    assert standing() == {
        "Anvils": ("Talking", 40, "open"), "Rockets": ("Talking", 40, "open"), "Magnets": ("Lead in", 20, "open"),
    }  # fmt: skip
    assert ChangeSet.objects.latest("pk").params["stage"] == "Talking"
    undo(ChangeSet.objects.latest("pk"), by=world.ada)
    assert [stage for stage, _chance, _status in standing().values()] == ["New", "New", "Lead in"]


def test_by_position_each_goes_to_its_own_teams_stage(world: World, as_: As) -> None:
    as_(world.ada).post(MOVE, form(world, place="at 2", run="1", key="k"))
    assert standing() == {
        "Anvils": ("Talking", 40, "open"), "Rockets": ("Talking", 40, "open"), "Magnets": ("Offer", 60, "open"),
    }  # fmt: skip


def test_the_same_name_in_other_letters_is_the_same_stage(world: World, as_: As) -> None:
    with change_set(by=world.ada, summary="Renamed") as changes:
        changes.update(world.offer, name="TALKING")
    page = as_(world.ada).post(MOVE, form(world)).content.decode()
    assert "(3 of 3)" in page
    as_(world.ada).post(MOVE, form(world, place="named Talking", run="1", key="k"))
    assert Stage.objects.get(pk=world.offer.pk).opportunities.count() == 1


def test_the_places_are_called_the_same_in_whatever_order_the_deals_come(world: World) -> None:
    deals = [world.sams_deal, world.ottos_deal]
    assert places_for(deals) == places_for(deals[::-1])


@pytest.mark.parametrize("place", ["", "named Nowhere", "at 9", "named Won"])
def test_a_place_that_is_none_changes_nothing(world: World, as_: As, place: str) -> None:
    before = standing()
    answer = as_(world.ada).post(MOVE, form(world, place=place, run="1", key="k"))
    assert answer.status_code == 422
    assert "Choose a stage." in answer.content.decode()
    assert standing() == before


def test_closed_ones_and_those_of_others_are_left_out_and_counted(world: World, as_: As) -> None:
    win_opportunity(world.tias_deal, by=world.ada)
    page = as_(world.lena).post(MOVE, form(world)).content.decode()
    assert "1 of 3 records will be changed." in page
    assert "1 is not in a state for this." in page
    assert "Stage 1" not in page
    as_(world.lena).post(MOVE, form(world, place="named Talking", run="1", key="k"))
    assert standing() == {
        "Anvils": ("Talking", 40, "open"), "Rockets": ("Won", 100, "won"), "Magnets": ("Lead in", 20, "open"),
    }  # fmt: skip


def test_thirty_cost_as_many_statements_as_three(world: World, as_: As) -> None:
    counts = []
    as_(world.ada).get("/")
    for number in (3, 30):
        made = [
            create_opportunity(values={"title": f"D{n}", "team": team}, by=world.ada)
            for n in range(number)
            for team in (world.north, world.south)
        ]
        sent = {"ids": [one.pk for one in made], "place": "at 2", "run": "1", "key": str(number)}
        with CaptureQueriesContext(connection) as queries:
            assert as_(world.ada).post(MOVE, sent).status_code == 200
        counts.append(len(queries))
        assert (
            Opportunity.objects.filter(pk__in=sent["ids"], stage__in=(world.talking, world.offer)).count()
            == number * 2
        )
    assert counts[1] <= counts[0]
