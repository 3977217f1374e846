"""Giving out leads: to teams, to people, in turn, each with its reason."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kairos.accounts.models import Absence
from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, EventEntry
from kairos.core.records import type_of
from kairos.crm.actions.assignment import assign_on_time, assign_waiting
from kairos.crm.actions.leads import add_lead
from kairos.crm.actions.many import assign_opportunities, update_opportunities
from kairos.crm.actions.opportunities import create_lead, create_opportunity, update_opportunity
from kairos.crm.actions.stages import found_lead_stages
from kairos.crm.events import LEAD_ASSIGNED
from kairos.crm.models import Assignment, AssignmentRun, Lead, MemberRule, Opportunity, Stage, TeamProcess
from tests.world import World

As = Callable[[Any], Client]


@pytest.fixture
def house(world: World) -> World:
    """North assigns by rules: Sam 20, Tia 10; Lena takes none."""
    with change_set(by=world.ada, summary="Stages") as changes:
        found_lead_stages(changes)
        changes.create(Stage, name="Knock", team=world.south, kind="lead", position=0, probability=5)
        changes.create(TeamProcess, team=world.north)
        for user, capacity in ((world.lena, 0), (world.sam, 20), (world.tia, 10)):
            changes.create(MemberRule, team=world.north, user=user, capacity=capacity)
    return world


def queue(world: World, count: int, **values: Any) -> list[Lead]:
    given = {"team": world.north, "salesperson": None, **values}
    return [create_lead(values={"title": f"Lead {n}", **given}, by=world.ada) for n in range(count)]


def rule(world: World, user: Any, **values: Any) -> None:
    MemberRule.objects.filter(user=user).update(**values)


def run(world: World, **more: Any) -> list[AssignmentRun]:
    return assign_waiting([world.north], by=world.lena, **more)


def shares() -> dict[str, int]:
    names = Lead.objects.exclude(salesperson=None).values_list("salesperson__name", flat=True)
    return dict(Counter(names))


def test_leads_are_shared_by_capacity(house: World) -> None:
    queue(house, 9)
    [made] = run(house)
    assert (made.assigned, made.left, made.by) == (9, 0, house.lena)
    assert shares() == {"Sam Seller": 6, "Tia Team": 3}
    line = Assignment.objects.order_by("pk")[0]
    assert line.reason["why"] == "turn"
    assert line.reason["out"] == [[house.lena.pk, "none"]]
    assert line.reason["able"] == [[house.sam.pk, 0.67, 0], [house.tia.pk, 0.33, 0]]


def test_running_again_gives_nothing_twice(house: World) -> None:
    queue(house, 3)
    run(house)
    before = list(Lead.objects.values_list("pk", "salesperson", "version"))
    [again] = run(house)
    assert (again.assigned, again.left) == (0, 0)
    assert list(Lead.objects.values_list("pk", "salesperson", "version")) == before
    assert Assignment.objects.count() == 3


def test_shares_go_on_where_the_last_run_left_off(house: World) -> None:
    for _time in range(9):
        queue(house, 1)
        run(house)
    assert shares() == {"Sam Seller": 6, "Tia Team": 3}


def test_nobody_gets_more_than_their_capacity_and_the_rest_stays_in_sight(house: World) -> None:
    rule(house, house.sam, capacity=2)
    rule(house, house.tia, capacity=1)
    queue(house, 5)
    [made] = run(house)
    assert (made.assigned, made.left) == (3, 2)
    assert shares() == {"Sam Seller": 2, "Tia Team": 1}
    assert Lead.objects.filter(salesperson=None).count() == 2


def test_a_small_capacity_is_not_rounded_to_nothing(house: World) -> None:
    rule(house, house.sam, capacity=30)
    rule(house, house.tia, capacity=1)
    queue(house, 31)
    run(house)
    assert shares() == {"Sam Seller": 30, "Tia Team": 1}


def test_capacity_comes_back_after_thirty_days(house: World) -> None:
    rule(house, house.sam, capacity=1)
    rule(house, house.tia, capacity=0)
    queue(house, 2)
    now = timezone.now()
    run(house, now=now - dt.timedelta(days=31))
    assert shares() == {"Sam Seller": 1}
    run(house, now=now)
    assert shares() == {"Sam Seller": 2}


def test_who_is_paused_or_away_gets_nothing_and_catches_nothing_up(house: World) -> None:
    today = timezone.now().date()
    rule(house, house.sam, capacity=10)
    with change_set(by=house.tia, summary="Away") as changes:
        absence = changes.create(
            Absence,
            user=house.tia,
            first_on=today - dt.timedelta(days=1),
            last_on=today + dt.timedelta(days=1),
        )
    queue(house, 4)
    run(house)
    assert shares() == {"Sam Seller": 4}
    out = Assignment.objects.get(opportunity__title="Lead 0").reason["out"]
    assert [house.tia.pk, "away", (today + dt.timedelta(days=1)).isoformat()] in out
    Absence.objects.filter(pk=absence.pk).delete()
    queue(house, 4)
    run(house)
    assert shares() == {"Sam Seller": 6, "Tia Team": 2}
    rule(house, house.sam, is_paused=True)
    queue(house, 1)
    run(house)
    assert shares() == {"Sam Seller": 6, "Tia Team": 3}


def test_away_is_a_day_of_the_persons_own_zone(house: World) -> None:
    """Noon of 1 March in London is the second of March already in Kiritimati."""
    now = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
    house.sam.__class__.objects.filter(pk=house.sam.pk).update(time_zone="Pacific/Kiritimati")
    Absence.objects.create(user=house.sam, first_on=dt.date(2026, 3, 1), last_on=dt.date(2026, 3, 1))
    Absence.objects.create(user=house.tia, first_on=dt.date(2026, 3, 1), last_on=dt.date(2026, 3, 1))
    queue(house, 1)
    run(house, now=now)
    assert shares() == {"Sam Seller": 1}


def test_a_condition_must_hold_and_a_preferred_lead_comes_first(house: World) -> None:
    rule(house, house.sam, condition=["country", "is", "DE"], capacity=10)
    rule(house, house.tia, preferred={"all": [["title", "contains", "Anvil"]]})
    queue(house, 2, country="US")
    queue(house, 2, country="DE", title="Anvil")
    run(house)
    assert shares() == {"Tia Team": 4}
    reason = Assignment.objects.filter(opportunity__country="US")[0].reason
    assert [house.sam.pk, "other"] in reason["out"]
    assert Assignment.objects.filter(opportunity__country="DE")[0].reason["for"] == ["preferred"]


def test_language_and_country_are_a_preference(house: World) -> None:
    rule(house, house.sam, languages=["de", "en"], capacity=10)
    rule(house, house.tia, countries=["TW"])
    queue(house, 1, language="de-AT")
    queue(house, 1, country="TW")
    queue(house, 1, language="fr", country="FR")
    run(house)
    got = dict(Lead.objects.values_list("language", "salesperson__name"))
    assert got["de-AT"] == "Sam Seller"
    assert Lead.objects.get(country="TW").salesperson == house.tia
    assert Lead.objects.get(country="FR").salesperson is not None
    german = Assignment.objects.get(opportunity__language="de-AT")
    assert german.reason["for"] == ["language:de-AT"]


def test_who_names_no_language_speaks_the_one_they_read_in(house: World) -> None:
    """Naming one's own language is no way to get more leads."""
    rule(house, house.sam, languages=["en"], capacity=10)
    house.tia.__class__.objects.filter(pk=house.tia.pk).update(language="zh-hant")
    queue(house, 2, language="zh-Hant")
    queue(house, 2, language="en")
    run(house)
    assert set(Lead.objects.values_list("language", "salesperson__name")) == {
        ("zh-Hant", "Tia Team"),
        ("en", "Sam Seller"),
    }
    house.tia.__class__.objects.filter(pk=house.tia.pk).update(language="en")
    queue(house, 10, language="en")
    run(house)
    assert shares() == {"Sam Seller": 7, "Tia Team": 7}


