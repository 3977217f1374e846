"""How far each role sees, whatever was chosen for it; the condition and the reasons are one list of rules."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client

from kairos.accounts.access import teams_led_by
from kairos.accounts.actions.sharing import share_records
from kairos.accounts.actions.teams import create_team
from kairos.accounts.models import Reach, Role, RoleReach, Team, User
from kairos.accounts.rights import RULES, rules_that_hold, seen_by, shared_only
from kairos.accounts.sight import sight_of, sights_of
from kairos.core.history import change_set
from kairos.crm.actions.opportunities import create_opportunity
from kairos.crm.models import Opportunity, OpportunityTally
from tests.world import World

As = Callable[[Any], Client]
PEOPLE = ("ada", "lena", "sam", "tia", "otto", "stranger")


@pytest.fixture
def tree(world: World) -> World:
    """Everywhere is led by Rita; North and South belong to it; each has a deal nobody has taken, and one is shared."""
    with change_set(by=None, summary="Tree") as changes:
        everywhere = create_team(values={"name": "Everywhere"}, by=None)
        rita = changes.create(User, name="Rita Region", email="rita@example.com", role=Role.LEADER)
        changes.set_related(everywhere, "leaders", [rita])
        for team in (world.north, world.south):
            changes.update(team, parent=everywhere)
        changes.update(world.otto, manager=world.lena)
    teams: tuple[Team | None, ...] = (world.north, world.south, everywhere, None)
    for one in teams:
        values = {"title": f"Nobody's in {one}", "team": one, "salesperson": None}
        create_opportunity(values=values, by=world.ada)
    share_records([world.tias_deal], people=[world.stranger, world.otto], by=world.tia)
    world.rita, world.everywhere = rita, everywhere  # type: ignore[attr-defined]
    return world


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def titles(person: User) -> list[str]:
    return sorted(Opportunity.objects.visible_to(fresh(person)).values_list("title", flat=True))


def test_each_role_sees_as_far_as_usual(tree: World) -> None:
    every = ["Anvils", "Magnets", *(f"Nobody's in {one}" for one in ("Everywhere", "None", "North", "South"))]
    every.append("Rockets")
    assert titles(tree.ada) == every
    assert titles(tree.sam) == ["Anvils", "Nobody's in North"]
    assert titles(tree.tia) == ["Anvils", "Nobody's in North", "Rockets"]
    assert titles(tree.otto) == ["Magnets", "Nobody's in South", "Rockets"]
    assert titles(tree.lena) == ["Anvils", "Magnets", "Nobody's in North", "Rockets"]
    assert titles(tree.stranger) == ["Rockets"]
    assert titles(tree.rita) == [one for one in every if one != "Nobody's in None"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("reach", "seen"),
    [
        ("own", ["Anvils"]),
        ("unassigned", ["Anvils", "Nobody's in North"]),
        ("team", ["Anvils", "Nobody's in North", "Rockets"]),
        ("tree", ["Anvils", "Nobody's in North", "Rockets"]),
        ("all", None),
    ],
)
def test_a_role_sees_as_far_as_the_administrator_has_chosen(
    tree: World, reach: str, seen: list[str] | None
) -> None:
    RoleReach.objects.create(role=Role.SALES_OWN, reach=reach)
    assert titles(tree.sam) == (seen if seen is not None else titles(tree.ada))


def test_administrators_see_all_whatever_is_written(tree: World) -> None:
    RoleReach.objects.create(role=Role.ADMINISTRATOR, reach=Reach.OWN)
    assert len(titles(tree.ada)) == 7


@pytest.mark.parametrize("reach", Reach.values)
def test_there_is_a_reason_exactly_where_there_is_sight(tree: World, reach: str) -> None:
    for role in Role.values:
        RoleReach.objects.create(role=role, reach=reach)
    deals = list(Opportunity.with_leads.all())
    people = list(User.objects.all())
    sights = sights_of(people)
    for person, deal in product(people, deals):
        reasons = rules_that_hold(sights[person.pk], deal)
        seen = Opportunity.with_leads.visible_to(fresh(person)).filter(pk=deal.pk).exists()
        assert bool(reasons) == seen, (person, deal, reasons)


@pytest.mark.parametrize("reach", Reach.values)
def test_the_tally_and_what_is_only_shared_make_the_whole(tree: World, reach: str) -> None:
    for role in Role.values:
        RoleReach.objects.create(role=role, reach=reach)
    for person in User.objects.all():
        counted = OpportunityTally.objects.visible_to(person).aggregate(n=Sum("count"))["n"] or 0
        beside = shared_only(person, Opportunity)
        rest = 0 if beside is None else Opportunity.with_leads.filter(beside).count()
        assert counted + rest == Opportunity.with_leads.visible_to(person).count(), person


def test_a_persons_sight_is_one_query_and_the_condition_joins_nothing(
    tree: World, django_assert_num_queries: Any
) -> None:
    rita = fresh(tree.rita)  # type: ignore[attr-defined]
    with django_assert_num_queries(1):
        condition = seen_by(rita, Opportunity)
        rita.team_ids()
        teams_led_by(rita)
    assert "JOIN" not in str(Opportunity.with_leads.filter(condition).query)
    with django_assert_num_queries(1):
        sights_of([tree.ada, tree.lena, tree.sam])


def test_many_shared_records_are_looked_up_by_the_database(tree: World, monkeypatch: Any) -> None:
    monkeypatch.setattr("kairos.accounts.rights.MOST_LISTED", 0)
    assert titles(tree.stranger) == ["Rockets"]
    assert titles(tree.otto) == ["Magnets", "Nobody's in South", "Rockets"]


def test_whoever_leads_a_team_leads_those_below(tree: World, as_: As) -> None:
    rita = fresh(tree.rita)  # type: ignore[attr-defined]
    assert teams_led_by(rita) == {tree.everywhere.pk, tree.north.pk, tree.south.pk}  # type: ignore[attr-defined]
    assert set(rita.led_people()) == {tree.lena, tree.sam, tree.tia, tree.otto}
    assert set(Team.objects.below(tree.everywhere)) == set(Team.objects.all())  # type: ignore[attr-defined]
    assert list(Team.objects.below(tree.north)) == [tree.north]
    data = {"people": [tree.stranger.pk], "key": "k", "run": "1"}
    as_(rita).post(f"/teams/{tree.south.pk}/do/add_members", data, headers={"HX-Request": "true"})
    assert list(tree.stranger.teams.all()) == [tree.south]
    assert as_(tree.lena).get(f"/teams/{tree.south.pk}/process").status_code == 404
    assert as_(rita).get(f"/teams/{tree.south.pk}/process").status_code == 200


def test_the_board_of_a_region_has_the_columns_of_its_teams(tree: World, as_: As) -> None:
    board = as_(tree.rita).get("/opportunities?view=board").content.decode()  # type: ignore[attr-defined]
    assert "Talking" in board
    assert "Lead in" in board
    assert "Magnets" in board


def test_every_rule_is_somebodys_only_reason(tree: World) -> None:
    found = set()
    for person in User.objects.all():
        for deal in Opportunity.objects.all():
            reasons = rules_that_hold(sight_of(person), deal)
            if len(reasons) == 1:
                found.add(reasons[0].name)
    assert found == {rule.name for rule in RULES}
