"""The list of activities, many at once, plans, the matrix, Today, and what merging does to them."""

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kairos.activities.actions import activities
from kairos.activities.actions.plans import NobodyChosen, NoSteps, launch_plan
from kairos.activities.models import Activity, ActivityPlan, ActivityType, Assigned, PlanStep
from kairos.activities.state import LATE, late_at, overdue_at
from kairos.contacts.actions.merging import merge_contacts
from kairos.contacts.models import Contact
from kairos.core.actions.records import delete_record
from kairos.core.history import change_set, recorded
from kairos.core.history.undo import undo
from kairos.core.merging import unmerge
from kairos.core.models import ChangeSet
from kairos.core.records import type_of
from kairos.crm.actions.merging import merge_opportunities
from kairos.crm.actions.opportunities import create_opportunity, update_opportunity
from kairos.crm.models import Opportunity
from tests.world import World

As = Callable[[Any], Client]
Types = dict[str, ActivityType]
DAY = dt.date(2027, 2, 1)


def plan(record: Any, types: Types, by: Any, day: dt.date = DAY, **values: Any) -> Activity:
    return activities.plan_activity(record, type=types["todo"], by=by, due_on=day, **values)


def test_the_list_shows_ones_own_open_ones_with_what_they_are_about(
    world: World, types: Types, as_: As
) -> None:
    plan(world.sams_deal, types, world.sam, summary="Mine")
    plan(world.tias_deal, types, world.tia, summary="Hers")
    page = as_(world.sam).get("/activities").content.decode()
    assert ("Mine" in page, "Hers" in page) == (True, False)
    assert f'<a class="link" href="/opportunities/{world.sams_deal.pk}">Anvils</a>' in page
    assert "Hers" in as_(world.tia).get("/activities").content.decode()


def test_who_sees_the_record_sees_what_is_planned_on_it(world: World, types: Types, as_: As) -> None:
    one = plan(world.sams_deal, types, world.sam, summary="Secret")
    urls = f"/activities/{one.pk}", "/activities?filter=open&view=list", f"/activities/{one.pk}/edit"
    answers = [as_(world.stranger).get(url) for url in urls]
    assert [answer.status_code for answer in answers] == [404, 200, 404]
    assert "Secret" not in answers[1].content.decode()
    assert as_(world.stranger).post(f"/activities/{one.pk}/finish").status_code == 404
    assert as_(world.lena).get(urls[0]).status_code == 200
    one.refresh_from_db()
    assert one.is_open


def test_whoever_is_to_do_it_sees_it_without_the_record(world: World, types: Types, as_: As) -> None:
    one = plan(world.sams_deal, types, world.sam, summary="Help", assignee=world.stranger)
    page = as_(world.stranger).get(f"/activities/{one.pk}")
    assert page.status_code == 200
    assert as_(world.stranger).get(f"/opportunities/{world.sams_deal.pk}").status_code == 404


def test_a_queue_is_for_whoever_of_the_team_takes_it(world: World, types: Types, as_: As) -> None:
    one = plan(world.sams_deal, types, world.lena, summary="Who is free", team=world.north)
    assert one.assignee is None
    assert "Who is free" in as_(world.sam).get("/activities?filter=queue&view=list").content.decode()
    assert "Who is free" in as_(world.sam).get("/").content.decode()
    assert "Who is free" not in as_(world.otto).get("/activities?filter=queue&view=list").content.decode()


def test_many_are_done_at_once_and_come_back_by_one_undo(world: World, types: Types, as_: As) -> None:
    ids = [plan(world.sams_deal, types, world.sam, summary=str(turn)).pk for turn in range(3)]
    data = {"ids": ids, "run": "1", "key": "m", "feedback": "All at the fair"}
    answer = as_(world.sam).post("/activities/bulk/finish", data)
    assert answer.status_code == 200
    found = Activity.objects.filter(pk__in=ids)
    assert [(one.status, one.feedback, one.done_by) for one in found] == [
        ("done", "All at the fair", world.sam)
    ] * 3
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.next_step_on is None
    as_(world.sam).post(answer.content.decode().split('hx-post="')[1].split('"')[0])
    assert Activity.objects.open().count() == 3
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.next_step_on == DAY


def test_many_are_given_to_somebody_and_put_off(world: World, types: Types, as_: As) -> None:
    ids = [plan(world.sams_deal, types, world.sam, summary=str(turn)).pk for turn in range(3)]
    client = as_(world.lena)
    client.post("/activities/bulk/assign", {"ids": ids, "run": "1", "key": "a", "assignee": world.tia.pk})
    client.post("/activities/bulk/reschedule", {"ids": ids, "run": "1", "key": "r", "due_on": "2027-03-01"})
    found = Activity.objects.filter(pk__in=ids)
    assert [(one.assignee, one.due_on) for one in found] == [(world.tia, dt.date(2027, 3, 1))] * 3