def test_stars_first_then_the_oldest(house: World) -> None:
    rule(house, house.sam, capacity=2)
    rule(house, house.tia, capacity=0)
    now = timezone.now()
    for title, priority, days in (("new", 0, 1), ("old", 0, 9), ("starred", 2, 1)):
        queue(house, 1, title=title, priority=priority, created_at=now - dt.timedelta(days=days))
    run(house)
    assert set(Lead.objects.exclude(salesperson=None).values_list("title", flat=True)) == {"starred", "old"}


def test_what_somebody_had_before_does_not_come_back_by_itself(house: World) -> None:
    [lead] = queue(house, 1)
    run(house)
    lead.refresh_from_db()
    first = lead.salesperson
    update_opportunity(lead, values={"salesperson": None}, by=house.ada)
    run(house)
    lead.refresh_from_db()
    assert {first, lead.salesperson} == {house.sam, house.tia}
    update_opportunity(lead, values={"salesperson": None}, by=house.ada)
    [made] = run(house)
    assert (made.assigned, made.left) == (0, 1)


def test_leads_without_a_team_go_to_those_whose_condition_they_meet(house: World) -> None:
    TeamProcess.objects.filter(team=house.north).update(condition=["country", "is", "US"])
    TeamProcess.objects.create(team=house.south, condition=["country", "in", ["TW", "US"]])
    queue(house, 2, team=None, country="TW")
    queue(house, 4, team=None, country="US")
    queue(house, 1, team=None, country="FR")
    assign_waiting([], by=house.ada)
    got = Counter(Lead.objects.values_list("country", "team__name"))
    # South (Otto, 30) is owed half of the four as North (30) is.
    assert got == {("TW", "South"): 2, ("US", "North"): 2, ("US", "South"): 2, ("FR", None): 1}
    assert set(Lead.objects.filter(team=house.south).values_list("stage__name", flat=True)) == {"Knock"}


