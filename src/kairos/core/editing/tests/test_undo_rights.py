"""Undo is a write: nobody may undo what they could not change by hand, or see what they may not see."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kairos.accounts.actions.users import create_user, update_user
from kairos.accounts.models import Role, User
from kairos.core.models import ChangeSet, FieldChange
from kairos.crm.actions.opportunities import update_opportunity
from tests.world import World

Sign = Callable[[Any], Client]


def last() -> ChangeSet:
    return ChangeSet.objects.latest("pk")


def undo(client: Client, change_set: ChangeSet) -> int:
    return client.post(f"/history/{change_set.pk}/undo", headers={"HX-Request": "true"}).status_code


def test_a_leader_cannot_take_back_what_an_administrator_decided_about_roles(world: World, as_: Sign) -> None:
    second = create_user(
        values={"name": "Bo", "email": "bo@example.com", "role": Role.ADMINISTRATOR}, by=world.ada
    )
    update_user(second, values={"role": Role.LEADER}, by=world.ada)
    changes = FieldChange.objects.count()
    assert undo(as_(second), last()) in (404, 409)
    second.refresh_from_db()
    assert (second.role, FieldChange.objects.count()) == (Role.LEADER, changes)


def test_nobody_undoes_their_own_change_of_a_role_once_they_may_not_make_it(world: World, as_: Sign) -> None:
    second = create_user(
        values={"name": "Bo", "email": "bo@example.com", "role": Role.ADMINISTRATOR}, by=world.ada
    )
    update_user(second, values={"role": Role.LEADER}, by=second)
    assert undo(as_(second), last()) == 409
    second.refresh_from_db()
    assert second.role == Role.LEADER


def test_undo_leaves_an_administrator_in_the_house(world: World, as_: Sign) -> None:
    update_user(world.lena, values={"role": Role.ADMINISTRATOR}, by=world.ada)
    promotion = last()
    update_user(world.ada, values={"role": Role.LEADER}, by=world.lena)
    assert undo(as_(world.lena), promotion) == 409
    assert list(User.objects.administrators()) == [world.lena]


def test_a_leader_undoes_for_the_people_they_lead_and_for_nobody_else(world: World, as_: Sign) -> None:
    update_opportunity(world.sams_deal, values={"title": "Bigger anvils"}, by=world.sam)
    sams = last()
    update_opportunity(world.ottos_deal, values={"title": "Bigger magnets"}, by=world.otto)
    ottos = last()
    lena = as_(world.lena)
    assert undo(lena, ottos) == 404
    assert undo(lena, sams) == 200
    world.sams_deal.refresh_from_db()
    world.ottos_deal.refresh_from_db()
    assert (world.sams_deal.title, world.ottos_deal.title) == ("Anvils", "Bigger magnets")


def test_a_leaders_history_holds_no_word_of_other_teams(world: World, as_: Sign) -> None:
    update_opportunity(world.ottos_deal, values={"title": "Secret magnets"}, by=world.otto)
    change = last()
    lena = as_(world.lena)
    assert "magnets" not in lena.get("/history").content.decode().lower()
    assert lena.get(f"/history/{change.pk}").status_code == 404
    assert "magnets" in as_(world.ada).get("/history").content.decode().lower()


@pytest.mark.parametrize("who", ["sam", "stranger"])
def test_a_change_of_somebody_else_is_not_there_to_be_undone(world: World, as_: Sign, who: str) -> None:
    update_opportunity(world.tias_deal, values={"title": "Bigger rockets"}, by=world.tia)
    assert undo(as_(getattr(world, who)), last()) == 404
    world.tias_deal.refresh_from_db()
    assert world.tias_deal.title == "Bigger rockets"


def test_what_one_can_no_longer_see_one_can_no_longer_undo(world: World, as_: Sign) -> None:
    update_opportunity(world.sams_deal, values={"title": "Bigger anvils"}, by=world.sam)
    sams = last()
    update_opportunity(world.sams_deal, values={"salesperson": world.tia}, by=world.lena)
    assert undo(as_(world.sam), sams) == 409
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.title == "Bigger anvils"
