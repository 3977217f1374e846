"""When people work and are reminded, and who has something else at an hour."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kairos.accounts.models import Absence
from kairos.activities.actions import activities, meetings
from kairos.activities.actions.choices import choose_calendar
from kairos.activities.actions.invitations import HELD, send_due_invitations
from kairos.activities.actions.meetings import Invitee
from kairos.activities.actions.reminders import remind
from kairos.activities.models import Activity, ActivityType, Answer, CalendarChoice, Reminder
from kairos.core.history import change_set
from kairos.core.models import EventEntry
from kairos.discuss.models import Notification
from kairos.mail.actions.incoming import receive_mail
from kairos.mail.models import OutgoingMail
from tests.world import World

As = Callable[[Any], Client]
Types = dict[str, ActivityType]
NOW = dt.datetime(2027, 1, 4, 8, tzinfo=dt.UTC)
DAY = dt.datetime(2027, 1, 5, 10, tzinfo=dt.UTC)
HOURS = "starts_at=2027-01-05T10:30&ends_at=2027-01-05T11:30"
FORM = {"days": ["0", "1"], "starts": "08:00", "ends": "16:30", "remind_minutes": "30"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as found:
        yield found


@pytest.fixture
def meeting(world: World, types: Types) -> Activity:
    """Otto's, about his deal, which nobody of North sees; Tia is asked to come."""
    return meetings.plan_meeting(
        world.ottos_deal,
        type=types["meeting"],
        by=world.otto,
        summary="Secret talk",
        starts_at=DAY,
        invitees=[Invitee(user=world.tia)],
    )


def zone(world: World, person: Any, name: str) -> None:
    with change_set(by=world.ada, summary="Zone") as changes:
        changes.update(person, time_zone=name)


def busy(client: Client, *people: Any, hours: str = HOURS, more: str = "") -> str:
    query = "&".join(f"people={one.pk}" for one in people)
    answer = client.get(f"/calendar/busy?{hours}&{query}{more}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u202f", " ").split())


def choose(person: Any, **values: Any) -> CalendarChoice:
    usual = {"days": [0, 1, 2, 3, 4], "starts": dt.time(9), "ends": dt.time(18), "remind_minutes": 15}
    return choose_calendar(by=person, values={**usual, **values})


# -- what one chooses


def test_working_hours_and_reminders_are_ones_own_choice(world: World, as_: As) -> None:
    client = as_(world.sam)
    assert "Choose hours and reminders" in client.get("/preferences").content.decode()
    assert client.post("/preferences/calendar", FORM).status_code == 302
    kept = CalendarChoice.objects.get(user=world.sam)
    assert (kept.days, kept.starts, kept.ends, kept.remind_minutes, kept.is_invited_by_mail) == (
        [0, 1],
        dt.time(8),
        dt.time(16, 30),
        30,
        False,
    )
    page = client.get("/preferences/calendar").content.decode()
    assert ('value="08:00"' in page, 'value="0" checked' in page, 'value="2" checked' in page) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize(
    "wrong", [{"ends": "07:00"}, {"days": ["7"]}, {"remind_minutes": "3"}, {"starts": "x"}]
)
def test_what_are_no_hours_is_refused_and_nothing_is_kept(
    world: World, as_: As, wrong: dict[str, Any]
) -> None:
    assert as_(world.sam).post("/preferences/calendar", {**FORM, **wrong}).status_code == 422
    assert not CalendarChoice.objects.exists()


def test_the_calendar_is_given_the_hours_of_whose_days_it_shows_by_the_clock_of_the_reader(
    world: World, as_: As
) -> None:
    zone(world, world.sam, "Asia/Taipei")
    choose(world.tia, days=[0], starts=dt.time(14), ends=dt.time(18))
    page = as_(world.sam).get(f"/calendar?people={world.tia.pk}&day=2027-01-05").content.decode()
    assert (
        "[{&#34;daysOfWeek&#34;: [1], &#34;startTime&#34;: &#34;22:00&#34;, &#34;endTime&#34;: &#34;24:00&#34;}"
        in page
    )
    assert (
        "{&#34;daysOfWeek&#34;: [2], &#34;startTime&#34;: &#34;00:00&#34;, &#34;endTime&#34;: &#34;02:00&#34;}]"
        in page
    )


# -- who has something else


def test_a_conflict_is_told_with_what_where_one_may_see_it_and_with_when_alone_elsewhere(
    world: World, meeting: Activity, as_: As
) -> None:
    told = busy(as_(world.sam), world.tia, world.otto)
    assert "<strong>Tia Team</strong>: Busy, 10:00 AM – 11:00 AM" in told
    assert "<strong>Otto Other</strong>: Busy, 10:00 AM – 11:00 AM" in told
    assert "Secret" not in told
    assert "<strong>Otto Other</strong>: Secret talk, 10:00 AM – 11:00 AM" in busy(as_(world.tia), world.otto)


def test_who_is_free_makes_no_conflict(world: World, meeting: Activity, as_: As) -> None:
    client = as_(world.sam)
    assert busy(client, world.lena) == ""
    assert busy(client, world.tia, hours="starts_at=2027-01-05T11:00&ends_at=2027-01-05T12:00") == ""
    assert busy(as_(world.otto), world.tia, more=f"&apart_from={meeting.pk}") == ""
    meetings.answer_as(meeting, answer=Answer.DECLINED, by=world.tia)
    assert busy(client, world.tia) == ""
    activities.cancel_activity(meeting, by=world.otto)
    assert busy(client, world.otto) == ""


