"""Invitations to what repeats: the rule once, single times only where they differ, and answers for one or for all."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
import time_machine
from django.test import Client
from icalendar import Calendar

from kairos.activities.actions import activities, meetings
from kairos.activities.actions.feeds import make_feed
from kairos.activities.actions.invitations import HELD, send_due_invitations
from kairos.activities.actions.meetings import Invitee
from kairos.activities.actions.occurrences import (
    Scope,
    cancel_occurrence,
    change_occurrence,
    delete_occurrence,
)
from kairos.activities.actions.series import change_repetition, extend_due_series
from kairos.activities.models import Activity, ActivityType, Attendee, Invitation, Series
from kairos.activities.recurrence import Rule
from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, EventEntry
from kairos.mail.actions.incoming import receive_mail
from kairos.mail.models import OutgoingMail
from kairos.mail.reply_address import reply_address
from tests.world import World

Types = dict[str, ActivityType]
BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2027, 3, 8, 8, tzinfo=dt.UTC)
# A Monday; the clocks change on Sunday 28 March.
FIRST = dt.datetime(2027, 3, 15, 9, tzinfo=BERLIN)
EVE = "eve@acme.example"


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Path) -> Iterator[Any]:
    settings.MEDIA_ROOT = tmp_path
    settings.KAIROS_MAIL_REPLY = "answers@kairos.example"
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def planned(world: World, types: Types, rule: str, **more: Any) -> Activity:
    return meetings.plan_meeting(
        world.sams_deal,
        type=types["meeting"],
        by=world.sam,
        summary="Weekly",
        invitees=[Invitee(contact=world.eve), Invitee(user=world.tia)],
        rule=Rule.read(rule),
        zone="Europe/Berlin",
        **({"starts_at": FIRST, "ends_at": FIRST + dt.timedelta(minutes=45)} | more),
    )


@pytest.fixture
def meeting(world: World, types: Types) -> Activity:
    return planned(world, types, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270419")


def send() -> list[OutgoingMail]:
    known = set(OutgoingMail.objects.values_list("pk", flat=True))
    send_due_invitations(now=dt.datetime.now(dt.UTC) + HELD)
    return list(OutgoingMail.objects.exclude(pk__in=known).order_by("pk"))


def event_of(mail: OutgoingMail) -> Any:
    calendar: Any = Calendar.from_ical(mail.calendar)
    [event] = calendar.walk("VEVENT")
    return event


def told(mails: list[OutgoingMail]) -> list[tuple[str, int, str]]:
    """Method, revision, and which time of the series each mail is about."""
    found = []
    for one in mails:
        event = event_of(one)
        which = f"{event.decoded('RECURRENCE-ID'):%m-%d %H:%M}" if "RECURRENCE-ID" in event else ""
        found.append((str(Calendar.from_ical(one.calendar)["METHOD"]), int(event["SEQUENCE"]), which))
    return found


def shown(mails: list[OutgoingMail]) -> list[str]:
    """What a calendar program shows of all of these mails, which it gets one after the other."""
    parts: dict[str, Any] = {}
    for one in mails:
        event = event_of(one)
        which = str(event.decoded("RECURRENCE-ID")) if "RECURRENCE-ID" in event else ""
        parts = parts if which else {}
        parts[which] = event
    calendar = Calendar()
    for event in parts.values():
        calendar.add_component(event)
    found = recurring_ical_events.of(calendar).between(dt.date(2027, 3, 1), dt.date(2027, 6, 1))
    told = [one for one in found if str(one["STATUS"]) == "CONFIRMED"]
    return sorted(f"{one.decoded('DTSTART').astimezone(BERLIN):%m-%d %H:%M}" for one in told)


def on(day: int, month: int = 3) -> Activity:
    found: Activity = Activity.objects.get(occurs_on=dt.date(2027, month, day))
    return found


WEEKS = ["03-15 09:00", "03-22 09:00", "03-29 09:00", "04-05 09:00", "04-12 09:00", "04-19 09:00"]


def test_the_whole_is_one_mail_with_its_rule_in_its_zone(world: World, meeting: Activity) -> None:
    [mail] = mails = send()
    assert (mail.to_address, told(mails), shown(mails)) == (EVE, [("REQUEST", 0, "")], WEEKS)
    event = event_of(mail)
    assert str(event["UID"]) == Series.objects.get().uid
    assert event["RRULE"].to_ical().decode() == "FREQ=WEEKLY;UNTIL=20270419T070000Z;BYDAY=MO"
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert "BEGIN:VTIMEZONE" in mail.calendar
    assert "Every week on Monday, until Apr 19, 2027" in mail.text
    assert "Every week on Monday" in mail.html
    assert (send(), Invitation.objects.count()) == ([], 1)


def test_one_that_is_moved_called_off_or_comes_back_is_told_alone(world: World, meeting: Activity) -> None:
    mails = send()
    activities.reschedule_activity(
        on(29), by=world.sam, starts_at=dt.datetime(2027, 3, 30, 14, tzinfo=BERLIN)
    )
    mails += (now := send())
    assert told(now) == [("REQUEST", 1, "03-29 09:00")]
    activities.cancel_activity(on(22), by=world.sam)
    cancelled = ChangeSet.objects.latest("pk")
    mails += (now := send())
    assert told(now) == [("CANCEL", 2, "03-22 09:00")]
    delete_occurrence(on(5, 4), by=world.ada)
    mails += (now := send())
    assert told(now) == [("CANCEL", 3, "04-05 09:00")]
    assert shown(mails) == ["03-15 09:00", "03-30 14:00", "04-12 09:00", "04-19 09:00"]
    undo(cancelled, by=world.sam)
    mails += (now := send())
    assert told(now) == [("REQUEST", 4, "03-22 09:00")]
    assert "Every week" not in now[0].text
    # All at another hour: the rule anew, and after it what still differs from it.
    start = dt.datetime(2027, 3, 15, 11, tzinfo=BERLIN)
    change_occurrence(on(15), values={"starts_at": start, "ends_at": None}, by=world.sam, scope=Scope.ALL)
    mails += (now := send())
    assert told(now) == [("REQUEST", 5, ""), ("REQUEST", 5, "03-29 11:00")]
    assert shown(mails) == ["03-15 11:00", "03-22 11:00", "03-30 14:00", "04-12 11:00", "04-19 11:00"]


def test_those_that_follow_become_another_series_outside_too(world: World, meeting: Activity) -> None:
    first = send()
    start = dt.datetime(2027, 3, 30, 10, tzinfo=BERLIN)
    change_occurrence(
        on(29), values={"starts_at": start, "ends_at": None}, by=world.sam, scope=Scope.FOLLOWING
    )
    old, new = send()
    assert (str(event_of(old)["UID"]) == str(event_of(first[0])["UID"])) is True
    assert (told([old]), told([new])) == ([("REQUEST", 1, "")], [("REQUEST", 0, "")])
    assert (shown([old]), shown([new])) == (
        WEEKS[:2],
        ["03-30 10:00", "04-06 10:00", "04-13 10:00", "04-20 10:00"],
    )


@pytest.mark.parametrize("way", ["delete", "cancel", "uninvite", "record"])
def test_the_whole_is_taken_back_by_one_mail_and_comes_again(
    world: World, meeting: Activity, way: str
) -> None:
    send()
    if way == "delete":
        delete_occurrence(on(22), by=world.ada, scope=Scope.ALL)
    elif way == "cancel":
        cancel_occurrence(on(15), by=world.sam, scope=Scope.ALL)
    elif way == "uninvite":
        change_occurrence(on(15), values={}, invitees=[], by=world.sam, scope=Scope.ALL)
    else:
        with change_set(by=world.ada, summary="Gone") as changes:
            changes.delete(world.sams_deal)
    gone = ChangeSet.objects.latest("pk")
    [mail] = send()
    assert told([mail]) == [("CANCEL", 1, "")]
    assert str(event_of(mail)["STATUS"]) == "CANCELLED"
    undo(gone, by=world.ada)
    again = send()
    assert told(again) == [("REQUEST", 2, "")]
    assert shown(again) == WEEKS


def test_another_rule_is_told_once(world: World, meeting: Activity) -> None:
    send()
    change_repetition(on(15), rule="FREQ=DAILY;COUNT=2", by=world.sam)
    mails = send()
    assert (told(mails), shown(mails)) == ([("REQUEST", 1, "")], ["03-15 09:00", "03-16 09:00"])


def test_what_never_ends_is_told_without_end_and_extending_it_tells_nobody(
    world: World, types: Types, house: Any
) -> None:
    planned(world, types, "FREQ=MONTHLY;BYDAY=3MO")
    [mail] = send()
    assert event_of(mail)["RRULE"].to_ical().decode() == "FREQ=MONTHLY;BYDAY=3MO"
    receive_mail(reply("ACCEPTED"))
    house.move_to(NOW + dt.timedelta(days=60))
    assert extend_due_series(now=NOW + dt.timedelta(days=60)) > 0
    assert send() == []
    assert set(Attendee.objects.filter(email=EVE).values_list("answer", flat=True)) == {"accepted"}


def test_who_comes_to_one_time_is_asked_to_that(world: World, meeting: Activity) -> None:
    send()
    people = [Invitee(contact=world.eve), Invitee(user=world.tia), Invitee(email="boss@acme.example")]
    meetings.invite(on(22), invitees=people, by=world.sam)
    [mail] = send()
    event = event_of(mail)
    assert (mail.to_address, str(event["UID"]), "RRULE" in event) == ("boss@acme.example", on(22).uid, False)
    meetings.invite(on(29), invitees=[], by=world.sam)
    [mail] = send()
    assert (mail.to_address, told([mail])) == (EVE, [("CANCEL", 1, "03-29 09:00")])


def test_who_comes_once_and_then_to_all_hears_it(world: World, meeting: Activity) -> None:
    send()
    boss = Invitee(email="boss@acme.example")
    everybody = [Invitee(contact=world.eve), Invitee(user=world.tia), boss]
    meetings.invite(on(22), invitees=everybody, by=world.sam)
    send()
    change_occurrence(on(15), values={}, invitees=everybody, by=world.sam, scope=Scope.ALL)
    mails = [one for one in send() if one.to_address == boss.email]
    assert sorted(told(mails)) == [("CANCEL", 1, ""), ("REQUEST", 0, "")]
    assert Attendee.objects.filter(email=boss.email).count() == 6


def test_whole_days_repeat_by_the_day(world: World, types: Types) -> None:
    planned(
        world, types, "FREQ=YEARLY;UNTIL=20290101", starts_at=None, ends_at=None, due_on=dt.date(2027, 3, 15)
    )
    [mail] = send()
    event = event_of(mail)
    assert event.decoded("DTSTART") == dt.date(2027, 3, 15)
    assert event["RRULE"].to_ical().decode() == "FREQ=YEARLY;UNTIL=20290101"
    assert "VTIMEZONE" not in mail.calendar


# -- what comes back


def reply(partstat: str, recurs: str = "", *, minute: int = 0, **lines: str) -> bytes:
    invitation = Invitation.objects.get(email=EVE)
    event = {
        "UID": invitation.uid,
        "DTSTAMP": f"20270308T07{minute:02}00Z",
        "SEQUENCE": str(invitation.sequence),
        "RECURRENCE-ID;TZID=Europe/Berlin": recurs,
        f"ATTENDEE;PARTSTAT={partstat}": f"mailto:{EVE}",
        **lines,
    }
    inside = "\r\n".join(f"{name}:{value}" for name, value in event.items() if value)
    return (
        f"From: Eve <{EVE}>\r\nTo: {reply_address(invitation)}\r\nSubject: Re: it\r\n"
        f"Message-ID: <{partstat}{minute}{len(inside)}@acme.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n{inside}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def answers() -> list[str]:
    rows = Attendee.objects.filter(email=EVE).order_by("activity__occurs_on")
    return list(rows.values_list("answer", flat=True))


def test_an_answer_for_all_and_one_for_a_single_time(world: World, meeting: Activity) -> None:
    send()
    receive_mail(reply("ACCEPTED"))
    assert answers() == ["accepted"] * 6
    assert EventEntry.objects.filter(name="activities.comes").count() == 1
    receive_mail(reply("DECLINED", "20270329T090000", minute=5))
    assert answers() == ["accepted", "accepted", "declined", *["accepted"] * 3]
    entry = EventEntry.objects.get(name="activities.stays_away")
    assert entry.record_id == on(29).pk
    receive_mail(reply("TENTATIVE", "20270330T090000", minute=6))
    assert answers() == ["accepted", "accepted", "declined", *["accepted"] * 3]
    assert send() == []


def test_an_answer_for_all_does_not_answer_what_was_moved_since(world: World, meeting: Activity) -> None:
    send()
    early = reply("ACCEPTED")
    activities.reschedule_activity(
        on(29), by=world.sam, starts_at=dt.datetime(2027, 3, 30, 14, tzinfo=BERLIN)
    )
    send()
    old = reply("DECLINED", "20270329T090000", minute=1, SEQUENCE="0")
    receive_mail(early)
    receive_mail(old)
    assert answers() == ["accepted", "accepted", "waiting", *["accepted"] * 3]
    receive_mail(reply("ACCEPTED", "20270329T090000", minute=2))
    assert answers() == ["accepted"] * 6


def test_the_feed_has_each_time_at_its_hour(world: World, client: Client, meeting: Activity) -> None:
    activities.reschedule_activity(
        on(29), by=world.sam, starts_at=dt.datetime(2027, 3, 30, 14, tzinfo=BERLIN)
    )
    delete_occurrence(on(5, 4), by=world.ada)
    answer = client.get(f"/calendar/feed/{make_feed(by=world.sam)}.ics")
    calendar: Any = Calendar.from_ical(answer.content)
    hours = [one.decoded("DTSTART").astimezone(BERLIN) for one in calendar.walk("VEVENT")]
    assert sorted(f"{one:%m-%d %H:%M}" for one in hours) == [
        "03-15 09:00",
        "03-22 09:00",
        "03-30 14:00",
        "04-12 09:00",
        "04-19 09:00",
    ]
    assert len({str(one["UID"]) for one in calendar.walk("VEVENT")}) == 5