def test_a_team_without_a_stage_for_leads_is_passed_over(house: World) -> None:
    Stage.objects.filter(name="Knock").delete()
    TeamProcess.objects.create(team=house.south, condition=["country", "is", "TW"])
    queue(house, 1, team=None, country="TW")
    assert assign_waiting([], by=house.ada) == []
    assert Lead.objects.get().team is None


def test_a_team_that_has_no_condition_takes_none_by_rule(house: World) -> None:
    queue(house, 1, team=None)
    assert assign_waiting([house.north], by=house.ada)[0].assigned == 0
    assert Lead.objects.get().team is None


def test_a_deal_that_nobody_has_is_given_out_too_and_closed_ones_are_not(house: World) -> None:
    deal = create_opportunity(
        values={"title": "Bare", "team": house.north, "salesperson": None}, by=house.ada
    )
    Opportunity.objects.filter(pk=house.ottos_deal.pk).update(
        team=house.north, salesperson=None, status="lost", closed_at=timezone.now()
    )
    run(house)
    deal.refresh_from_db()
    assert deal.salesperson == house.sam
    assert Opportunity.objects.get(pk=house.ottos_deal.pk).salesperson is None


def test_a_run_can_be_taken_back_whole(house: World) -> None:
    queue(house, 3)
    [made] = run(house)
    [pk] = made.report["change_sets"]
    report = undo(ChangeSet.objects.get(pk=pk), by=house.ada)
    assert report.conflicts == []
    assert Lead.objects.filter(salesperson=None, assigned_at=None).count() == 3
    assert Assignment.objects.count() == 0
    run(house)
    assert shares() == {"Sam Seller": 2, "Tia Team": 1}


def test_who_is_given_a_lead_is_to_hear_of_it(house: World) -> None:
    queue(house, 1)
    run(house)
    entry = EventEntry.objects.get(name="crm.lead_assigned")
    assert LEAD_ASSIGNED.audience is not None
    assert LEAD_ASSIGNED.audience(entry) == [house.sam.pk]
    assert LEAD_ASSIGNED.describe(entry.params) == "Given to Sam Seller by the rules of North"


def test_at_once_gives_out_what_comes_in(house: World) -> None:
    TeamProcess.objects.filter(team=house.north).update(assignment_mode="immediate")
    [lead] = queue(house, 1)
    lead.refresh_from_db()
    assert lead.salesperson == house.sam
    assert AssignmentRun.objects.get().mode == "immediate"
    other = create_lead(
        values={"title": "From South", "team": house.south, "salesperson": None}, by=house.ada
    )
    other.refresh_from_db()
    assert other.salesperson is None
    update_opportunity(other, values={"team": house.north}, by=house.ada)
    other.refresh_from_db()
    assert other.salesperson == house.tia


