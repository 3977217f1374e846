import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kairos.crm.actions.opportunities import update_opportunity, win_opportunity
from kairos.crm.team_today import standings_of
from tests.world import World

Sign = Callable[[Any], Client]


def page(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_today_shows_what_slipped_and_what_closes_this_week(world: World, as_: Sign) -> None:
    today = timezone.localdate()
    update_opportunity(
        world.sams_deal, values={"expected_closing": today - dt.timedelta(days=1)}, by=world.sam
    )
    text = page(as_(world.sam))
    assert "Anvils" in text.split("Past their date")[1].split("Closing this week")[0]
    update_opportunity(
        world.sams_deal, values={"expected_closing": today + dt.timedelta(days=7)}, by=world.sam
    )
    text = page(as_(world.sam))
    assert "Anvils" not in text.split("Past their date")[1].split("Closing this week")[0]
    assert "Anvils" in text.split("Closing this week")[1].split("Stuck in their stage")[0]


def test_today_is_about_ones_own_deals(world: World, as_: Sign) -> None:
    assert "Rockets" not in page(as_(world.sam))
    assert "How everybody stands" not in page(as_(world.sam))


def test_a_leader_sees_how_everybody_they_see_stands(world: World, as_: Sign) -> None:
    win_opportunity(world.tias_deal, by=world.tia)
    now = timezone.now()
    yesterday = timezone.localdate(now) - dt.timedelta(days=1)
    update_opportunity(world.sams_deal, values={"expected_closing": yesterday}, by=world.sam)
    found = {
        str(one.person): (one.open, one.weighted, one.won, one.slipped)
        for one in standings_of(world.lena, now)
    }
    assert found == {
        "Sam Seller": (1, {"USD": Decimal(100)}, {}, 1),
        "Tia Team": (0, {}, {"USD": Decimal(2500)}, 0),
    }
    text = page(as_(world.lena))
    assert "Sam Seller" in text.split("How everybody stands", 1)[1]
    assert "Otto Other" not in text
    assert "Otto Other" in page(as_(world.ada))


def test_the_start_page_costs_the_same_however_many_deals(world: World, as_: Sign) -> None:
    client = as_(world.lena)
    page(client)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(client)
    for _number in range(5):
        world.sams_deal.pk = None
        world.sams_deal.save()
    with CaptureQueriesContext(connection) as many:
        page(client)
    assert len(many) <= len(few) <= 33
