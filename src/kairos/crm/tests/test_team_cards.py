"""For whoever leads, a card for each team: what is open, what waits, what was won; each number leads to its records."""

import datetime as dt
import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kairos.core.history import change_set
from kairos.crm.actions.opportunities import (
    create_opportunity,
    move_opportunity,
    update_opportunity,
    win_opportunity,
)
from kairos.crm.actions.targets import set_target
from kairos.crm.models import Lead, Stage
from kairos.crm.team_cards import cards_of
from tests.world import World

As = Callable[[Any], Client]
NOW = dt.datetime(2026, 3, 18, 12, tzinfo=dt.UTC)


@pytest.fixture
def led(world: World) -> World:
    """North in the middle of a month: two deals won, one put off too long, one quiet for weeks, a lead nobody has."""
    with time_machine.travel(NOW - dt.timedelta(days=30), tick=False):
        with change_set(by=None, summary="Leads") as changes:
            fresh = changes.create(Stage, name="Fresh", kind="lead", position=0, probability=5)
            changes.create(Lead, kind="lead", title="Caller", team=world.north, stage=fresh, currency="USD")
        quiet = deal(world, "Quiet", 400)
        move_opportunity(quiet, stage=world.talking, by=world.tia)
    with time_machine.travel(NOW - dt.timedelta(days=9), tick=False):
        win_opportunity(deal(world, "Week before", 700), by=world.tia)
    with time_machine.travel(NOW, tick=False):
        win_opportunity(world.tias_deal, by=world.tia)
        values = {"expected_closing": dt.date(2026, 3, 17)}
        update_opportunity(world.sams_deal, values=values, by=world.sam)
        given = {"team": world.north, "month": dt.date(2026, 3, 1), "amount": 6400, "currency": "USD"}
        set_target(values=given, by=world.lena)
    return world


def deal(world: World, title: str, amount: int) -> Any:
    given = {"title": title, "salesperson": world.tia, "team": world.north, "expected_revenue": amount}
    return create_opportunity(values=given, by=world.tia)


def page(client: Client) -> str:
    with time_machine.travel(NOW, tick=False):
        return client.get("/").content.decode()


def test_a_card_holds_the_numbers_of_a_team(led: World) -> None:
    with time_machine.travel(NOW, tick=False):
        [card] = cards_of(led.lena, timezone.now())
    assert card.team == led.north
    assert (card.open, card.waiting) == (2, 1)
    assert card.expected == {"USD": Decimal(1400)}
    assert card.weighted == {"USD": Decimal(260)}
    assert card.won == {"USD": Decimal(3200)}
    assert card.target == {"USD": Decimal(6400)}
    assert (card.overdue, card.stale, card.stepless) == (1, 1, 2)
    assert list(card.weeks) == [dt.date(2026, 1, 26) + dt.timedelta(weeks=n) for n in range(8)]
    assert list(card.weeks.values()) == [0, 0, 0, 0, 0, 0, 1, 1]


def test_each_number_leads_to_its_records(led: World, as_: As) -> None:
    client = as_(led.lena)
    card = page(client).split('class="team-card"')[1].split("</article>")[0]
    assert "50% of $6.4K" in html.unescape(card)
    found: dict[str, list[str]] = {}
    for address, text in re.findall(
        r'<a [^>]*?href="(/(?:opportunities|leads)[^"]+)"[^>]*>(.*?)</a>', card, re.DOTALL
    ):
        with time_machine.travel(NOW, tick=False):
            answer = client.get(html.unescape(address))
        assert answer.status_code == 200
        titles = ("Anvils", "Rockets", "Quiet", "Week before", "Caller", "Magnets")
        shown = answer.content.decode()
        words = " ".join(re.sub(r"<[^>]+>", "", text).split())
        found.setdefault(words, [one for one in titles if f">{one}<" in shown])
    assert found["1 new lead is nobody's"] == ["Caller"]
    assert found["2"] == ["Anvils", "Quiet"]
    assert found["1"] == ["Anvils"]
    assert found["$3.2K"] == ["Rockets", "Week before"]
    assert [names for words, names in found.items() if "Mar 16, 2026: 1" in words] == [
        ["Rockets", "Week before"]
    ]


def test_a_card_is_there_for_each_team_one_leads(led: World, as_: As) -> None:
    assert "team-card" not in page(as_(led.tia))
    assert "team-card" not in page(as_(led.otto))
    assert page(as_(led.lena)).count('class="team-card"') == 1
    # An administrator who leads none sees all.
    assert page(as_(led.ada)).count('class="team-card"') == 2


def test_cards_cost_the_same_however_many_teams_and_deals(led: World, as_: As) -> None:
    with time_machine.travel(NOW, tick=False):
        with CaptureQueriesContext(connection) as one:
            cards_of(led.lena, timezone.now())
        assert Lead.objects.count() == 1
        for number in range(4):
            deal(led, f"More {number}", 100)
        with CaptureQueriesContext(connection) as many:
            cards_of(led.ada, timezone.now())
    assert len(many) <= len(one) <= 9
