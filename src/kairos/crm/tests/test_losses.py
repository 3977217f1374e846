"""What the losses teach: reasons by stage and more, with the deals behind, and how they were worked on."""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from kairos.core.actions.records import create_record
from kairos.crm.actions.opportunities import (
    create_opportunity,
    lose_opportunity,
    move_opportunity,
    win_opportunity,
)
from kairos.crm.models import LostReason
from tests.world import World

As = Callable[[Any], Client]


def lose(world: World, amount: int, reason: LostReason | None, *, moved: bool = False) -> None:
    deal = create_opportunity(
        values={"title": f"Deal {amount}", "salesperson": world.tia, "expected_revenue": amount}, by=world.tia
    )
    if moved:
        move_opportunity(deal, stage=world.talking, by=world.tia)
    lose_opportunity(deal, lost_reason=reason, by=world.tia)


def test_each_number_is_a_list_of_deals(world: World, as_: As) -> None:
    lose(world, 500, world.too_dear)
    lose(world, 20_000, world.too_dear, moved=True)
    lose(world, 30_000, None)
    lose_opportunity(world.ottos_deal, lost_reason=world.too_dear, by=world.otto)
    page = as_(world.lena).get("/losses").content.decode()
    row = re.search(r'<th scope="row">Too dear</th>(.*?)</tr>', page, re.DOTALL)
    assert row
    assert re.findall(r">(\d+)</a>", row[1]) == ["2", "1", "1"]
    assert "67%" in row[1]
    links = [html.unescape(one) for one in re.findall(r'<a href="(/opportunities[^"]+)"', row[1])]
    listed = as_(world.lena).get(links[0]).content.decode()
    assert "Deal 500" in listed
    assert "Deal 20000" in listed
    assert "Deal 30000" not in listed
    assert "Magnets" not in listed


@pytest.mark.parametrize(
    "by", ["stage", "team", "salesperson", "source", "competitor", "size", "closed_at", "x"]
)
def test_losses_split_by_anything(world: World, as_: As, by: str) -> None:
    lose(world, 500, world.too_dear)
    lose(world, 20_000, None)
    client = as_(world.lena)
    page = client.get(f"/losses?by={by}").content.decode()
    assert "Too dear" in page
    for link in {html.unescape(one) for one in re.findall(r'<a href="(/opportunities[^"]+)"', page)}:
        assert client.get(link).status_code == 200


def test_what_stands_out_needs_enough_deals(world: World, as_: As) -> None:
    spec = create_record(model=LostReason, values={"name": "Missing feature"}, by=world.ada)
    for n in range(12):
        lose(world, 500 + n, world.too_dear, moved=True)
        lose(world, 900 + n, spec)
    page = as_(world.lena).get("/losses?by=stage").content.decode()
    assert "“Too dear” is 100% of what is lost at Talking, and 0% elsewhere (12 deals)." in html.unescape(
        page
    )


def test_lost_deals_are_compared_with_won_ones(world: World, as_: As) -> None:
    with time_machine.travel(timezone.now() + dt.timedelta(days=4), tick=False):
        move_opportunity(world.sams_deal, stage=world.talking, by=world.sam)
        win_opportunity(world.sams_deal, by=world.sam)
    with time_machine.travel(timezone.now() + dt.timedelta(days=10), tick=False):
        lose_opportunity(world.tias_deal, by=world.tia)
        page = as_(world.lena).get("/losses").content.decode()
    cells = r'<th scope="row">([^<]+)</th><td class="figure">([^<]*)</td><td class="figure">([^<]*)</td></tr>'
    found = {label: (won, lost) for label, won, lost in re.findall(cells, page)}
    assert found["Days open"] == ("4", "10")
    assert found["Moves between stages"] == ("2", "0")


def test_the_page_costs_a_fixed_number_of_queries(
    world: World, as_: As, django_assert_max_num_queries: Any
) -> None:
    for n in range(6):
        lose(world, 500 * n, world.too_dear)
    client = as_(world.lena)
    client.get("/losses")
    with django_assert_max_num_queries(16):
        client.get("/losses")


def test_nobody_reads_others_losses(world: World, as_: As) -> None:
    lose(world, 500, world.too_dear)
    assert "Too dear" not in as_(world.stranger).get("/losses").content.decode()
