"""Meetings: who is asked to come, what they see and answer, and that what belongs to a meeting goes with it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from kairos.activities.actions import activities, meetings
from kairos.activities.actions.meetings import Invitee
from kairos.activities.models import Activity, ActivityType, Answer, Attendee
from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.discuss.models import Notification
from tests.world import World

As = Callable[[Any], Client]
Types = dict[str, ActivityType]
DAY = dt.datetime(2027, 1, 5, 10, tzinfo=dt.UTC)
WEEK = "/calendar/events?start=2027-01-04&end=2027-01-11"


@pytest.fixture
def meeting(world: World, types: Types) -> Activity:
    """Sam's, about his deal: Stefan (who sees no deal of his) and Eve of Acme are asked to come."""
    return meetings.plan_meeting(
        world.sams_deal,
        type=types["meeting"],
        by=world.sam,
        starts_at=DAY,
        place="Room 4",
        description="Bring the drawings.",
        invitees=[Invitee(user=world.stranger), Invitee(contact=world.eve)],
    )


def told(person: Any) -> list[str]:
    rows = Notification.objects.filter(user=person).order_by("pk")
    return list(rows.values_list("event__name", flat=True))


def answers(activity: Activity) -> dict[str, str]:
    return dict(Attendee.objects.filter(activity=activity.pk).values_list("name", "answer"))


def test_a_dialog_plans_a_meeting_with_its_place_and_people(world: World, types: Types, as_: As) -> None:
    form = {
        "type": types["meeting"].pk,
        "summary": "Go through it",
        "due_on": "2027-01-05",
        "starts_at": "2027-01-05T10:00",
        "ends_at": "2027-01-05T11:30",
        "place": "Room 4",
        "description": "Bring the drawings.",
        "people": [world.stranger.pk, world.sam.pk],
        "contacts": [world.eve.pk],
        "addresses": "Boss@Acme.example, boss@acme.example",
        "assignee": world.sam.pk,
    }
    answer = as_(world.sam).post(f"/opportunities/{world.sams_deal.pk}/plan", form)
    assert answer.status_code == 200
    made = Activity.objects.get(summary="Go through it")
    assert (made.place, made.description, made.ends_at) == (
        "Room 4",
        "Bring the drawings.",
        DAY + dt.timedelta(minutes=90),
    )
    rows = Attendee.objects.filter(activity=made).order_by("pk")
    assert list(rows.values_list("user", "contact", "name", "email", "answer")) == [
        (world.stranger.pk, None, "Stefan Stranger", "", "waiting"),
        (None, world.eve.pk, "Eve Buyer", "eve@acme.example", "waiting"),
        (None, None, "", "boss@acme.example", "waiting"),
    ]
    assert told(world.stranger) == ["activities.invited"]
    assert told(world.sam) == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("addresses", "nobody", "is not an e-mail address"),
        ("contacts", "silent", "Silent Sue has no e-mail address"),
        ("addresses", ",".join(f"a{n}@x.example" for n in range(51)), "At most 50 people"),
    ],
)
def test_who_cannot_be_invited_is_refused_and_nothing_is_planned(
    world: World, types: Types, as_: As, field: str, value: str, sentence: str
) -> None:
    if value == "silent":
        from kairos.contacts.models import Contact

        with change_set(by=world.ada, summary="Silent") as changes:
            value = str(changes.create(Contact, name="Silent Sue").pk)
    form = {"type": types["meeting"].pk, "due_on": "2027-01-05", "addresses": "", field: value}
    answer = as_(world.sam).post("/activities/plan", form)
    assert (answer.status_code, sentence in answer.content.decode()) == (409, True)
    assert (Activity.objects.count(), Attendee.objects.count()) == (0, 0)


def test_only_a_meeting_has_people_and_a_place(
    world: World, types: Types, meeting: Activity, as_: As
) -> None:
    form = {"type": types["todo"].pk, "due_on": "2027-01-05", "place": "Room 4", "people": world.tia.pk}
    assert as_(world.sam).post(f"/activities/{meeting.pk}/edit", form).status_code == 200
    meeting.refresh_from_db()
    assert (meeting.type, meeting.place, meeting.description) == (types["todo"], "", "")
    assert not Attendee.objects.exists()
    undo(ChangeSet.objects.latest("pk"), by=world.sam)
    meeting.refresh_from_db()
    assert (meeting.place, answers(meeting)) == (
        "Room 4",
        {"Stefan Stranger": "waiting", "Eve Buyer": "waiting"},
    )


def test_who_is_asked_to_come_sees_it_and_changes_nothing_but_the_answer(
    world: World, meeting: Activity, as_: As
) -> None:
    client = as_(world.stranger)
    [shown] = client.get(WEEK).json()
    assert (shown["title"], shown["editable"]) == ("Meeting · Room 4 · Anvils · Sam Seller", False)
    assert "calendar-waiting" in shown["className"]
    page = client.get(f"/activities/{meeting.pk}/edit").content.decode()
    assert ("Bring the drawings." in page, "Eve Buyer" in page, "<form" in page) == (True, True, False)
    assert client.get(f"/activities/{meeting.pk}").status_code == 200
    assert client.get(f"/opportunities/{world.sams_deal.pk}").status_code == 404
    before = Activity.objects.values().get(pk=meeting.pk)
    drop = {"start": "2027-01-06T14:00", "end": "", "whole": ""}
    for path, data in (
        (f"/calendar/{meeting.pk}/move", drop),
        (f"/activities/{meeting.pk}/edit", {"type": meeting.type_id, "due_on": "2027-02-01"}),
        (f"/activities/{meeting.pk}/finish", {}),
        (f"/activities/{meeting.pk}/do/cancel", {}),
        (f"/activities/{meeting.pk}/field/summary", {"summary": "Mine", "was": "Meeting"}),
    ):
        assert client.post(path, data).status_code in (403, 404), path
    assert Activity.objects.values().get(pk=meeting.pk) == before


