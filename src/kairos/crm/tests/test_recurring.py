"""Recurring revenue comes to a monthly amount, whatever its plan, and weighs by the probability."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.core.actions.records import create_record
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.crm.actions.many import update_opportunities
from kairos.crm.actions.opportunities import update_opportunity
from kairos.crm.actions.recurring import update_plan
from kairos.crm.models import Opportunity, OpportunityTally, RecurringPlan
from tests.world import World

As = Callable[[Any], Client]


@pytest.fixture
def yearly(world: World) -> RecurringPlan:
    return create_record(model=RecurringPlan, values={"name": "Yearly", "months": 12}, by=world.ada)


def test_a_yearly_amount_is_a_twelfth_a_month(world: World, as_: As, yearly: RecurringPlan) -> None:
    deal = world.sams_deal
    url = f"/opportunities/{deal.pk}/field/"
    as_(world.sam).post(url + "recurring_revenue", {"value": "1000", "was": "0"})
    deal.refresh_from_db()
    assert [deal.mrr, deal.weighted_mrr] == [Decimal(1000), Decimal(100)]
    as_(world.sam).post(url + "recurring_plan", {"value": yearly.pk, "was": ""})
    deal.refresh_from_db()
    assert [deal.mrr, deal.weighted_mrr] == [Decimal("83.33"), Decimal("8.333")]


def test_a_plan_of_another_length_changes_its_deals(world: World, yearly: RecurringPlan) -> None:
    values = {"recurring_revenue": Decimal(1200), "recurring_plan": yearly}
    update_opportunities(values_by_id={world.sams_deal.pk: values, world.tias_deal.pk: values}, by=world.ada)
    amounts = Opportunity.objects.filter(recurring_plan=yearly).values_list("mrr", flat=True)
    assert list(amounts) == [Decimal(100), Decimal(100)]
    update_plan(yearly, values={"months": 6}, by=world.ada)
    assert list(amounts.all()) == [Decimal(200), Decimal(200)]
    undo(ChangeSet.objects.latest("pk"), by=world.ada)
    assert list(amounts.all()) == [Decimal(100), Decimal(100)]


def test_the_board_sums_it_where_there_is_any(world: World, as_: As, yearly: RecurringPlan) -> None:
    assert "MRR" not in as_(world.tia).get("/opportunities?view=board").content.decode()
    update_opportunity(
        world.tias_deal, values={"recurring_revenue": Decimal(6000), "recurring_plan": yearly}, by=world.tia
    )
    board = as_(world.tia).get("/opportunities?view=board").content.decode()
    assert "MRR: $500" in board
    assert _icons_of_totals(board) == {"Expected revenue": "", "Weighted revenue": "scale", "MRR": "repeat"}
    tallied = OpportunityTally.objects.filter(salesperson=world.tia, mrr__gt=0)
    assert list(tallied.values_list("mrr", "weighted_mrr")) == [(Decimal(500), Decimal(50))]


def _icons_of_totals(board: str) -> dict[str, str]:
    """The icon beside each sum in the heads of columns, by the sum's name."""
    sums = re.findall(r'<span class="figure" title="([^:"]+):[^>]*>(?:<svg.*?#([\w-]+)")?', board)
    return dict(sums)
