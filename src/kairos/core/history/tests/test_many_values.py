"""Many records with as many different values: few statements a chunk, and the same history as one by one."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, FieldChange
from kairos.crm.actions.opportunities import create_opportunity
from kairos.crm.models import Opportunity
from tests.world import World

pytestmark = pytest.mark.django_db


def different(n: int, world: World) -> dict[str, Any]:
    """Values of every kind, another for each; of some nothing at all."""
    return {
        "title": f"Number {n} ’ %s \\",
        "expected_revenue": Decimal(n) + Decimal("0.125"),
        "expected_closing": dt.date(2027, 1, 1 + n) if n % 3 else None,
        "next_step_on": None,
        "last_customer_event_at": dt.datetime(2026, 1, 1 + n, 7, 30, 0, n, dt.UTC),
        "priority": n % 4,
        "is_probability_manual": n % 2 == 0,
        "salesperson": world.tia if n % 2 else None,
        "score": n / 7,
    }


def test_each_gets_its_own_values_and_undo_gives_back_the_old(world: World) -> None:
    deals = [
        create_opportunity(values={"title": f"D{n}", "salesperson": world.sam}, by=world.ada)
        for n in range(25)
    ]
    names = [*different(0, world), "version"]
    before = list(Opportunity.objects.order_by("pk").values_list(*names))
    with (
        CaptureQueriesContext(connection) as queries,
        change_set(by=world.ada, summary="Many") as changes,
    ):
        changes.update_many(Opportunity, {deal.pk: different(n, world) for n, deal in enumerate(deals)})
    updates = [query for query in queries if query["sql"].startswith('UPDATE "crm_opportunity"')]
    # One for each set of fields that differ, of which six come up here.
    assert len(updates) == 6
    for n, deal in enumerate(deals):
        now, version = Opportunity.objects.get(pk=deal.pk), deal.version
        wanted = different(n, world)
        assert {name: getattr(now, name) for name in wanted} == wanted
        assert now.version == version + 1
        assert now.updated_at == ChangeSet.objects.latest("pk").at
    closings = (
        FieldChange.objects.filter(field="expected_closing").order_by("record_id").values_list("old", "new")
    )
    assert list(closings)[:2] == [(None, "2027-01-02"), (None, "2027-01-03")]
    assert undo(ChangeSet.objects.latest("pk"), by=world.ada).conflicts == []
    after = list(Opportunity.objects.order_by("pk").values_list(*names))
    untracked = names.index("score")
    kept = [row[:untracked] for row in after]
    assert kept == [row[:untracked] for row in before]
