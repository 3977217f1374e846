"""The forecast: open deals by closing month, what they come to, and dragging one to another month."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from kairos.crm.actions.opportunities import update_opportunity, win_opportunity
from kairos.crm.actions.stages import update_stage
from kairos.crm.actions.targets import set_target
from kairos.crm.models import Target
from tests.world import World

As = Callable[[Any], Client]
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def november() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dated(world: World) -> World:
    update_opportunity(world.sams_deal, values={"expected_closing": dt.date(2026, 11, 30)}, by=world.sam)
    update_opportunity(
        world.tias_deal,
        values={"expected_closing": dt.date(2026, 12, 31), "forecast": "commit"},
        by=world.tia,
    )
    return world


def cells(page: str, row: str) -> list[str]:
    """The texts of a row of the table."""
    found = re.search(rf'<tr class="forecast-{row}">(.*?)</tr>', page, re.DOTALL)
    assert found
    return [re.sub(r"<[^>]*>|\s+", "", cell) for cell in re.findall(r"<td.*?</td>", found[1], re.DOTALL)]


def test_each_month_says_what_is_committed_and_hoped_for(dated: World, as_: As) -> None:
    page = as_(dated.lena).get("/forecast").content.decode()
    assert cells(page, "pipeline") == ["$1K", "–", "–", "–", "–", "–"]
    assert cells(page, "commit") == ["–", "$2.5K", "–", "–", "–", "–"]
    assert cells(page, "weighted") == ["$100", "$250", "–", "–", "–", "–"]


def test_a_deal_counts_as_its_stage_does_unless_it_says_otherwise(dated: World, as_: As) -> None:
    update_stage(dated.new, values={"forecast": "best_case"}, by=dated.ada)
    page = as_(dated.lena).get("/forecast").content.decode()
    assert cells(page, "best_case")[:2] == ["$1K", "–"]
    assert cells(page, "commit")[:2] == ["–", "$2.5K"]
    link = re.search(r'forecast-best_case.*?href="([^"]+)"', page, re.DOTALL)
    assert link
    listed = as_(dated.lena).get(link[1].replace("&amp;", "&")).content.decode()
    assert "Anvils" in listed
    assert "Rockets" not in listed


def test_what_is_won_stands_against_the_target(dated: World, as_: As) -> None:
    win_opportunity(dated.sams_deal, by=dated.sam)
    set_target(
        values={"team": dated.north, "month": dt.date(2026, 11, 20), "amount": Decimal(4000)}, by=dated.ada
    )
    page = as_(dated.lena).get("/forecast").content.decode()
    assert cells(page, "won")[0] == "$1K"
    assert cells(page, "target")[0] == "$4K25%·$3Ktogo"


def test_a_target_is_one_amount_a_month_of_a_team_or_a_person(world: World, as_: As) -> None:
    for amount in (100, 200):
        set_target(values={"user": world.sam, "month": dt.date(2026, 11, 9), "amount": amount}, by=world.ada)
    target = Target.objects.get()
    assert (target.amount, target.month, target.currency) == (200, dt.date(2026, 11, 1), "USD")
    data = {"month": "2026-11-01", "amount": "5", "key": "k"}
    assert as_(world.lena).post("/targets/new", data).status_code in (409, 422)
    assert as_(world.sam).post("/targets/new", {**data, "user": world.sam.pk}).status_code in (403, 404)
    assert Target.objects.count() == 1


def test_dragging_a_card_to_another_month_keeps_its_day(dated: World, as_: As) -> None:
    board = "view=board&filter=open&group=expected_closing"
    answer = as_(dated.sam).post(f"/opportunities/{dated.sams_deal.pk}/move?{board}", {"column": "2027-02"})
    assert answer.status_code == 200
    dated.sams_deal.refresh_from_db()
    assert dated.sams_deal.expected_closing == dt.date(2027, 2, 28)
    as_(dated.sam).post(f"/opportunities/{dated.sams_deal.pk}/move?{board}", {"column": "none"})
    dated.sams_deal.refresh_from_db()
    assert dated.sams_deal.expected_closing is None


def test_a_past_day_shows_the_forecast_of_that_day(dated: World, as_: As) -> None:
    with time_machine.travel(NOW + dt.timedelta(days=2), tick=False):
        update_opportunity(dated.tias_deal, values={"forecast": "pipeline"}, by=dated.tia)
        day = timezone.localdate() - dt.timedelta(days=1)
        now = as_(dated.lena).get("/forecast").content.decode()
        then = as_(dated.lena).get(f"/forecast?as_of={day}").content.decode()
    assert cells(now, "commit")[1] == "–"
    assert cells(then, "commit")[1] == "$2.5K"


def test_others_deals_are_not_in_it(dated: World, as_: As) -> None:
    page = as_(dated.stranger).get("/forecast").content.decode()
    assert cells(page, "pipeline") == ["–"] * 6


def test_the_page_bears_its_own_name(world: World, as_: As) -> None:
    assert "<title>Forecast" in as_(world.ada).get("/forecast").content.decode()
