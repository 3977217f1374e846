"""Who is given a deal by hand is told of it in the inbox."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kairos.core.events import declared
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, EventEntry
from kairos.crm.actions.many import assign_opportunities
from kairos.crm.actions.opportunities import create_opportunity
from kairos.crm.models import Assignment, Opportunity
from kairos.discuss.models import Notification
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


def told() -> list[tuple[str, int, str]]:
    """Who was told, of which record, in what words."""
    found = Notification.objects.select_related("user", "event").order_by("pk")
    rows = []
    for row in found.filter(event__name__startswith="crm.deal"):
        event = declared(row.event.name)
        assert event is not None
        rows.append((row.user.name, row.record_id, event.describe(row.event.params)))
    return rows


def deals(world: World, count: int) -> list[Opportunity]:
    return [
        create_opportunity(
            values={"title": f"Deal {n}", "salesperson": None, "team": world.north}, by=world.ada
        )
        for n in range(count)
    ]


def test_who_gets_a_deal_in_its_field_is_told(world: World, as_: As) -> None:
    deal = world.sams_deal
    form = {"value": str(world.tia.pk), "was": str(world.sam.pk)}
    assert as_(world.lena).post(f"/opportunities/{deal.pk}/field/salesperson", form).status_code == 200
    assert told() == [("Tia Team", deal.pk, "Given to Tia Team by Lena Leader")]
    assert "Given to Tia Team by Lena Leader" in as_(world.tia).get("/inbox").content.decode()


def test_many_given_at_once_are_one_notice(world: World, as_: As) -> None:
    given = deals(world, 3)
    form = {"ids": ",".join(str(deal.pk) for deal in given), "run": "1", "salesperson": world.sam.pk}
    assert as_(world.lena).post("/opportunities/bulk/assign", form).status_code == 200
    assert told() == [("Sam Seller", given[0].pk, "One of 3 given to Sam Seller by Lena Leader")]


def test_a_bulk_edit_of_the_salesperson_tells_too(world: World, as_: As) -> None:
    given = deals(world, 2)
    form = {"ids": ",".join(str(deal.pk) for deal in given), "run": "1", "field": "salesperson"}
    form["salesperson"] = str(world.sam.pk)
    assert as_(world.lena).post("/opportunities/bulk/edit", form).status_code == 200
    assert told() == [("Sam Seller", given[0].pk, "One of 2 given to Sam Seller by Lena Leader")]


def test_what_people_take_themselves_and_what_stays_is_not_told(world: World) -> None:
    given = deals(world, 2)
    assign_opportunities(given, salesperson=world.sam, by=world.sam)
    assign_opportunities(given, salesperson=world.sam, by=world.lena)
    assign_opportunities(given, salesperson=None, by=world.lena)
    assert told() == []


def test_a_new_deal_for_a_colleague_is_told_and_its_return_after_an_undo_is_not(world: World) -> None:
    create_opportunity(values={"title": "For Sam", "salesperson": world.sam}, by=world.lena)
    [row] = told()
    assert row[2] == "Given to Sam Seller by Lena Leader"
    taken_back = undo(ChangeSet.objects.latest("pk"), by=world.lena).change_set
    assert taken_back is not None
    undo(taken_back, by=world.lena)
    assert Assignment.objects.filter(user=world.sam).count() == 1
    assert EventEntry.objects.filter(name="crm.deal_given").count() == 1


def test_the_queries_do_not_grow_with_the_deals(world: World) -> None:
    def queries(count: int) -> int:
        given = deals(world, count)
        with CaptureQueriesContext(connection) as caught:
            assign_opportunities(given, salesperson=world.sam, by=world.lena)
        return len(caught)

    queries(2)
    assert queries(60) <= queries(30) + 1
