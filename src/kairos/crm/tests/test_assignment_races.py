"""Several at once, and one who dies in the middle: nothing is given twice, nothing half."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from kairos.core.history import change_set
from kairos.core.models import FieldChange
from kairos.crm.actions import assignment
from kairos.crm.actions.assignment import assign_waiting
from kairos.crm.actions.opportunities import create_lead
from kairos.crm.actions.stages import found_lead_stages
from kairos.crm.models import Assignment, AssignmentRun, Lead, MemberRule, Opportunity, Stage, TeamProcess
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    start = Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.fixture
def house(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(assignment, "AT_ONCE", 10)
    with change_set(by=world.ada, summary="Stages") as changes:
        found_lead_stages(changes)
        for team in (world.north, world.south):
            changes.create(TeamProcess, team=team)
        changes.create(MemberRule, team=world.north, user=world.lena, capacity=0)
        stage = Stage.objects.get(kind="lead", name="New")
        leads: list[Opportunity] = [
            Lead(title=f"Lead {n}", kind="lead", team=world.north, stage=stage, currency="USD")
            for n in range(36)
        ]
        changes.create_many(Opportunity, leads)
    MemberRule.objects.create(team=world.north, user=world.sam, capacity=60)
    MemberRule.objects.create(team=world.north, user=world.tia, capacity=30)
    return world


def test_two_runs_at_once_give_nothing_twice(house: World) -> None:
    at_once(*[lambda: assign_waiting([house.north], by=house.lena)] * 3)
    assert Lead.objects.filter(salesperson=house.sam).count() == 24
    assert Lead.objects.filter(salesperson=house.tia).count() == 12
    assert Assignment.objects.count() == 36
    assert Assignment.objects.values("opportunity").distinct().count() == 36
    assert FieldChange.objects.filter(field="salesperson").exclude(new=None).count() == 36
    assert sum(AssignmentRun.objects.values_list("assigned", flat=True)) == 36


def test_leads_that_come_while_a_run_is_on_wait_for_nobody(house: World) -> None:
    def bring() -> None:
        for n in range(10):
            values = {"title": f"New {n}", "team": house.north, "salesperson": None}
            create_lead(values=values, by=house.ada)

    at_once(lambda: assign_waiting([house.north], by=house.lena), bring, bring)
    assign_waiting([house.north], by=house.lena)
    assert Lead.objects.filter(salesperson=None).count() == 0
    assert Assignment.objects.values("opportunity").distinct().count() == 56 == Assignment.objects.count()


def test_who_dies_in_the_middle_leaves_whole_parts(house: World, monkeypatch: pytest.MonkeyPatch) -> None:
    write, calls = assignment._write, []

    def dying(*args: Any) -> None:
        calls.append(1)
        write(*args)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(assignment, "_write", dying)
    with pytest.raises(KeyboardInterrupt):
        assign_waiting([house.north], by=house.lena)
    run = AssignmentRun.objects.get()
    assert (run.assigned, run.left) == (20, 16)
    assert Lead.objects.exclude(salesperson=None).count() == Assignment.objects.count() == 20
    assert len(run.report["change_sets"]) == 2
    monkeypatch.setattr(assignment, "_write", write)
    assign_waiting([house.north], by=house.lena)
    assert Lead.objects.filter(salesperson=house.sam).count() == 24
