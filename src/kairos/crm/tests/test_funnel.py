"""The funnel: how far deals came, where they are, what became of them and how long each step took, from the history."""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.crm.actions.opportunities import (
    create_opportunity,
    lose_opportunity,
    move_opportunity,
    reopen_opportunity,
    win_opportunity,
)
from kairos.crm.models import Opportunity, Source
from tests.world import World

As = Callable[[Any], Client]
START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def on(days: float) -> Any:
    return time_machine.travel(START + dt.timedelta(days=days), tick=False)


def deal(world: World, title: str, **values: Any) -> Opportunity:
    given = {"title": title, "salesperson": world.tia, "team": world.north, **values}
    return create_opportunity(values=given, by=world.tia)


@pytest.fixture
def four(world: World) -> dict[str, Opportunity]:
    """Of four deals one is won, one was moved forth and back, one is lost while talking, one has just begun."""
    Opportunity.with_leads.all().delete()
    with on(0):
        found = {name: deal(world, name) for name in ("Won one", "Back one", "Lost one", "New one")}
    with on(2):
        move_opportunity(found["Won one"], stage=world.talking, by=world.tia)
        move_opportunity(found["Back one"], stage=world.talking, by=world.tia)
        move_opportunity(found["Lost one"], stage=world.talking, by=world.tia)
    with on(5):
        move_opportunity(found["Back one"], stage=world.new, by=world.tia)
    with on(6):
        win_opportunity(found["Won one"], by=world.tia)
    with on(9):
        lose_opportunity(found["Lost one"], lost_reason=world.too_dear, by=world.tia)
    return found


def page_of(client: Client, query: str = "", *, day: float = 10) -> str:
    with on(day):
        return client.get(f"/funnel?{query}").content.decode()