def test_the_queries_of_the_list_do_not_grow(world: World, types: Types, as_: As) -> None:
    client = as_(world.sam)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    urls = ["/activities", "/", "/activities/matrix/opportunities", "/activities?view=board"]
    # More than Today shows, so that it counts them.
    for record, type_ in itertools.product((world.sams_deal, world.acme) * 4, ("todo", "call")):
        activities.plan_activity(record, type=types[type_], by=world.sam, due_on=DAY)
    for url in urls:
        queries(url)
    few = [queries(url) for url in urls]
    for turn in range(12):
        plan(world.sams_deal, types, world.sam, summary=f"a{turn}")
        plan(world.acme, types, world.sam, summary=f"b{turn}")
    for url in urls:
        queries(url)
    assert [queries(url) for url in urls] == few


def test_the_matrix_shows_what_is_planned_and_what_is_not(world: World, types: Types, as_: As) -> None:
    plan(world.sams_deal, types, world.sam, timezone.localdate(), summary="Ask")
    client = as_(world.lena)
    page = client.get("/activities/matrix/opportunities?filter=open").content.decode()
    assert 'class="matrix-cell matrix-today"' in page
    assert f'hx-get="/opportunities/{world.tias_deal.pk}/plan?type={types["todo"].pk}"' in page
    assert client.get("/activities/matrix/stages").status_code == 404
    assert "Anvils" not in as_(world.stranger).get("/activities/matrix/opportunities").content.decode()
    assert "/activities/matrix/opportunities" in client.get("/opportunities").content.decode()


def test_the_card_of_a_contact_says_what_comes_next(world: World, types: Types, as_: As) -> None:
    client, url = as_(world.sam), "/contacts?view=board"
    client.get(url)  # Cards that are kept are drawn anew for what has changed since.
    plan(world.acme, types, world.sam, timezone.localdate() + dt.timedelta(days=9), summary="Later")
    plan(world.acme, types, world.sam, timezone.localdate() + dt.timedelta(days=1), summary="Ask them")
    page = client.get(url).content.decode()
    assert 'title="Ask them: Tomorrow"' in page
    assert "Later" not in page


def test_a_column_of_any_list_shows_what_comes_next(world: World, types: Types, as_: As) -> None:
    plan(world.acme, types, world.sam, timezone.localdate() + dt.timedelta(days=9), summary="Later")
    plan(world.acme, types, world.sam, timezone.localdate() - dt.timedelta(days=2), summary="Ask them")
    client, url = as_(world.sam), "/contacts?view=list&columns=name,next_activity"
    page = client.get(url).content.decode()
    assert 'activity-overdue" title="Ask them: 2 days overdue"' in page
    exported = client.get("/contacts/export.csv?view=list&columns=name,next_activity")
    assert "Acme,Ask them: 2 days overdue" in b"".join(exported).decode("utf-8-sig")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(url)
        return len(caught)

    few = queries()
    with change_set(by=world.ada, summary="More") as changes:
        for turn in range(9):
            changes.create(Contact, name=f"Contact {turn}")
    for contact in Contact.objects.all():
        plan(contact, types, world.sam)
    assert queries() == few


# -- plans


@pytest.fixture
def hand_over(world: World, types: Types) -> ActivityPlan:
    with change_set(by=world.ada, summary="Plan") as changes:
        made: ActivityPlan = changes.create(ActivityPlan, name="Hand over")
        steps = (
            ("todo", "Prepare", -3, Assigned.LAUNCHER),
            ("meeting", "", 0, Assigned.OWNER),
            ("call", "Ask", 14, Assigned.ASKED),
        )
        for type_, summary, days, who in steps:
            changes.create(PlanStep, plan=made, type=types[type_], summary=summary, days=days, assigned=who)
    return made


def test_a_plan_is_launched_on_many_records_around_a_day(
    world: World, hand_over: ActivityPlan, as_: As
) -> None:
    ids = [world.sams_deal.pk, world.tias_deal.pk]
    data = {
        "ids": ids,
        "run": "1",
        "key": "l",
        "plan": hand_over.pk,
        "on": "2027-05-10",
        "assignee": world.otto.pk,
    }
    answer = as_(world.lena).post("/opportunities/bulk/launch-plan", data)
    assert answer.status_code == 200
    made = Activity.objects.order_by("record_id", "due_on")
    assert [(one.record_title, one.summary, str(one.due_on), one.assignee) for one in made] == [
        ("Anvils", "Prepare", "2027-05-07", world.lena),
        ("Anvils", "Meeting", "2027-05-10", world.sam),
        ("Anvils", "Ask", "2027-05-24", world.otto),
        ("Rockets", "Prepare", "2027-05-07", world.lena),
        ("Rockets", "Meeting", "2027-05-10", world.tia),
        ("Rockets", "Ask", "2027-05-24", world.otto),
    ]
    as_(world.lena).post(answer.content.decode().split('hx-post="')[1].split('"')[0])
    assert not Activity.objects.exists()


def test_a_plan_that_asks_who_is_not_launched_without_an_answer(
    world: World, hand_over: ActivityPlan
) -> None:
    with pytest.raises(NobodyChosen):
        launch_plan(hand_over, records=[world.sams_deal], on=DAY, by=world.sam)
    with change_set(by=world.ada, summary="Empty") as changes:
        empty = changes.create(ActivityPlan, name="Empty")
    with pytest.raises(NoSteps):
        launch_plan(empty, records=[world.sams_deal], on=DAY, by=world.sam)
    assert not Activity.objects.exists()