def test_hours_and_days_off_are_told_by_the_clock_of_the_one_who_is_asked(world: World, as_: As) -> None:
    zone(world, world.tia, "Asia/Taipei")
    with change_set(by=world.ada, summary="Away") as changes:
        changes.create(Absence, user=world.lena, first_on=dt.date(2027, 1, 5), last_on=dt.date(2027, 1, 6))
    told = busy(as_(world.sam), world.tia, world.lena)
    assert "Outside working hours (9:00 AM – 6:00 PM): it is 6:30 PM then in Asia/Taipei" in told
    assert "<strong>Lena Leader</strong>: Away until Jan 6, 2027" in told


@pytest.mark.parametrize(
    "hours",
    [
        "",
        "starts_at=x",
        "starts_at=2027-01-05T10:00&ends_at=2027-01-05T09:00",
        "starts_at=0001-01-01T00:00",
        "starts_at=9999-12-31T23:59",
    ],
)
def test_what_are_no_hours_makes_no_conflict(world: World, meeting: Activity, as_: As, hours: str) -> None:
    more = "&people=x&people=99999999999999999999&apart_from=-1"
    assert busy(as_(world.sam), world.tia, hours=hours, more=more) == ""


def test_the_queries_of_conflicts_do_not_grow(world: World, meeting: Activity, types: Types, as_: As) -> None:
    client = as_(world.sam)

    def queries(*people: Any) -> int:
        with CaptureQueriesContext(connection) as caught:
            busy(client, *people)
        return len(caught)

    few = queries(world.tia)
    for _ in range(5):
        meetings.plan_meeting(
            type=types["meeting"], by=world.lena, starts_at=DAY, invitees=[Invitee(user=world.tia)]
        )
    assert queries(world.tia, world.otto, world.lena, world.stranger) == few


# -- reminders


def reminded() -> list[int]:
    rows = Notification.objects.filter(event__name="activities.reminder").order_by("user")
    return sorted(rows.values_list("user", flat=True))


def test_whoever_comes_is_reminded_once_in_their_own_time(world: World, meeting: Activity, as_: As) -> None:
    choose(world.otto, remind_minutes=60)
    assert remind(now=DAY - dt.timedelta(minutes=61)) == 0
    assert remind(now=DAY - dt.timedelta(minutes=59)) == 1
    assert reminded() == [world.otto.pk]
    assert remind(now=DAY - dt.timedelta(minutes=15)) == 1
    assert remind(now=DAY - dt.timedelta(minutes=14)) == 0
    assert reminded() == sorted([world.otto.pk, world.tia.pk])
    since = NOW.timestamp() - 60
    assert (
        "Begins soon: “Secret talk”" in as_(world.tia).get(f"/activities/news?after={since}").content.decode()
    )
    assert "Begins soon" not in as_(world.sam).get(f"/activities/news?after={since}").content.decode()
    assert not OutgoingMail.objects.exists()


def test_nobody_is_reminded_who_does_not_come_or_wants_no_reminder_or_of_what_is_off(
    world: World, meeting: Activity
) -> None:
    meetings.answer_as(meeting, answer=Answer.DECLINED, by=world.tia)
    choose(world.otto, remind_minutes=None)
    assert remind(now=DAY - dt.timedelta(minutes=5)) == 0
    choose(world.otto)
    assert remind(now=DAY + dt.timedelta(minutes=1)) == 0
    activities.cancel_activity(meeting, by=world.otto)
    assert remind(now=DAY - dt.timedelta(minutes=5)) == 0
    assert (reminded(), Reminder.objects.count()) == ([], 0)


def test_at_another_hour_one_is_reminded_again(world: World, meeting: Activity) -> None:
    remind(now=DAY - dt.timedelta(minutes=5))
    later = DAY + dt.timedelta(hours=2)
    activities.reschedule_activity(meeting, by=world.otto, starts_at=later)
    assert remind(now=later - dt.timedelta(minutes=5)) == 2
    assert len(reminded()) == 4


def test_a_reminder_comes_by_mail_to_who_chose_it(world: World, meeting: Activity) -> None:
    choose(world.tia, is_reminded_by_mail=True)
    zone(world, world.tia, "Asia/Taipei")
    remind(now=DAY - dt.timedelta(minutes=5))
    mail = OutgoingMail.objects.get()
    assert mail.to_address == "tia@example.com"
    assert mail.subject == "Soon: Secret talk (Tuesday, January 5, 2027 6:00 PM – 7:00 PM)"


# -- invitations to colleagues


def test_a_colleague_who_wants_invitations_by_mail_gets_them_and_answers_by_mail(
    world: World, types: Types, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT, settings.KAIROS_MAIL_REPLY = tmp_path, "answers@kairos.example"
    choose(world.tia, is_invited_by_mail=True)
    meeting = meetings.plan_meeting(
        type=types["meeting"],
        by=world.otto,
        starts_at=DAY,
        invitees=[Invitee(user=world.tia), Invitee(user=world.lena)],
    )
    send_due_invitations(now=NOW + HELD)
    mail = OutgoingMail.objects.get()
    assert mail.to_address == "tia@example.com"
    reply = (
        f"From: tia@example.com\nTo: {mail.reply_to}\nMessage-ID: <t@example.com>\nMIME-Version: 1.0\n"
        "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nMETHOD:REPLY\n"
        f"BEGIN:VEVENT\nUID:{meeting.uid}\nDTSTAMP:20270104T075900Z\nSEQUENCE:0\n"
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:tia@example.com\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    receive_mail(reply.encode())
    assert meeting.attendees.get(user=world.tia).answer == "accepted"
    assert EventEntry.objects.get(name="activities.comes").change_set.by == world.tia
