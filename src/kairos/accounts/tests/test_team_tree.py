"""Teams belong to teams, never in a circle."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kairos.accounts.actions.teams import TeamLoop, create_team, update_team
from kairos.accounts.models import Team
from kairos.core.history import change_set
from kairos.core.models import ChangeSet, FieldChange
from kairos.core.records import type_of
from tests.world import World

As = Callable[[Any], Client]
HX = {"HX-Request": "true"}


@pytest.fixture
def region(world: World) -> Team:
    region = create_team(values={"name": "Region"}, by=world.ada)
    update_team(world.north, values={"parent": region}, by=world.ada)
    return region


def test_a_team_is_put_below_another_on_its_page(world: World, as_: As, region: Team) -> None:
    answer = as_(world.ada).post(f"/teams/{world.south.pk}/field/parent", {"value": region.pk, "was": ""})
    assert answer.status_code == 200
    assert set(Team.objects.below(region)) == {region, world.north, world.south}
    assert as_(world.lena).post(f"/teams/{world.north.pk}/field/parent", {"value": "", "was": region.pk})
    world.north.refresh_from_db()
    assert world.north.parent == region


@pytest.mark.parametrize("path", ["screen", "itself", "import"])
def test_a_circle_is_refused(world: World, as_: As, region: Team, path: str) -> None:
    changes = FieldChange.objects.count()
    if path == "import":
        with pytest.raises(TeamLoop), change_set(by=world.ada, summary="Import") as written:
            type_of(Team).import_existing(written, {region.pk: {"parent": world.north}})
    else:
        value = world.north.pk if path == "screen" else region.pk
        answer = as_(world.ada).post(
            f"/teams/{region.pk}/field/parent", {"value": value, "was": ""}, headers=HX
        )
        assert answer.status_code in (409, 422)
    region.refresh_from_db()
    assert (region.parent, FieldChange.objects.count()) == (None, changes)


def test_undo_makes_no_circle_either(world: World, as_: As, region: Team) -> None:
    update_team(world.north, values={"parent": None}, by=world.ada)
    taken_out = ChangeSet.objects.latest("pk")
    update_team(region, values={"parent": world.north}, by=world.ada)
    assert as_(world.ada).post(f"/history/{taken_out.pk}/undo", headers=HX).status_code == 409
    world.north.refresh_from_db()
    assert world.north.parent is None