def test_at_once_holds_for_every_door(house: World) -> None:
    """What comes by mail or form, and what comes in a spreadsheet, which says who has the first one."""
    TeamProcess.objects.filter(team=house.north).update(assignment_mode="immediate", uses_leads=True)
    added = add_lead(values={"title": "By form", "team": house.north}, channel="form", by=None).record
    added.refresh_from_db()
    assert added.salesperson == house.sam
    rows: list[dict[str, Any]] = [
        {"title": "Row 1", "team": house.north, "salesperson": house.lena},
        {"title": "Row 2", "team": house.north},
    ]
    with change_set(by=house.ada, summary="Import") as changes:
        type_of(Lead).import_new(changes, rows)
    got = dict(Lead.objects.filter(title__startswith="Row").values_list("title", "salesperson"))
    assert got == {"Row 1": house.lena.pk, "Row 2": house.tia.pk}
    assert not Lead.objects.filter(assigned_at=None).exists()


def test_by_hand_nothing_happens_by_itself(house: World) -> None:
    [lead] = queue(house, 1)
    lead.refresh_from_db()
    assert lead.salesperson is None
    assert AssignmentRun.objects.count() == 0


def test_set_times_are_kept_team_by_team(house: World) -> None:
    TeamProcess.objects.filter(team=house.north).update(assignment_mode="scheduled", assignment_hours=2)
    now = timezone.now()
    queue(house, 1)
    assert [made.assigned for made in assign_on_time(now=now)] == [1]
    queue(house, 1)
    assert assign_on_time(now=now + dt.timedelta(hours=1)) == []
    assert [made.assigned for made in assign_on_time(now=now + dt.timedelta(hours=2))] == [1]


def test_the_first_assignment_is_dated_whoever_does_it(house: World) -> None:
    [one, two, three] = queue(house, 3)
    assert one.assigned_at is None
    update_opportunity(one, values={"salesperson": house.sam}, by=house.ada)
    assign_opportunities([two], salesperson=house.tia, by=house.ada)
    update_opportunities(values_by_id={three.pk: {"salesperson": house.sam}}, by=house.ada)
    dated = dict(Lead.objects.values_list("pk", "assigned_at"))
    assert None not in dated.values()
    update_opportunity(one, values={"salesperson": house.tia}, by=house.ada)
    assert dict(Lead.objects.values_list("pk", "assigned_at")) == dated
    assert house.sams_deal.assigned_at is not None


def test_a_gift_by_hand_is_in_the_ledger_and_counts(house: World) -> None:
    [lead] = queue(house, 1)
    assign_opportunities([lead], salesperson=house.tia, by=house.lena)
    line = Assignment.objects.get()
    assert (line.user, line.run, line.reason) == (house.tia, None, {"why": "hand", "by": house.lena.pk})
    rule(house, house.tia, capacity=1)
    queue(house, 2)
    run(house)
    assert shares() == {"Tia Team": 1, "Sam Seller": 2}


def test_a_condition_whose_field_has_gone_takes_nothing(house: World) -> None:
    rule(house, house.sam, condition=["no_such_field", "is", 1])
    queue(house, 1)
    run(house)
    assert shares() == {"Tia Team": 1}


@pytest.mark.parametrize("count", [150, 450])
def test_a_part_of_a_run_costs_the_same_however_many_leads(
    house: World, count: int, django_assert_max_num_queries: Any
) -> None:
    stage = Stage.objects.get(kind="lead", name="New")
    given: list[Opportunity] = [
        Lead(
            title=f"Bulk {n}",
            kind="lead",
            team=house.north,
            stage=stage,
            currency="USD",
        )
        for n in range(count)
    ]
    with change_set(by=house.ada, summary="Bulk") as changes:
        changes.create_many(Opportunity, given)
    rule(house, house.sam, capacity=2000)
    rule(house, house.tia, capacity=1000)
    with django_assert_max_num_queries(8 + 34 * -(-count // 200)):
        run(house)
    assert shares() == {"Sam Seller": count * 2 // 3, "Tia Team": count // 3}
