"""Many deals at once become what each would have become alone, in statements that do not grow with their number."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, EventEntry, FieldChange
from kairos.core.records import type_of
from kairos.crm.actions.opportunities import (
    create_opportunity,
    lose_opportunity,
    reopen_opportunity,
    update_opportunity,
    win_opportunity,
)
from kairos.crm.models import Assignment, Opportunity
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def deals(world: World) -> list[Opportunity]:
    """One of every kind: open, by hand, lost, won, in another team, in none, nobody's, shared."""
    found = [world.sams_deal, world.ottos_deal]
    for title in ("Manual", "Lost", "Won", "Teamless", "Nobody's", "Shared"):
        values: dict[str, Any] = {
            "title": title,
            "salesperson": world.tia,
            "expected_closing": dt.date(2027, 1, 1),
        }
        values["team"] = None if title == "Teamless" else world.north
        values["stage"] = world.new if title == "Teamless" else world.talking
        if title in ("Teamless", "Nobody's"):
            values["salesperson"] = None
        found.append(create_opportunity(values=values, by=world.ada))
    update_opportunity(found[2], values={"probability": 77}, by=world.ada)
    lose_opportunity(found[3], by=world.ada, lost_reason=world.too_dear, lost_note="Said so")
    win_opportunity(found[4], by=world.ada)
    update_opportunity(found[7], values={"shared_with": [world.stranger]}, by=world.ada)
    return found


def after(work: Callable[[], Any]) -> dict[str, Any]:
    """What `work` makes of the deals, what it tells, and what the history says in the end of each field."""
    last, told = FieldChange.objects.order_by("pk").last(), EventEntry.objects.order_by("pk").last()
    work()
    ignored = {"version", "updated_at", "stage_entered_at", "closed_at", "assigned_at"}
    rows = {
        (row["pk"], row["shared_with"]): {name: value for name, value in row.items() if name not in ignored}
        for row in Opportunity.with_leads.order_by("pk").values("pk", *fields(), "shared_with")
    }
    history: dict[tuple[int, str], list[Any]] = {}
    for change in FieldChange.objects.filter(
        pk__gt=last.pk if last else 0, record_type="opportunity"
    ).order_by("pk"):
        start = history.setdefault((change.record_id, change.field), [change.old, None])
        start[1] = change.new
    for (_pk, name), pair in history.items():
        if name.endswith("_at"):
            pair[:] = [one is not None for one in pair]
    # Who is given many at once hears of it once: see test_handing.
    events = EventEntry.objects.filter(pk__gt=told.pk if told else 0).exclude(name__startswith="crm.deal")
    gifts = Assignment.objects.order_by("opportunity").values_list("opportunity", "team", "user")
    return {
        "rows": rows,
        "history": {
            key: pair for key, pair in history.items() if pair[0] != pair[1] or key[1].endswith("_at")
        },
        "events": sorted(str((one.name, one.record_id, one.params)) for one in events),
        "gifts": sorted(map(str, gifts)),
    }


def fields() -> list[str]:
    return [one.name for one in Opportunity._meta.concrete_fields if one.name != "id"]


def alone(work: Callable[[], Any]) -> dict[str, Any]:
    """As `after`, and then nothing has happened."""
    with transaction.atomic():
        found = after(work)
        transaction.set_rollback(True)
    return found


EDITS: dict[str, Callable[[World], dict[str, Any]]] = {
    "team": lambda world: {"team": world.south.pk},
    "no team": lambda world: {"team": ""},
    "probability": lambda world: {"probability": "40"},
    "by hand": lambda world: {"is_probability_manual": ""},
    "salesperson": lambda world: {"salesperson": world.sam.pk},
    "closing": lambda world: {"expected_closing": "2028-03-04"},
    "shared": lambda world: {"shared_with": [world.otto.pk, world.sam.pk]},
}


@pytest.mark.parametrize("name", EDITS)
def test_a_field_of_many_becomes_what_it_would_of_each(
    world: World, as_: As, deals: list[Opportunity], name: str
) -> None:
    data = EDITS[name](world)
    field = next(iter(data))
    parse = type_of(Opportunity).field(field).parse
    sent = data[field] if isinstance(data[field], list) else str(data[field])
    values = {field: parse([str(one) for one in sent] if isinstance(sent, list) else sent, user=world.ada)}

    def one_by_one() -> None:
        for deal in Opportunity.objects.filter(pk__in=[one.pk for one in deals]).order_by("pk"):
            update_opportunity(deal, values=values, by=world.ada)

    expected = alone(one_by_one)
    form = {"ids": [deal.pk for deal in deals], "field": field, "run": "1", "key": "k", **data}
    found = after(lambda: as_(world.ada).post("/opportunities/bulk/edit", form))
    assert found == expected
    assert ChangeSet.objects.latest("pk").record_count == len(touched_by(found))