def test_the_page_of_a_plan_shows_its_steps(world: World, hand_over: ActivityPlan, as_: As) -> None:
    page = as_(world.ada).get(f"/activity-plans/{hand_over.pk}").content.decode()
    assert "3 days before" in page
    assert "14 days after" in page
    assert f"/plan-steps/new?plan={hand_over.pk}" in page


# -- what goes along


def test_merging_carries_activities_along_and_unmerging_gives_them_back(world: World, types: Types) -> None:
    twin = create_opportunity(
        values={"title": "Twin", "organisation": world.acme, "salesperson": world.sam}, by=world.sam
    )
    early = plan(twin, types, world.sam, DAY, summary="Twin's")
    done = plan(twin, types, world.sam, DAY, summary="Twin's done")
    activities.finish_activity(done, by=world.sam)
    plan(world.sams_deal, types, world.sam, DAY + dt.timedelta(days=9), summary="Own")
    merge_opportunities([twin], into=world.sams_deal, choices={}, by=world.sam)
    deal = Opportunity.objects.get(pk=world.sams_deal.pk)
    about = Activity.objects.of("opportunity", [deal.pk]).order_by("pk")
    assert [one.summary for one in about] == ["Twin's", "Twin's done", "Own"]
    assert (deal.next_step, deal.next_step_on) == ("Twin's", DAY)
    report = unmerge(type_of(Opportunity), deal, by=world.sam)
    assert report.conflicts == []
    early.refresh_from_db()
    assert (early.record_id, early.record_title) == (twin.pk, "Twin")
    deal.refresh_from_db()
    assert (deal.next_step, deal.next_step_on) == ("Own", DAY + dt.timedelta(days=9))
    again = Opportunity.objects.get(pk=twin.pk)
    assert (again.next_step, again.next_step_on) == ("Twin's", DAY)


def test_merged_contacts_keep_what_was_planned_on_either(world: World, types: Types) -> None:
    with change_set(by=world.ada, summary="Twin") as changes:
        twin = changes.create(Contact, kind="organisation", name="Acme Inc")
    one = plan(twin, types, world.sam)
    merge_contacts([twin], into=world.acme, choices={}, by=world.ada)
    one.refresh_from_db()
    assert one.record_id == world.acme.pk
    unmerge(type_of(Contact), Contact.objects.get(pk=world.acme.pk), by=world.ada)
    one.refresh_from_db()
    assert one.record_id == twin.pk


def test_what_is_planned_goes_with_its_record_and_returns_with_it(world: World, types: Types) -> None:
    one = plan(world.eve, types, world.sam)
    with recorded() as rows:
        delete_record(world.eve, by=world.ada)
    assert not Activity.objects.exists()
    undo(rows[0], by=world.ada)
    assert Activity.objects.get().pk == one.pk


def test_the_making_of_a_record_is_not_undone_under_what_was_planned_since(
    world: World, types: Types
) -> None:
    with recorded() as rows:
        deal = create_opportunity(values={"title": "New", "salesperson": world.sam}, by=world.sam)
    plan(deal, types, world.sam)
    report = undo(rows[0], by=world.sam)
    assert ("opportunity", deal.pk) in [(one.record_type, one.record_id) for one in report.conflicts]
    assert Opportunity.objects.filter(pk=deal.pk).exists()


def test_the_title_follows_the_record(world: World, types: Types) -> None:
    one = plan(world.sams_deal, types, world.sam)
    update_opportunity(world.sams_deal, values={"title": "Bigger anvils"}, by=world.sam)
    one.refresh_from_db()
    assert one.record_title == "Bigger anvils"


# -- figures


def test_the_report_of_execution_counts_exactly(world: World, types: Types, as_: As) -> None:
    today = timezone.localdate()
    for day, finished in ((0, True), (-2, True), (-1, False), (3, False)):
        one = plan(world.sams_deal, types, world.sam, today + dt.timedelta(days=day), summary=str(day))
        if finished:
            activities.finish_activity(one, by=world.sam)
    page = as_(world.lena).get("/reports/ready/activities/execution", follow=True)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Sam Seller" in text
    now = timezone.now()
    assert Activity.objects.filter(late_at(now)).count() == 1
    assert Activity.objects.filter(overdue_at(now)).count() == 1
    assert [LATE.of(one) for one in Activity.objects.order_by("pk")] == [False, True, False, False]
    assert "66.7%" in text


def test_a_plan_is_deleted_with_its_steps_and_comes_back_with_them(
    world: World, as_: As, hand_over: ActivityPlan
) -> None:
    steps = set(PlanStep.objects.values_list("pk", "summary"))
    answer = as_(world.ada).post(f"/activity-plans/{hand_over.pk}/do/delete")
    assert (answer.status_code, ActivityPlan.objects.count(), PlanStep.objects.count()) == (200, 0, 0)
    as_(world.ada).post(f"/history/{ChangeSet.objects.latest('pk').pk}/undo")
    assert set(PlanStep.objects.values_list("pk", "summary")) == steps
