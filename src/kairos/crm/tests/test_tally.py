from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from kairos.crm import tally
from kairos.crm.models import Opportunity, OpportunityTally
from tests.world import World

KEY = ("stage", "status", "salesperson", "team", "currency")


def truth() -> dict[Any, Any]:
    rows = Opportunity.objects.order_by().values_list(*KEY, "archived_at")
    found = rows.annotate(n=Count("pk"), e=Sum("expected_revenue"), w=Sum("weighted_revenue"))
    sums: dict[Any, Any] = {}
    for *key, archived_at, n, e, w in found:
        total = sums.setdefault((*key, archived_at is None), [0, Decimal(0), Decimal(0)])
        total[0] += n
        total[1] += e
        total[2] += w
    return sums


def tallied() -> dict[Any, Any]:
    names = (*KEY, "archived_at", "count", "expected_revenue", "weighted_revenue")
    rows = OpportunityTally.objects.exclude(count=0).values_list(*names)
    return {(*key, archived_at is None): [n, e, w] for *key, archived_at, n, e, w in rows}


def test_the_tally_counts_the_deals_of_the_world(world: World) -> None:
    assert tallied() == truth()
    assert sum(row[0] for row in tallied().values()) == 3


changes = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "salesperson",
                "archived_at",
                "expected_revenue",
                "probability",
                "title",
                "stage",
                "delete",
                "add",
            ]
        ),
        st.integers(0, 5),
        st.integers(0, 100),
    ),
    max_size=12,
)


@settings(max_examples=30)
@given(steps=changes)
def test_whatever_is_written_the_tally_is_exact(world: World, steps: list[tuple[str, int, int]]) -> None:
    people = [world.sam, world.tia, world.otto, None]
    for name, which, number in steps:
        deals = Opportunity.objects.filter(
            pk__in=list(Opportunity.objects.values_list("pk", flat=True))[which % 3 :]
        )
        match name:
            case "salesperson":
                deals.update(salesperson=people[number % 4])
            case "archived_at":
                deals.update(archived_at=world.acme.created_at if number % 2 else None)
            case "expected_revenue":
                deals.update(expected_revenue=Decimal(number) / 3)
            case "stage":
                deals.update(stage=[world.new, world.talking, world.offer][number % 3])
            case "delete":
                Opportunity.objects.filter(pk__in=list(deals.values_list("pk", flat=True)[:1])).delete()
            case "add":
                Opportunity.objects.bulk_create(
                    [
                        Opportunity(title="x", stage=world.new, currency="EUR", expected_revenue=number)
                        for _n in range(3)
                    ]
                )
            case _:
                deals.update(**{name: number})
        assert tallied() == truth()


def test_triggers_that_were_lost_are_made_again_and_the_deals_counted_anew(world: World) -> None:
    tally.uninstall(connection)
    Opportunity.objects.update(expected_revenue=7)
    assert tallied() != truth()
    tally.install(connection)
    assert tallied() == truth()


@pytest.mark.parametrize("who", ["ada", "lena", "sam", "tia", "otto", "stranger"])
def test_a_person_counts_only_what_they_see(world: World, who: str) -> None:
    person = getattr(world, who)
    counted = OpportunityTally.objects.visible_to(person).aggregate(n=Sum("count"))["n"] or 0
    assert counted == Opportunity.objects.visible_to(person).count()
