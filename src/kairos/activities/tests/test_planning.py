"""Planning on a record and getting it done, through the front door."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kairos.activities.actions import activities
from kairos.activities.models import Activity, ActivityType, Status
from kairos.core.history import recorded
from kairos.core.history.undo import undo
from kairos.core.models import EventEntry
from tests.world import World

As = Callable[[Any], Client]
Types = dict[str, ActivityType]


def tomorrow() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=1)


def test_an_activity_is_planned_on_the_page_of_a_deal(world: World, types: Types, as_: As) -> None:
    client, deal = as_(world.sam), world.sams_deal
    page = client.get(f"/opportunities/{deal.pk}").content.decode()
    assert "Nothing planned." in page
    dialog = client.get(f"/opportunities/{deal.pk}/plan").content.decode()
    assert (timezone.localdate() + dt.timedelta(days=2)).isoformat() in dialog
    answer = client.post(
        f"/opportunities/{deal.pk}/plan",
        {
            "type": types["call"].pk,
            "summary": "Ask for the drawing",
            "due_on": tomorrow().isoformat(),
            "assignee": world.sam.pk,
            "key": "p1",
        },
    )
    assert answer.status_code == 200
    made = Activity.objects.get()
    assert (made.summary, made.due_on, made.assignee, made.type) == (
        "Ask for the drawing",
        tomorrow(),
        world.sam,
        types["call"],
    )
    assert (made.record_type, made.record_id, made.record_title) == ("opportunity", deal.pk, "Anvils")
    page = client.get(f"/opportunities/{deal.pk}").content.decode()
    assert "Ask for the drawing" in page
    assert "Planned: Ask for the drawing" in page
    deal.refresh_from_db()
    assert (deal.next_step, deal.next_step_on) == ("Ask for the drawing", tomorrow())


def test_the_same_form_sent_twice_plans_once(world: World, types: Types, as_: As) -> None:
    data = {"type": types["todo"].pk, "summary": "Once", "due_on": "2027-01-05", "key": "twice"}
    for _ in range(2):
        as_(world.sam).post(f"/opportunities/{world.sams_deal.pk}/plan", data)
    assert Activity.objects.count() == 1


def test_nobody_plans_on_a_deal_they_do_not_see(world: World, types: Types, as_: As) -> None:
    client = as_(world.stranger)
    assert client.get(f"/opportunities/{world.sams_deal.pk}/plan").status_code == 404
    data = {"type": types["todo"].pk, "summary": "Spy", "due_on": "2027-01-05"}
    assert client.post(f"/opportunities/{world.sams_deal.pk}/plan", data).status_code == 404
    assert not Activity.objects.exists()


def test_what_is_set_up_takes_no_activities(world: World, types: Types, as_: As) -> None:
    assert as_(world.ada).get(f"/stages/{world.new.pk}/plan").status_code == 404
    assert as_(world.ada).get(f"/contacts/{world.acme.pk}/plan").status_code == 200


def test_a_meeting_that_ends_before_it_starts_is_refused(world: World, types: Types, as_: As) -> None:
    data = {
        "type": types["meeting"].pk,
        "due_on": "2027-01-05",
        "starts_at": "2027-01-05T10:00",
        "ends_at": "2027-01-05T09:00",
    }
    answer = as_(world.sam).post(f"/opportunities/{world.sams_deal.pk}/plan", data)
    assert answer.status_code == 409
    assert "It cannot end before it starts." in answer.content.decode()
    assert not Activity.objects.exists()


def test_done_by_one_click_and_undone_by_another(world: World, types: Types, as_: As) -> None:
    one = activities.plan_activity(world.sams_deal, type=types["todo"], by=world.sam, due_on=tomorrow())
    client = as_(world.sam)
    answer = client.post(f"/activities/{one.pk}/finish", {"key": "f1"})
    assert answer.status_code == 200
    one.refresh_from_db()
    assert (one.status, one.done_by, one.done_at is not None) == (Status.DONE, world.sam, True)
    world.sams_deal.refresh_from_db()
    assert (world.sams_deal.next_step, world.sams_deal.next_step_on) == ("", None)
    again = client.post(f"/activities/{one.pk}/finish", {"key": "f2"})
    assert again.status_code == 409
    assert "“To-do” is done or cancelled already." in again.content.decode()
    undo_url = answer.content.decode().split('hx-post="')[1].split('"')[0]
    assert client.post(undo_url).status_code == 200
    one.refresh_from_db()
    assert (one.status, one.done_at, one.done_by) == (Status.OPEN, None, None)
    world.sams_deal.refresh_from_db()
    assert (world.sams_deal.next_step, world.sams_deal.next_step_on) == ("To-do", tomorrow())


def test_what_came_of_it_is_told_on_the_record(world: World, types: Types, as_: As) -> None:
    one = activities.plan_activity(world.acme, type=types["todo"], by=world.sam, summary="Ask")
    as_(world.sam).post(f"/activities/{one.pk}/finish", {"feedback": "They want five.", "key": "f"})
    one.refresh_from_db()
    assert one.feedback == "They want five."
    page = as_(world.tia).get(f"/contacts/{world.acme.pk}").content.decode()
    assert "Done: Ask: They want five." in page


def test_a_type_suggests_what_comes_next(world: World, types: Types, as_: As) -> None:
    one = activities.plan_activity(world.sams_deal, type=types["call"], by=world.sam)
    page = as_(world.sam).post(f"/activities/{one.pk}/finish", {"key": "f"}).content.decode()
    assert "What comes next?" in page
    assert f'hx-post="/opportunities/{world.sams_deal.pk}/plan"' in page
    assert f'value="{types["email"].pk}" checked' in page
    assert Activity.objects.count() == 1


def test_a_type_triggers_what_comes_next_and_one_undo_takes_both_back(world: World, types: Types) -> None:
    one = activities.plan_activity(world.sams_deal, type=types["visit"], by=world.sam, assignee=world.tia)
    with recorded() as rows:
        activities.finish_activity(one, by=world.sam)
    assert len(rows) == 1
    after = Activity.objects.open().get()
    assert (after.type, after.assignee, after.record_id) == (types["call"], world.tia, world.sams_deal.pk)
    assert (after.record_title, after.due_on) == ("Anvils", timezone.localdate() + dt.timedelta(days=2))
    undo(rows[0], by=world.sam)
    assert [activity.type for activity in Activity.objects.open()] == [types["visit"]]


def test_put_off_by_a_day_counts_from_today_where_it_was_late(world: World, types: Types, as_: As) -> None:
    late = timezone.localdate() - dt.timedelta(days=9)
    one = activities.plan_activity(world.sams_deal, type=types["todo"], by=world.sam, due_on=late)
    as_(world.sam).post(f"/activities/{one.pk}/do/snooze", {"key": "s"})
    one.refresh_from_db()
    assert one.due_on == tomorrow()


def test_a_meeting_put_off_keeps_its_hour_and_its_length(world: World, types: Types, as_: As) -> None:
    start = timezone.make_aware(dt.datetime(2027, 1, 5, 10, 0))
    one = activities.plan_activity(
        world.sams_deal,
        type=types["meeting"],
        by=world.sam,
        starts_at=start,
        ends_at=start + dt.timedelta(minutes=90),
    )
    as_(world.sam).post(f"/activities/{one.pk}/do/reschedule", {"due_on": "2027-01-08", "key": "r"})
    one.refresh_from_db()
    assert (one.due_on, one.starts_at, one.ends_at) == (
        dt.date(2027, 1, 8),
        start + dt.timedelta(days=3),
        start + dt.timedelta(days=3, minutes=90),
    )


def test_a_call_is_noted_in_two_clicks(world: World, types: Types, as_: As) -> None:
    client, url = as_(world.sam), f"/opportunities/{world.sams_deal.pk}/log"
    assert "Note it" in client.get(url).content.decode()
    client.post(url, {"type": types["call"].pk, "feedback": "No answer", "key": "l"})
    one = Activity.objects.get()
    assert (one.status, one.summary, one.feedback, one.done_by) == ("done", "Call", "No answer", world.sam)


def test_whom_somebody_else_gives_it_to_is_told(world: World, types: Types, as_: As) -> None:
    one = activities.plan_activity(world.sams_deal, type=types["todo"], by=world.lena, assignee=world.sam)
    before = (timezone.now() - dt.timedelta(minutes=1)).timestamp()
    assert "For you: “To-do”" in as_(world.sam).get(f"/activities/news?after={before}").content.decode()
    assert "For you" not in as_(world.lena).get(f"/activities/news?after={before}").content.decode()
    activities.reassign_activity(one, by=world.sam, assignee=world.tia)
    told = EventEntry.objects.get(name="activities.reassigned")
    assert (told.params["user"], told.params["person"]) == (str(world.tia.pk), "Tia Team")
    assert "For you" not in as_(world.sam).get(f"/activities/news?after={before}").content.decode()


def test_the_assignee_is_told_of_their_own_plans_never(world: World, types: Types) -> None:
    activities.plan_activity(world.sams_deal, type=types["todo"], by=world.sam)
    assert EventEntry.objects.get(name="activities.planned").params["user"] == ""


@pytest.mark.parametrize("door", ["cancel", "finish"])
def test_what_is_done_or_cancelled_is_no_next_step(world: World, types: Types, as_: As, door: str) -> None:
    first = activities.plan_activity(
        world.sams_deal, type=types["todo"], by=world.sam, summary="First", due_on=tomorrow()
    )
    activities.plan_activity(
        world.sams_deal,
        type=types["todo"],
        by=world.sam,
        summary="Second",
        due_on=tomorrow() + dt.timedelta(days=4),
    )
    as_(world.sam).post(f"/activities/{first.pk}/do/{door}", {"feedback": "", "key": "x"})
    world.sams_deal.refresh_from_db()
    assert (world.sams_deal.next_step, world.sams_deal.next_step_on) == (
        "Second",
        tomorrow() + dt.timedelta(days=4),
    )