def touched_by(found: dict[str, Any]) -> set[int]:
    """The deals of which the history tells something new."""
    return {pk for pk, _field in found["history"]}


def test_many_move_to_a_stage_as_each_would(world: World, as_: As, deals: list[Opportunity]) -> None:
    for stage in (world.new, world.won):
        ours = [deal.pk for deal in deals if deal.pk != world.ottos_deal.pk]

        def one_by_one(stage: Any = stage, ours: list[int] = ours) -> None:
            for deal in Opportunity.objects.filter(pk__in=ours).order_by("pk"):
                update_opportunity(deal, values={"stage": stage}, by=world.ada)

        def in_bulk(stage: Any = stage, ours: list[int] = ours) -> None:
            form = {"ids": ours, "field": "stage", "stage": stage.pk, "run": "1", "key": stage.name}
            as_(world.ada).post("/opportunities/bulk/edit", form)

        assert alone(in_bulk) == alone(one_by_one)


def test_a_foreign_stage_for_one_of_many_changes_none(
    world: World, as_: As, deals: list[Opportunity]
) -> None:
    form = {
        "ids": [one.pk for one in deals],
        "field": "stage",
        "stage": world.offer.pk,
        "run": "1",
        "key": "k",
    }
    before = list(Opportunity.objects.order_by("pk").values())
    answer = as_(world.ada).post("/opportunities/bulk/edit", form)
    assert answer.status_code == 409
    assert "another team" in answer.content.decode()
    assert list(Opportunity.objects.order_by("pk").values()) == before


def test_many_are_reopened_as_each_would_be_and_closed_again_by_undo(
    world: World, as_: As, deals: list[Opportunity]
) -> None:
    win_opportunity(world.ottos_deal, by=world.ada)
    closed = [deal.pk for deal in Opportunity.objects.exclude(status="open").order_by("pk")]

    def one_by_one() -> None:
        for deal in Opportunity.objects.filter(pk__in=closed).order_by("pk"):
            reopen_opportunity(deal, by=world.ada)

    before = list(
        Opportunity.objects.order_by("pk").values_list("pk", "status", "stage", "closed_at", "lost_note")
    )
    expected = alone(one_by_one)
    form = {"ids": [one.pk for one in deals], "run": "1", "key": "k"}
    assert after(lambda: as_(world.ada).post("/opportunities/bulk/reopen", form)) == expected
    assert Opportunity.objects.exclude(status="open").count() == 0
    assert undo(ChangeSet.objects.latest("pk"), by=world.ada).conflicts == []
    now = list(
        Opportunity.objects.order_by("pk").values_list("pk", "status", "stage", "closed_at", "lost_note")
    )
    assert now == before


BULK: list[tuple[str, dict[str, Any]]] = [
    ("edit", {"field": "team", "team": "south"}),
    ("edit", {"field": "stage", "stage": "talking"}),
    ("edit", {"field": "probability", "probability": "33"}),
    ("edit", {"field": "shared_with", "shared_with": "otto"}),
    ("win", {}),
    ("share", {"people": "otto"}),
    ("reopen", {}),
    ("follow-stage", {}),
]


@pytest.mark.parametrize(("action", "given"), BULK, ids=lambda one: str(one))
def test_thirty_cost_as_many_statements_as_three(
    world: World, as_: As, action: str, given: dict[str, Any]
) -> None:
    data = {name: getattr(getattr(world, str(value), None), "pk", value) for name, value in given.items()}
    counts = []
    as_(world.ada).get("/")
    for number in (3, 30):
        made = [
            create_opportunity(
                values={"title": f"D{n}", "team": world.north, "salesperson": world.tia}, by=world.ada
            )
            for n in range(number)
        ]
        for deal in made:
            if action == "reopen":
                lose_opportunity(deal, by=world.ada)
            if action == "follow-stage":
                update_opportunity(deal, values={"probability": 44}, by=world.ada)
        form = {"ids": [one.pk for one in made], "run": "1", "key": f"{number}", **data}
        client = as_(world.ada)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.post(f"/opportunities/bulk/{action}", form).status_code == 200
        counts.append(len(queries))
        assert ChangeSet.objects.latest("pk").record_count == number
    assert counts[1] <= counts[0]
