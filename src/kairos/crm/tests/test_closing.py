"""Lost with a reason and to whom, won with a moment, stale, and without a next step."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from kairos.core.actions.records import create_record
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.crm.actions.closing import (
    heard_from_customer,
    lose_opportunities,
    plan_next_step,
    win_opportunities,
)
from kairos.crm.actions.many import update_opportunities
from kairos.crm.actions.opportunities import move_opportunity, update_opportunity
from kairos.crm.models import Competitor, LostReason, Opportunity
from kairos.crm.stale import stale_at
from tests.world import World

As = Callable[[Any], Client]


def later(days: int) -> Any:
    return time_machine.travel(timezone.now() + dt.timedelta(days=days), tick=False)


def listed(client: Client, filters: str) -> str:
    return client.get(f"/opportunities?view=list&filter={filters}").content.decode()


def test_lost_keeps_the_reason_and_to_whom(world: World, as_: As) -> None:
    rival = create_record(model=Competitor, values={"name": "Roadrunner Inc"}, by=world.ada)
    url = f"/opportunities/{world.sams_deal.pk}/do/lose"
    assert "Competitor" in as_(world.sam).get(url).content.decode()
    data = {
        "lost_reason": world.too_dear.pk,
        "competitor": rival.pk,
        "lost_note": "Half the price",
        "key": "k",
    }
    as_(world.sam).post(url, data)
    world.sams_deal.refresh_from_db()
    deal = world.sams_deal
    assert (deal.status, deal.lost_reason, deal.competitor, deal.stage) == (
        "lost", world.too_dear, rival, world.new,
    )  # fmt: skip


def test_reasons_for_leads_are_not_offered_for_deals(world: World, as_: As) -> None:
    spam = create_record(model=LostReason, values={"name": "Spam", "loses": "lead"}, by=world.ada)
    data = {"lost_reason": spam.pk, "key": "k"}
    answer = as_(world.sam).post(f"/opportunities/{world.sams_deal.pk}/do/lose", data)
    assert answer.status_code == 409
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.status == "open"


def test_many_are_closed_in_a_few_statements_and_one_undo(
    world: World, django_assert_max_num_queries: Any
) -> None:
    deals = list(Opportunity.objects.select_related("team", "stage"))
    with django_assert_max_num_queries(32):
        assert lose_opportunities(deals, by=world.ada, lost_reason=world.too_dear) == 3
    assert Opportunity.objects.lost().filter(lost_reason=world.too_dear, probability=0).count() == 3
    undo(ChangeSet.objects.latest("pk"), by=world.ada)
    assert Opportunity.objects.open().count() == 3
    assert win_opportunities(Opportunity.objects.select_related("team"), by=world.ada) == 3
    stages = Opportunity.objects.won().order_by("pk").values_list("stage__name", flat=True)
    assert list(stages) == ["Won", "Won", "Signed"]


def test_stale_is_who_was_not_heard_and_has_nothing_planned(world: World, as_: As) -> None:
    move_opportunity(world.sams_deal, stage=world.talking, by=world.sam)
    with later(13):
        assert "Anvils" not in listed(as_(world.sam), "stale")
    with later(15):
        assert "Anvils" in listed(as_(world.sam), "stale")
        assert Opportunity.objects.filter(stale_at(timezone.now())).count() == 1
        world.sams_deal.refresh_from_db()
        assert world.sams_deal.is_stale(now=timezone.now())
        heard_from_customer(world.sams_deal, at=timezone.now() - dt.timedelta(days=2), by=world.sam)
        assert "Anvils" not in listed(as_(world.sam), "stale")
    with later(30):
        assert "Anvils" in listed(as_(world.sam), "stale")
        plan_next_step(
            world.sams_deal, on=timezone.localdate() + dt.timedelta(days=3), what="Call", by=world.sam
        )
        assert "Anvils" not in listed(as_(world.sam), "stale")
        assert "Anvils" in listed(as_(world.sam), "step-due")
    with later(40):
        assert "Anvils" in listed(as_(world.sam), "stale")
        assert "Anvils" in listed(as_(world.sam), "step-overdue")
        day = timezone.localdate() - dt.timedelta(days=8)
        past = as_(world.sam).get(f"/opportunities?view=list&filter=stale&as_of={day}").content.decode()
        assert "Anvils" not in past


def test_what_has_no_next_step_is_marked(world: World, as_: As) -> None:
    client = as_(world.lena)
    assert "Anvils" in listed(client, "stepless")
    plan_next_step(world.sams_deal, on=timezone.localdate(), what="Send the offer", by=world.sam)
    assert "Anvils" not in listed(client, "stepless")
    board = client.get("/opportunities?view=board").content.decode()
    assert "Send the offer: today" in board
    assert "Anvils" in as_(world.sam).get("/").content.decode()


def test_a_closing_put_off_is_counted_and_undone(world: World, as_: As) -> None:
    deal = world.sams_deal
    for day in (dt.date(2027, 1, 1), dt.date(2027, 2, 1), dt.date(2027, 1, 15), dt.date(2027, 3, 1)):
        update_opportunity(deal, values={"expected_closing": day}, by=world.sam)
    assert deal.closing_slips == 2
    update_opportunities(values_by_id={deal.pk: {"expected_closing": dt.date(2027, 4, 1)}}, by=world.sam)
    deal.refresh_from_db()
    assert deal.closing_slips == 3
    undo(ChangeSet.objects.latest("pk"), by=world.sam)
    deal.refresh_from_db()
    assert (deal.closing_slips, deal.expected_closing) == (2, dt.date(2027, 3, 1))
    assert "Anvils" in listed(as_(world.sam), "put-off")


def win(client: Client, deal: Opportunity) -> str:
    answer = client.post(f"/opportunities/{deal.pk}/do/win", {"key": f"w{deal.pk}"})
    news = json.loads(answer.headers["HX-Trigger"])
    return str(news.get("celebrate", {}).get("sentence", ""))


def test_a_win_that_is_special_says_why_and_others_do_not(world: World, as_: As) -> None:
    client = as_(world.sam)
    assert win(client, world.sams_deal) == "The first deal Sam Seller has won."
    make = {"salesperson": world.sam, "team": world.north, "organisation": world.acme}
    from kairos.crm.actions.opportunities import create_opportunity

    small = create_opportunity(values={**make, "title": "Small", "expected_revenue": 10}, by=world.sam)
    large = create_opportunity(values={**make, "title": "Large", "expected_revenue": 7000}, by=world.sam)
    assert win(client, small) == ""
    assert win(client, large) == "The largest deal of North this year: $7,000."


def test_nothing_is_celebrated_in_bulk(world: World, as_: As) -> None:
    data = {"ids": [world.sams_deal.pk, world.tias_deal.pk], "run": "1", "key": "b"}
    answer = as_(world.lena).post("/opportunities/bulk/win", data)
    assert "celebrate" not in answer.headers["HX-Trigger"]
    assert Opportunity.objects.won().count() == 2


@pytest.mark.parametrize("query", ["is_stale:is:true", "is_stale:is:false", "is_without_next_step:is:true"])
def test_they_are_conditions_like_others(world: World, as_: As, query: str) -> None:
    for view in ("list", "board"):
        assert as_(world.ada).get(f"/opportunities?view={view}&where={query}").status_code == 200
