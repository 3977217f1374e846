"""Back on the deal: its revenue follows what is offered or ordered, an order may win it, and a win closes the rest."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.core.actions.records import create_record
from kairos.core.editing.undoing import undo_for
from kairos.core.history import change_set
from kairos.core.models import ChangeSet, CurrencyRate
from kairos.crm.actions.merging import merge_opportunities
from kairos.crm.actions.opportunities import win_opportunity
from kairos.crm.models import Opportunity
from kairos.sales.actions.lines import add_line, update_line
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import confirm_quotation
from kairos.sales.models import OrderRule, Quotation
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


def rule(world: World, **values: Any) -> OrderRule:
    return create_record(model=OrderRule, values={"team": world.sams_deal.team, **values}, by=world.ada)


def offer(world: World, price: int, **values: Any) -> Quotation:
    made = create_quotation(values={"opportunity": world.sams_deal, **values}, by=world.sam)
    add_line(made, values={"description": "Anvil", "unit_price": Decimal(price)}, by=world.sam)
    return made


def revenue(world: World) -> Decimal:
    return Opportunity.objects.values_list("expected_revenue", flat=True).get(pk=world.sams_deal.pk)


def test_without_a_rule_the_revenue_stays_what_people_say(world: World) -> None:
    before = revenue(world)
    confirm_quotation(offer(world, 700), by=world.sam)
    world.sams_deal.refresh_from_db()
    assert (revenue(world), world.sams_deal.status) == (before, "open")


def test_the_revenue_follows_the_highest_quotation(world: World) -> None:
    rule(world, revenue_follows="highest")
    offer(world, 700)
    high = offer(world, 900)
    assert revenue(world) == Decimal(900)
    line: Any = high.lines.get()
    update_line(line, values={"quantity": Decimal(2)}, by=world.sam)
    assert revenue(world) == Decimal(1800)
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    assert revenue(world) == Decimal(900)


def test_the_revenue_follows_what_was_ordered_in_the_currency_of_the_deal(world: World) -> None:
    rule(world, revenue_follows="ordered")
    before = revenue(world)
    with change_set(by=world.ada, summary="Rate") as changes:
        changes.create(CurrencyRate, currency="EUR", base="USD", rate=Decimal("1.25"), on=dt.date(2020, 1, 1))
    first, second = offer(world, 400), offer(world, 80, currency="EUR")
    assert revenue(world) == before
    confirm_quotation(first, by=world.sam)
    assert revenue(world) == Decimal(400)
    confirm_quotation(second, by=world.sam)
    assert revenue(world) == Decimal(500)


def test_a_missing_rate_changes_nothing(world: World) -> None:
    rule(world, revenue_follows="highest")
    before = revenue(world)
    offer(world, 80, currency="JPY")
    assert revenue(world) == before


def test_an_order_wins_the_deal_where_its_team_wants_that_and_one_undo_takes_both_back(world: World) -> None:
    rule(world, wins_deal=True)
    made = offer(world, 700)
    confirm_quotation(made, by=world.sam)
    world.sams_deal.refresh_from_db()
    assert (world.sams_deal.status, world.sams_deal.probability) == ("won", 100)
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    world.sams_deal.refresh_from_db()
    made.refresh_from_db()
    assert (world.sams_deal.status, made.state) == ("open", "draft")


def test_an_order_that_wins_its_deal_counts_for_its_revenue(world: World) -> None:
    rule(world, wins_deal=True, revenue_follows="ordered")
    confirm_quotation(offer(world, 700), by=world.sam)
    world.sams_deal.refresh_from_db()
    assert (world.sams_deal.status, revenue(world)) == ("won", Decimal(700))
    confirm_quotation(offer(world, 300), by=world.sam)
    assert revenue(world) == Decimal(700)


def test_a_second_order_for_a_won_deal_is_an_order(world: World) -> None:
    rule(world, wins_deal=True)
    confirm_quotation(offer(world, 700), by=world.sam)
    confirm_quotation(offer(world, 300), by=world.sam)
    assert Quotation.objects.filter(state="confirmed").count() == 2


def test_a_closed_deal_offers_to_close_what_is_still_offered(world: World, as_: As) -> None:
    ordered, other = offer(world, 700), offer(world, 900)
    confirm_quotation(ordered, by=world.sam)
    win_opportunity(world.sams_deal, by=world.sam)
    client, url = as_(world.sam), f"/opportunities/{world.sams_deal.pk}"
    assert "1 quotation is still open" in client.get(url).content.decode()
    client.post(f"{url}/close-quotations")
    assert [one.state for one in Quotation.objects.order_by("pk")] == ["confirmed", "cancelled"]
    page = client.get(url).content.decode()
    assert "1 quotation closed" in page
    assert "still open" not in page
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    other.refresh_from_db()
    assert (other.state, other.cancel_reason) == ("draft", "")


def test_what_others_have_closed_meanwhile_is_said_to_be_closed(world: World, as_: As) -> None:
    offer(world, 900)
    client, url = as_(world.sam), f"/opportunities/{world.sams_deal.pk}"
    client.post(f"{url}/close-quotations")
    client.get(url)
    written = ChangeSet.objects.count()
    client.post(f"{url}/close-quotations")
    page = client.get(url).content.decode()
    assert "No quotation of this deal was open any more." in page
    assert "0 quotations" not in page
    assert ChangeSet.objects.count() == written


def test_who_does_not_see_the_deal_closes_nothing(world: World, as_: As) -> None:
    offer(world, 900)
    answer = as_(world.otto).post(f"/opportunities/{world.sams_deal.pk}/close-quotations")
    assert (answer.status_code, Quotation.objects.get().state) == (404, "draft")


def test_a_merged_deal_follows_the_quotations_that_came_along(world: World) -> None:
    rule(world, revenue_follows="highest")
    offer(world, 900)
    merge_opportunities([world.sams_deal], into=world.tias_deal, choices={}, by=world.ada)
    into = Opportunity.objects.get(pk=world.tias_deal.pk)
    same_team = into.team_id == OrderRule.objects.get().team_id
    assert (into.expected_revenue == Decimal(900)) is same_team


def test_leaders_arrange_the_rules_and_nobody_else(world: World, as_: As) -> None:
    form = {"team": world.sams_deal.team_id, "revenue_follows": "highest", "wins_deal": "on", "key": "k"}
    assert as_(world.sam).post("/order-rules/new", form).status_code == 403
    assert OrderRule.objects.count() == 0
    as_(world.ada).post("/order-rules/new", form)
    made = OrderRule.objects.get()
    assert (made.revenue_follows, made.wins_deal) == ("highest", True)
    assert str(world.sams_deal.team) in as_(world.sam).get("/order-rules").content.decode()
