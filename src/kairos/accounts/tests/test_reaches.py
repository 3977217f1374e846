"""The administrator says how far each role sees."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kairos.accounts.models import Role, RoleReach
from kairos.core.models import ChangeSet, FieldChange
from kairos.crm.models import Opportunity
from tests.world import World

As = Callable[[Any], Client]
USUAL = {"sales_own": "unassigned", "sales_team": "team", "sales_all": "all", "leader": "tree"}


def test_the_screen_says_what_is_usual_and_how_many_people_it_concerns(world: World, as_: As) -> None:
    page = " ".join(as_(world.ada).get("/settings/rights").content.decode().split())
    for role, reach in [*USUAL.items(), ("administrator", "all")]:
        row = page.split(f'name="{role}" value="{reach}"')[1].split(">")[0]
        assert "checked" in row, role
    assert "2 people" in page
    assert page.count("disabled") == 5


def test_what_is_chosen_holds_at_once_and_is_undone_like_any_change(world: World, as_: As) -> None:
    ada, sam = as_(world.ada), as_(world.sam)
    assert "Rockets" not in sam.get("/opportunities?view=list").content.decode()
    assert ada.post("/settings/rights", {**USUAL, "sales_own": "team"}).status_code == 302
    assert "Rockets" in sam.get("/opportunities?view=list").content.decode()
    changes = ChangeSet.objects.latest("pk")
    assert ada.post(f"/history/{changes.pk}/undo", headers={"HX-Request": "true"}).status_code == 200
    assert "Rockets" not in sam.get("/opportunities?view=list").content.decode()


def test_saying_what_is_usual_changes_nothing(world: World, as_: As) -> None:
    changes = FieldChange.objects.count()
    as_(world.ada).post("/settings/rights", USUAL)
    assert FieldChange.objects.count() == changes


def test_administrators_keep_seeing_all(world: World, as_: As) -> None:
    ada = as_(world.ada)
    ada.post("/settings/rights", {**USUAL, "administrator": "own"})
    assert not RoleReach.objects.filter(role=Role.ADMINISTRATOR).exists()
    assert Opportunity.objects.visible_to(world.ada).count() == 3


@pytest.mark.parametrize("sent", [{}, {**USUAL, "leader": "everything"}])
def test_nonsense_is_refused_and_changes_nothing(world: World, as_: As, sent: dict[str, str]) -> None:
    assert as_(world.ada).post("/settings/rights", sent).status_code == 422
    assert not RoleReach.objects.exists()


@pytest.mark.parametrize("who", ["lena", "sam", "stranger"])
def test_only_administrators_choose(world: World, as_: As, who: str) -> None:
    client = as_(getattr(world, who))
    assert client.get("/settings/rights").status_code == 403
    assert client.post("/settings/rights", {**USUAL, "sales_own": "all"}).status_code == 403
    assert not RoleReach.objects.exists()