def test_an_answer_is_kept_and_the_organiser_is_told(world: World, meeting: Activity, as_: As) -> None:
    client = as_(world.stranger)
    answer = client.post(f"/activities/{meeting.pk}/answer", {"answer": "accepted"})
    assert (answer.status_code, answers(meeting)["Stefan Stranger"]) == (200, "accepted")
    assert told(world.sam) == ["activities.comes"]
    client.post(f"/activities/{meeting.pk}/answer", {"answer": "accepted"})
    assert told(world.sam) == ["activities.comes"]
    client.post(f"/activities/{meeting.pk}/answer", {"answer": "declined"})
    assert told(world.sam) == ["activities.comes", "activities.stays_away"]
    assert [one["className"][-1] for one in client.get(WEEK).json()] == ["calendar-declined"]
    assert as_(world.lena).get(f"{WEEK}&people={world.stranger.pk}").json() == []


def test_nobody_else_answers_and_only_what_is_an_answer_counts(
    world: World, meeting: Activity, as_: As
) -> None:
    path = f"/activities/{meeting.pk}/answer"
    assert as_(world.otto).post(path, {"answer": "accepted"}).status_code == 404
    assert as_(world.lena).post(path, {"answer": "accepted"}).status_code == 409
    for wrong in ("waiting", "", "gladly"):
        assert as_(world.stranger).post(path, {"answer": wrong}).status_code == 409
    activities.cancel_activity(meeting, by=world.sam)
    assert as_(world.stranger).post(path, {"answer": "accepted"}).status_code == 409
    assert answers(meeting) == {"Stefan Stranger": "waiting", "Eve Buyer": "waiting"}


def test_another_time_asks_again_and_tells_who_comes(world: World, meeting: Activity, as_: As) -> None:
    meetings.answer_as(meeting, answer=Answer.ACCEPTED, by=world.stranger)
    drop = {"start": "2027-01-06T14:00", "end": "2027-01-06T16:00", "whole": ""}
    as_(world.sam).post(f"/calendar/{meeting.pk}/move", drop)
    assert answers(meeting)["Stefan Stranger"] == "waiting"
    assert told(world.stranger) == ["activities.invited", "activities.meeting_changed"]
    undo(ChangeSet.objects.latest("pk"), by=world.sam)
    assert answers(meeting)["Stefan Stranger"] == "accepted"


def test_a_note_rings_no_bell_and_a_cancelled_meeting_does(world: World, meeting: Activity) -> None:
    activities.update_activity(meeting, values={"note": "For us"}, by=world.sam)
    assert told(world.stranger) == ["activities.invited"]
    activities.cancel_activity(meeting, by=world.sam)
    assert told(world.stranger) == ["activities.invited", "activities.meeting_cancelled"]


def test_attendees_never_stand_in_the_way_of_a_deletion_and_come_back(
    world: World, meeting: Activity
) -> None:
    with change_set(by=world.ada, summary="Away") as changes:
        changes.delete(world.sams_deal)
    assert (Activity.objects.count(), Attendee.objects.count()) == (0, 0)
    undo(ChangeSet.objects.latest("pk"), by=world.ada)
    assert answers(Activity.objects.get(uid=meeting.uid)) == {
        "Stefan Stranger": "waiting",
        "Eve Buyer": "waiting",
    }


def test_the_dialog_keeps_the_answers_of_who_stays(world: World, meeting: Activity, as_: As) -> None:
    meetings.answer_as(meeting, answer=Answer.TENTATIVE, by=world.stranger)
    page = as_(world.sam).get(f"/activities/{meeting.pk}/edit").content.decode()
    assert ("Stefan Stranger" in page, "Eve Buyer" in page, "Room 4" in page) == (True, True, True)
    form = {
        "type": meeting.type_id,
        "due_on": "2027-01-05",
        "people": [world.stranger.pk, world.tia.pk],
        "addresses": "",
    }
    assert as_(world.sam).post(f"/activities/{meeting.pk}/edit", form).status_code == 200
    assert answers(meeting) == {"Stefan Stranger": "tentative", "Tia Team": "waiting"}


def test_the_feed_of_who_comes_has_it(world: World, meeting: Activity, as_: As) -> None:
    client = as_(world.stranger)
    page = client.post("/calendar/feed").content.decode()
    path = "/calendar/feed/" + page.split("/calendar/feed/")[1].split('"')[0]
    [found] = Calendar.from_ical(Client().get(path).content).walk("VEVENT")
    assert (str(found["UID"]), str(found["LOCATION"])) == (meeting.uid, "Room 4")
    meetings.answer_as(meeting, answer=Answer.DECLINED, by=world.stranger)
    assert Calendar.from_ical(Client().get(path).content).walk("VEVENT") == []


def test_the_queries_of_a_week_of_meetings_do_not_grow(world: World, meeting: Activity, as_: As) -> None:
    client = as_(world.stranger)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(WEEK)
        return len(caught)

    few = queries()
    for _ in range(5):
        meetings.plan_meeting(
            world.tias_deal,
            type=meeting.type,
            by=world.tia,
            starts_at=DAY,
            invitees=[Invitee(user=world.stranger), Invitee(user=world.otto)],
        )
    assert (queries(), len(client.get(WEEK).json())) == (few, 6)