def rows_of(page: str) -> dict[str, list[str]]:
    """By stage the figures of its row, in the order of the table."""
    found = {}
    for label, rest in re.findall(r'<span class="truncate">([^<]+)</span></th>(.*?)</tr>', page, re.DOTALL):
        cells = re.findall(r"<td[^>]*>(.*?)</td>", rest, re.DOTALL)
        found[label] = [" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in cells]
    return found


def links_of(page: str, label: str) -> list[str]:
    row = re.search(rf'<span class="truncate">{label}</span></th>(.*?)</tr>', page, re.DOTALL)
    assert row
    return [html.unescape(one) for one in re.findall(r'href="([^"]+)"', row[1])]


def test_each_stage_tells_how_many_came_and_how_long_they_stayed(
    world: World, as_: As, four: dict[str, Opportunity]
) -> None:
    # New: 2, 2 + 5, 2 and 10 days. Talking: 4, 3 and 7 days.
    assert rows_of(page_of(as_(world.lena))) == {
        "New": ["4", "100%", "75%", "2", "0", "4.5", "5.2"],
        "Talking": ["3", "75%", "33%", "0", "1", "4", "4.7"],
        "Won": ["1", "25%", "", "", "", "", ""],
    }


def test_each_number_is_a_list_of_deals(world: World, as_: As, four: dict[str, Opportunity]) -> None:
    client = as_(world.lena)
    page = page_of(client)

    def listed(link: str) -> list[str]:
        with on(10):
            text = client.get(link).content.decode()
        return [name for name in four if f">{name}<" in text]

    assert [listed(link) for link in links_of(page, "New")] == [[*four], ["Back one", "New one"], []]
    assert [listed(link) for link in links_of(page, "Talking")] == [
        ["Won one", "Back one", "Lost one"],
        [],
        ["Lost one"],
    ]
    assert [listed(link) for link in links_of(page, "Won")] == [["Won one"]]


def test_a_move_that_was_taken_back_was_none(world: World, as_: As, four: dict[str, Opportunity]) -> None:
    before = rows_of(page_of(as_(world.lena), day=20))
    with on(12):
        move_opportunity(four["New one"], stage=world.talking, by=world.tia)
    moved = ChangeSet.objects.latest("pk")
    assert rows_of(page_of(as_(world.lena), day=20))["Talking"][0] == "4"
    with on(15):
        undo(moved, by=world.tia)
    page = page_of(as_(world.lena), day=20)
    assert rows_of(page) == before
    with on(20):
        assert "New one" not in as_(world.lena).get(links_of(page, "Talking")[0]).content.decode()


def test_a_reopened_deal_is_not_won(world: World, as_: As, four: dict[str, Opportunity]) -> None:
    with on(10):
        reopen_opportunity(four["Won one"], by=world.tia)
    assert rows_of(page_of(as_(world.lena), day=11))["Won"][0] == "0"
    assert rows_of(page_of(as_(world.lena), day=11))["Talking"][0] == "3"


def test_a_span_holds_the_deals_that_came_in_it(world: World, as_: As, four: dict[str, Opportunity]) -> None:
    with on(40):
        deal(world, "Late one")
    client = as_(world.lena)
    late = page_of(client, "span=this.month&compare=1", day=41)
    assert rows_of(late)["New"][:3] == ["1 4", "100%", "0% 75%"]
    assert rows_of(late)["Talking"][0] == "0 3"
    between = page_of(client, "span=between&since=2026-03-02&until=2026-03-31", day=41)
    assert rows_of(between)["New"][0] == "4"
    assert rows_of(page_of(client, "span=ever", day=41))["New"][0] == "5"
    assert "No deal came into this pipeline" in page_of(client, "span=last.year", day=41)
    assert rows_of(page_of(client, "span=nonsense&team=x&salesperson=-1", day=41))["New"][0] == "5"


def test_filters_narrow_it_and_a_team_brings_its_own_stages(
    world: World, as_: As, four: dict[str, Opportunity]
) -> None:
    with on(3):
        fair = Source.objects.create(name="Fair")
        deal(world, "Sam's", salesperson=world.sam, source=fair)
        create_opportunity(values={"title": "Otto's", "salesperson": world.otto}, by=world.otto)
    client = as_(world.lena)
    assert rows_of(page_of(client))["New"][0] == "5"
    assert rows_of(page_of(client, f"salesperson={world.sam.pk}"))["New"][0] == "1"
    assert rows_of(page_of(client, f"source={fair.pk}"))["New"][0] == "1"
    assert rows_of(page_of(client, "where=title:contains:one"))["New"][0] == "4"
    south = rows_of(page_of(as_(world.ada), f"team={world.south.pk}"))
    assert [*south] == ["Lead in", "Offer", "Won"]
    assert south["Lead in"][0] == "1"
    # Whose teams all sell by stages of their own begins with those.
    assert [*rows_of(page_of(as_(world.otto)))] == ["Lead in", "Offer", "Won"]


def test_nobody_counts_what_they_may_not_see(world: World, as_: As, four: dict[str, Opportunity]) -> None:
    assert "No deal came into this pipeline" in page_of(as_(world.stranger))
    assert "No deal came into this pipeline" in page_of(as_(world.sam))
    assert Client().get("/funnel").status_code == 302


def test_stages_reached_can_be_asked_for_in_any_list(
    world: World, as_: As, four: dict[str, Opportunity]
) -> None:
    client = as_(world.lena)
    with on(10):
        text = client.get(f"/opportunities?view=list&where=reached:is:{world.talking.pk}").content.decode()
        others = client.get(
            f"/opportunities?view=list&where=reached:is_not:{world.talking.pk}"
        ).content.decode()
    assert "Stage reached is Talking" in text
    assert [name for name in four if f">{name}<" in text] == ["Won one", "Back one", "Lost one"]
    assert [name for name in four if f">{name}<" in others] == ["New one"]


def test_the_page_costs_a_fixed_number_of_queries(
    world: World, as_: As, four: dict[str, Opportunity], django_assert_max_num_queries: Any
) -> None:
    client = as_(world.lena)
    page_of(client)
    with django_assert_max_num_queries(15):
        page_of(client)
    with django_assert_max_num_queries(17):
        page_of(client, "compare=1")


def test_as_of_a_past_day_a_stage_was_not_reached_yet(
    world: World, as_: As, four: dict[str, Opportunity]
) -> None:
    with on(10):
        path = f"/opportunities?view=list&where=reached:is:{world.talking.pk}&as_of=2026-03-03"
        text = as_(world.lena).get(path).content.decode()
    assert [name for name in four if f">{name}<" in text] == []
