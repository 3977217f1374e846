"""One record shared with one colleague: what they may do with it, and that every number counts it."""

import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.accounts.actions.sharing import share_records
from kairos.core.models import ChangeSet, EventEntry, FieldChange
from kairos.crm.models import Opportunity
from tests.world import World

As = Callable[[Any], Client]
HX = {"HX-Request": "true"}


@pytest.fixture
def shared(world: World) -> Opportunity:
    """Otto's deal in South, shared with Sam."""
    share_records([world.ottos_deal], people=[world.sam], by=world.otto)
    return world.ottos_deal


def do(client: Client, deal: Opportunity, action: str, **data: Any) -> int:
    sent = {"key": f"{action}-1", "run": "1", **data}
    return client.post(f"/opportunities/{deal.pk}/do/{action}", sent, headers=HX).status_code


def test_sharing_lets_a_colleague_see_and_edit_a_deal(world: World, as_: As) -> None:
    sam, deal = as_(world.sam), world.ottos_deal
    assert sam.get(f"/opportunities/{deal.pk}").status_code == 404
    assert do(as_(world.otto), deal, "share", people=[world.sam.pk]) == 200
    assert "Magnets" in sam.get(f"/opportunities/{deal.pk}").content.decode()
    answer = sam.post(f"/opportunities/{deal.pk}/field/title", {"value": "Big magnets", "was": "Magnets"})
    assert answer.status_code == 200
    deal.refresh_from_db()
    assert (deal.title, list(deal.shared_with.all())) == ("Big magnets", [world.sam])
    event = EventEntry.objects.get(name="accounts.shared")
    assert (event.record_id, event.params) == (deal.pk, {"people": "Sam Seller"})


def test_the_dialog_finds_colleagues_by_name(world: World, as_: As) -> None:
    otto = as_(world.otto)
    dialog = otto.get(f"/opportunities/{world.ottos_deal.pk}/do/share", headers=HX).content.decode()
    [asked] = re.findall(r'"(/users/options\?[^"]+)"', dialog)
    found = otto.get(f"{html.unescape(asked)}&q=Sam", headers=HX)
    assert found.status_code == 200
    assert "Sam Seller" in found.content.decode()


def test_ending_it_takes_the_deal_out_of_sight(world: World, as_: As, shared: Opportunity) -> None:
    assert do(as_(world.otto), shared, "unshare", people=[world.sam.pk]) == 200
    assert as_(world.sam).get(f"/opportunities/{shared.pk}").status_code == 404
    assert EventEntry.objects.filter(name="accounts.unshared", record_id=shared.pk).count() == 1


def test_sharing_is_undone_like_any_change(world: World, as_: As) -> None:
    otto, deal = as_(world.otto), world.ottos_deal
    do(otto, deal, "share", people=[world.sam.pk, world.tia.pk])
    assert deal.shared_with.count() == 2
    assert otto.post(f"/history/{ChangeSet.objects.latest('pk').pk}/undo", headers=HX).status_code == 200
    assert deal.shared_with.count() == 0


@pytest.mark.parametrize("action", ["share", "unshare", "assign", "archive", "delete"])
def test_whom_it_is_shared_with_does_not_decide_whose_it_is(
    world: World, as_: As, shared: Opportunity, action: str
) -> None:
    before = Opportunity.objects.values().get(pk=shared.pk)
    changes = FieldChange.objects.count()
    data = {"people": [world.tia.pk], "salesperson": world.sam.pk}
    assert do(as_(world.sam), shared, action, **data) == 403
    as_(world.sam).post(f"/opportunities/bulk/{action}", {"ids": [shared.pk], "run": "1", "key": "b", **data})
    assert Opportunity.objects.values().get(pk=shared.pk) == before
    assert list(shared.shared_with.all()) == [world.sam]
    assert FieldChange.objects.count() == changes


@pytest.mark.parametrize("name", ["salesperson", "team", "shared_with"])
def test_nor_by_a_field_one_by_one_or_in_bulk(world: World, as_: As, shared: Opportunity, name: str) -> None:
    sam, changes = as_(world.sam), FieldChange.objects.count()
    value = {"salesperson": world.sam.pk, "team": world.north.pk, "shared_with": world.tia.pk}[name]
    url = f"/opportunities/{shared.pk}/field/{name}"
    assert sam.post(url, {"value": value, "was": ""}).status_code in (403, 404)
    sent = {"ids": [shared.pk], "field": name, name: value, "run": "1", "key": "b"}
    sam.post("/opportunities/bulk/edit", sent, headers=HX)
    moved = sam.post(f"/opportunities/{shared.pk}/move?group=salesperson", {"column": world.sam.pk})
    assert moved.status_code in (403, 404, 409)
    assert FieldChange.objects.count() == changes


def test_a_leader_with_whom_it_is_shared_may_not_delete_it(world: World, as_: As) -> None:
    share_records([world.ottos_deal], people=[world.lena], by=world.otto)
    assert do(as_(world.lena), world.ottos_deal, "delete") == 403
    assert Opportunity.objects.filter(pk=world.ottos_deal.pk).exists()


def test_counts_and_totals_hold_what_is_shared(world: World, as_: As, shared: Opportunity) -> None:
    Opportunity.objects.filter(pk=shared.pk).update(currency="USD")
    page = as_(world.sam).get("/opportunities?view=list&group=salesperson").content.decode()
    assert "Magnets" in page
    assert "Anvils" in page
    assert "Rockets" not in page
    totals = re.findall(r"\$[\d,.]+", page)
    assert any(Decimal(one.strip("$,.").replace(",", "")) == 91000 for one in totals), totals


def test_the_board_shows_the_process_a_shared_deal_stands_in(
    world: World, as_: As, shared: Opportunity
) -> None:
    board = as_(world.sam).get("/opportunities?view=board").content.decode()
    assert "Lead in" in board
    assert "Magnets" in board
    assert "Lead in" not in as_(world.tia).get("/opportunities?view=board").content.decode()


def test_the_filter_shows_only_what_is_shared_with_me(world: World, as_: As, shared: Opportunity) -> None:
    page = as_(world.sam).get("/opportunities?view=list&filter=shared").content.decode()
    assert "Magnets" in page
    assert "Anvils" not in page
    assert "Magnets" not in as_(world.otto).get("/opportunities?view=list&filter=shared").content.decode()


def test_many_are_shared_at_once(world: World, as_: As) -> None:
    sent = {
        "ids": [world.sams_deal.pk, world.tias_deal.pk, world.ottos_deal.pk],
        "people": [world.stranger.pk],
        "run": "1",
        "key": "b",
    }
    assert as_(world.lena).post("/opportunities/bulk/share", sent, headers=HX).status_code == 200
    seen = set(Opportunity.objects.visible_to(world.stranger))
    assert seen == {world.sams_deal, world.tias_deal}
