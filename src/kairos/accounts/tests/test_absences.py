"""Everybody says when they are away, leaders for their people too; others do not see it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kairos.accounts.actions.absences import create_absence
from kairos.accounts.models import Absence
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from tests.world import World

As = Callable[[Any], Client]
DAYS = {"first_on": "2026-12-24", "last_on": "2026-12-31"}


def enter(client: Client, **values: Any) -> Any:
    return client.post("/absences/new", {**DAYS, "key": "k", **values}, headers={"HX-Request": "true"})


def test_one_enters_ones_own_absence_and_takes_it_back(world: World, as_: As) -> None:
    assert enter(as_(world.sam)).status_code == 200
    absence = Absence.objects.get()
    assert (absence.user, str(absence.first_on), str(absence.last_on)) == (
        world.sam,
        "2026-12-24",
        "2026-12-31",
    )
    undo(ChangeSet.objects.latest("pk"), by=world.sam)
    assert Absence.objects.count() == 0


def test_a_day_without_a_last_one_is_one_day(world: World) -> None:
    made = create_absence(values={"first_on": dt.date(2026, 12, 24)}, by=world.sam)
    assert made.last_on == dt.date(2026, 12, 24)


def test_a_leader_enters_absences_of_their_people_and_of_no_others(world: World, as_: As) -> None:
    assert enter(as_(world.lena), user=world.sam.pk).status_code == 200
    assert enter(as_(world.lena), user=world.otto.pk, key="l").status_code == 409
    assert list(Absence.objects.values_list("user", flat=True)) == [world.sam.pk]


def test_a_colleague_cannot_send_somebody_away(world: World, as_: As) -> None:
    assert enter(as_(world.tia), user=world.sam.pk).status_code == 409
    assert Absence.objects.count() == 0


def test_the_last_day_is_not_before_the_first(world: World, as_: As) -> None:
    assert enter(as_(world.sam), last_on="2026-12-01").status_code == 409
    assert Absence.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "status"),
    [("sam", 200), ("lena", 200), ("ada", 200), ("tia", 404), ("otto", 404), ("stranger", 404)],
)
def test_who_sees_an_absence(world: World, as_: As, who: str, status: int) -> None:
    absence = create_absence(values={"first_on": dt.date(2026, 12, 24)}, by=world.sam)
    assert as_(getattr(world, who)).get(f"/absences/{absence.pk}").status_code == status


def test_the_days_can_be_changed_by_those_who_may_enter_them(world: World, as_: As) -> None:
    absence = create_absence(values={"first_on": dt.date(2026, 12, 24)}, by=world.sam)
    answer = as_(world.lena).post(
        f"/absences/{absence.pk}/field/last_on", {"value": "2026-12-27", "was": "2026-12-24"}
    )
    assert answer.status_code == 200
    absence.refresh_from_db()
    assert absence.last_on == dt.date(2026, 12, 27)
