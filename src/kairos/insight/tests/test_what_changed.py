"""What became of the deals between two days."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kairos.core.history import change_set
from kairos.core.records import type_called
from kairos.crm.actions.opportunities import lose_opportunity, win_opportunity
from kairos.crm.models import Opportunity
from kairos.insight.told_page import told_context

pytestmark = pytest.mark.django_db

URL = "/reports/changes/opportunities"


@pytest.fixture
def old(world: Any) -> Any:
    """The world's deals began long ago."""
    ids = [world.sams_deal.pk, world.tias_deal.pk, world.ottos_deal.pk]
    Opportunity.objects.filter(pk__in=ids).update(created_at=timezone.now() - dt.timedelta(days=60))
    return world


def told(user: Any, **params: str) -> dict[str, tuple[int, str]]:
    """The kinds of change of which there are any: how many, and how much."""
    found = told_context(type_called("opportunities"), params, user=user)
    return {one.told.name: (one.count, one.money["text"]) for one, _url in found["kinds"] if one.count}


def test_each_kind_is_told_once_with_its_money(old: Any) -> None:
    day = timezone.localdate()
    with change_set(by=old.sam, summary="Talked") as changes:
        changes.update(old.sams_deal, stage=old.talking, expected_revenue=Decimal(1500), expected_closing=day)
    with change_set(by=old.sam, summary="Put off") as changes:
        changes.update(old.sams_deal, expected_closing=day + dt.timedelta(days=9), salesperson=old.tia)
    win_opportunity(old.tias_deal, by=old.tia)
    assert told(old.lena) == {
        "moved": (1, "$1.5K"), "grown": (1, "$500"), "handed_over": (1, "$1.5K"),
        "won": (1, "$2.5K"),
    }  # fmt: skip


def test_there_and_back_again_is_no_change(old: Any) -> None:
    for stage in (old.talking, old.new):
        with change_set(by=old.sam, summary="Moved") as changes:
            changes.update(old.sams_deal, stage=stage)
    assert told(old.lena) == {}


def test_a_deal_new_in_the_span_is_new_and_perhaps_lost_but_not_moved(world: Any) -> None:
    with change_set(by=world.sam, summary="Moved") as changes:
        changes.update(world.sams_deal, stage=world.talking)
    lose_opportunity(world.sams_deal, lost_reason=world.too_dear, by=world.sam)
    assert told(world.lena) == {"new": (2, "$3.5K"), "lost": (1, "$1K")}
    assert told(world.otto) == {"new": (1, "NT$90K")}


def test_the_records_of_a_kind_say_what_was_and_what_is(old: Any, client: Any) -> None:
    with change_set(by=old.sam, summary="Moved") as changes:
        changes.update(old.sams_deal, stage=old.talking)
        changes.update(old.ottos_deal, stage=old.offer)
    client.force_login(old.lena)
    page = client.get(URL, {"kind": "moved"}).content.decode()
    assert f'<a href="/opportunities/{old.sams_deal.pk}">Anvils</a>' in page
    assert ">New</td>" in page
    assert ">Talking</td>" in page
    assert "Magnets" not in page


def test_a_span_that_ended_before_knows_nothing_of_today(old: Any) -> None:
    with change_set(by=old.sam, summary="Moved") as changes:
        changes.update(old.sams_deal, stage=old.talking)
    day = timezone.localdate()
    since, until = (day - dt.timedelta(days=n) for n in (9, 1))
    assert told(old.lena, since=since.isoformat(), until=until.isoformat()) == {}
    assert told(old.lena, since=since.isoformat()) == {"moved": (1, "$1K")}


@pytest.mark.parametrize(
    "query",
    ["since=soon", "until=2999-01-01", "kind=magic&page=x", "page=99", "since=2026-01-02&until=2026-01-01"],
)
def test_nonsense_is_answered(world: Any, client: Any, query: str) -> None:
    client.force_login(world.lena)
    assert client.get(f"{URL}?{query}").status_code == 200
    assert client.get("/reports/changes/contacts").status_code == 404


def test_queries_do_not_grow_with_the_changes(old: Any, django_assert_max_num_queries: Any) -> None:
    with change_set(by=old.sam, summary="Moved") as changes:
        for deal in (old.sams_deal, old.tias_deal, old.ottos_deal):
            changes.update(deal, stage=old.talking, expected_revenue=Decimal(7))
    old.ada.team_ids()
    with django_assert_max_num_queries(8):
        told(old.ada, kind="moved")
