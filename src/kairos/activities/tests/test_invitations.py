"""Invitations to those outside: what leaves, what does not, and which answers count."""

import datetime as dt
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail
from django.test import Client
from icalendar import Calendar

from kairos.activities.actions import activities, meetings
from kairos.activities.actions.invitations import HELD, send_due_invitations
from kairos.activities.actions.meetings import Invitee
from kairos.activities.models import Activity, ActivityType, Attendee, Invitation
from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, EventEntry
from kairos.discuss.models import Message as Said
from kairos.discuss.models import Notification
from kairos.mail.actions.incoming import receive_mail
from kairos.mail.delivery import deliver_due
from kairos.mail.models import Came, OutgoingMail, Suppression
from kairos.mail.reply_address import reply_address
from tests.world import World

As = Callable[[Any], Client]
Types = dict[str, ActivityType]
NOW = dt.datetime(2027, 1, 4, 8, tzinfo=dt.UTC)
DAY = dt.datetime(2027, 1, 5, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Path) -> Iterator[Any]:
    settings.MEDIA_ROOT = tmp_path
    settings.KAIROS_MAIL_REPLY = "answers@kairos.example"
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def meeting(world: World, types: Types) -> Activity:
    return meetings.plan_meeting(
        world.sams_deal,
        type=types["meeting"],
        by=world.sam,
        summary="Go through it",
        starts_at=DAY,
        place="Room 4",
        description="Bring the drawings.",
        invitees=[Invitee(contact=world.eve), Invitee(user=world.tia), Invitee(email="boss@acme.example")],
    )


def send(after: dt.timedelta = HELD) -> list[OutgoingMail]:
    """What leaves when this much time has passed."""
    known = set(OutgoingMail.objects.values_list("pk", flat=True))
    send_due_invitations(now=dt.datetime.now(dt.UTC) + after)
    return list(OutgoingMail.objects.exclude(pk__in=known).order_by("to_address"))


def event_of(mail: OutgoingMail) -> tuple[str, Any]:
    calendar: Any = Calendar.from_ical(mail.calendar)
    [event] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def told(mails: list[OutgoingMail]) -> list[tuple[str, str, int]]:
    return [(one.to_address, event_of(one)[0], int(event_of(one)[1]["SEQUENCE"])) for one in mails]


def reply(
    meeting: Activity,
    partstat: str = "ACCEPTED",
    *,
    who: str = "eve@acme.example",
    to: str = "",
    headers: str = "",
    minute: int = 0,
    **lines: str,
) -> bytes:
    """What Eve's calendar program sends back to the address that she was given; `lines` are laid over its own."""
    invitation = Invitation.objects.get(uid=meeting.uid, email="eve@acme.example")
    event = {
        "UID": meeting.uid,
        "DTSTAMP": f"20270104T07{minute:02}00Z",
        "DTSTART": "20270105T100000Z",
        "SEQUENCE": str(invitation.sequence),
        f"ATTENDEE;PARTSTAT={partstat}": f"mailto:{who}",
        "ORGANIZER": "mailto:answers@kairos.example",
        **lines,
    }
    inside = "\r\n".join(f"{name}:{value}" for name, value in event.items() if value)
    return (
        f"From: Eve <{who}>\r\nTo: {to or reply_address(invitation)}\r\nSubject: Re: it\r\n"
        f"Message-ID: <{partstat}{minute}{len(inside)}@acme.example>\r\n{headers}MIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nYes.\r\n'
        "--b\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n{inside}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n\r\n--b--\r\n"
    ).encode()


def answer_of(meeting: Activity, email: str = "eve@acme.example") -> str:
    return str(Attendee.objects.get(activity=meeting.pk, email=email).answer)


def noted() -> list[str]:
    names = EventEntry.objects.filter(name__startswith="activities.ans").order_by("pk")
    return list(names.values_list("name", flat=True))


# -- what leaves


def test_those_outside_are_invited_and_colleagues_are_not_written_to(world: World, meeting: Activity) -> None:
    assert send(HELD - dt.timedelta(seconds=1)) == []
    boss, eve = send()
    assert (boss.to_address, eve.to_address, eve.to_name) == (
        "boss@acme.example",
        "eve@acme.example",
        "Eve Buyer",
    )
    assert eve.subject == "Invitation: Go through it (Tuesday, January 5, 2027 10:00 AM – 11:00 AM)"
    assert "Sam Seller asks you to come." in eve.text
    assert "Anvils" not in eve.text + eve.html + eve.calendar + eve.subject
    method, event = event_of(eve)
    assert (method, str(event["UID"]), int(event["SEQUENCE"])) == ("REQUEST", meeting.uid, 0)
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (DAY, DAY + dt.timedelta(hours=1))
    assert (str(event["LOCATION"]), str(event["DESCRIPTION"])) == ("Room 4", "Bring the drawings.")
    assert (str(event["ATTENDEE"]), event["ATTENDEE"].params["RSVP"]) == ("mailto:eve@acme.example", "TRUE")
    address = reply_address(Invitation.objects.get(email="eve@acme.example"))
    assert (str(event["ORGANIZER"]), event["ORGANIZER"].params["CN"]) == (f"mailto:{address}", "Sam Seller")
    assert (eve.reply_to, eve.sender.startswith("Sam Seller <")) == (address, True)
    assert "boss@acme.example" not in eve.calendar
    assert send() == []


def test_the_mail_carries_the_calendar_with_its_method_beside_the_text(
    world: World, meeting: Activity
) -> None:
    send()
    deliver_due()
    sent = next(one for one in django_mail.outbox if one.to == ["Eve Buyer <eve@acme.example>"])
    whole: Message = message_from_bytes(sent.message().as_bytes())
    kinds = [part.get_content_type() for part in whole.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html", "text/calendar"]
    part = list(whole.walk())[-1]
    assert (part.get_param("method"), part.get_content_charset()) == ("REQUEST", "utf-8")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert str(Calendar.from_ical(content)["METHOD"]) == "REQUEST"


def test_a_plan_that_is_taken_back_in_time_reaches_nobody(world: World, meeting: Activity) -> None:
    undo(ChangeSet.objects.latest("pk"), by=world.sam)
    assert not Activity.objects.exists()
    assert send() == []


def test_changes_are_bundled_into_one_mail_and_only_what_matters_makes_one(
    world: World, meeting: Activity
) -> None:
    send()
    activities.update_activity(meeting, values={"note": "Ours", "description": "More"}, by=world.sam)
    activities.reassign_activity(meeting, by=world.sam, assignee=world.lena)
    assert send() == []
    activities.reschedule_activity(meeting, by=world.sam, starts_at=DAY + dt.timedelta(hours=1))
    activities.update_activity(meeting, values={"place": "Room 5"}, by=world.sam)
    assert told(mails := send()) == [("boss@acme.example", "REQUEST", 1), ("eve@acme.example", "REQUEST", 1)]
    assert mails[0].subject.startswith("Changed: Go through it")
    assert event_of(mails[0])[1].decoded("DTSTART") == DAY + dt.timedelta(hours=1)
    activities.reschedule_activity(meeting, by=world.sam, starts_at=DAY)
    activities.reschedule_activity(meeting, by=world.sam, starts_at=DAY + dt.timedelta(hours=1))
    assert send() == []


def test_who_is_no_longer_invited_hears_it_and_the_others_do_not(world: World, meeting: Activity) -> None:
    send()
    meetings.invite(
        meeting, invitees=[Invitee(contact=world.eve), Invitee(email="new@acme.example")], by=world.sam
    )
    assert told(send()) == [("boss@acme.example", "CANCEL", 1), ("new@acme.example", "REQUEST", 0)]


@pytest.mark.parametrize("way", ["cancel", "delete", "type", "archive"])
def test_a_meeting_that_is_off_is_taken_back_and_comes_again(
    world: World, types: Types, meeting: Activity, way: str
) -> None:
    send()
    if way == "cancel":
        activities.cancel_activity(meeting, by=world.sam)
    elif way == "type":
        meetings.update_meeting(meeting, values={"type": types["todo"]}, invitees=[], by=world.sam)
    else:
        with change_set(by=world.ada, summary="Away") as changes:
            if way == "delete":
                changes.delete(world.sams_deal)
            else:
                changes.update(meeting, archived_at=NOW)
    gone = ChangeSet.objects.latest("pk")
    mails = send()
    assert told(mails) == [("boss@acme.example", "CANCEL", 1), ("eve@acme.example", "CANCEL", 1)]
    event = event_of(mails[1])[1]
    assert (str(event["STATUS"]), str(event["UID"])) == ("CANCELLED", meeting.uid)
    assert event.decoded("DTSTART") == DAY
    undo(gone, by=world.ada)
    assert told(send()) == [("boss@acme.example", "REQUEST", 2), ("eve@acme.example", "REQUEST", 2)]


def test_nobody_hears_of_what_is_over_or_done(
    world: World, meeting: Activity, house: Any, types: Types
) -> None:
    send()
    activities.finish_activity(meeting, by=world.sam)
    assert send() == []
    past = DAY - dt.timedelta(days=30)
    meetings.plan_meeting(
        type=types["meeting"], by=world.sam, starts_at=past, invitees=[Invitee(contact=world.eve)]
    )
    assert send() == []
    house.move_to(DAY + dt.timedelta(days=1))
    with change_set(by=world.ada, summary="Away") as changes:
        changes.delete(Activity.objects.get(pk=meeting.pk))
    assert send() == []


def test_a_blocked_address_is_told_to_the_organiser_once(world: World, meeting: Activity) -> None:
    Suppression.objects.create(address="eve@acme.example")
    assert told(send()) == [("boss@acme.example", "REQUEST", 0)]
    entry = EventEntry.objects.get(name="activities.not_invited")
    assert (entry.record_id, entry.params["person"]) == (meeting.pk, "Eve Buyer")
    assert Notification.objects.filter(user=world.sam, event=entry).count() == 1
    assert send() == []


def test_the_language_is_that_of_the_invited_and_the_hour_that_of_the_organiser(
    world: World, types: Types
) -> None:
    with change_set(by=world.ada, summary="Zones") as changes:
        changes.update(world.sam, time_zone="Asia/Taipei")
        changes.update(world.eve, language="zh-hant")
    meetings.plan_meeting(
        type=types["meeting"],
        by=world.sam,
        summary="Go",
        starts_at=DAY,
        invitees=[Invitee(contact=world.eve)],
    )
    [eve] = send()
    assert eve.subject == "邀請：Go（2027年1月5日 星期二 下午6:00 – 晚上7:00）"
    assert "Asia/Taipei" in eve.text


# -- what comes back


def test_an_answer_that_comes_back_is_the_attendees(world: World, meeting: Activity) -> None:
    send()
    mail = receive_mail(reply(meeting))
    assert (mail.state, mail.about_type, mail.about_id) == (Came.TAKEN, "activity", meeting.pk)
    assert (answer_of(meeting), answer_of(meeting, "boss@acme.example")) == ("accepted", "waiting")
    entry = EventEntry.objects.get(name="activities.comes")
    assert entry.params["person"] == "Eve Buyer"
    assert Notification.objects.filter(user=world.sam, event=entry).count() == 1
    receive_mail(reply(meeting, "DECLINED", minute=5))
    receive_mail(reply(meeting, "NEEDS-ACTION", minute=6))
    assert (answer_of(meeting), send()) == ("declined", [])


def test_what_a_calendar_program_sends_by_itself_is_an_answer_too(world: World, meeting: Activity) -> None:
    send()
    headers = "Auto-Submitted: auto-generated\r\nSender: calendar-notification@calendar.example\r\n"
    assert receive_mail(reply(meeting, "TENTATIVE", headers=headers)).state == Came.TAKEN
    assert answer_of(meeting) == "tentative"


def test_an_answer_to_an_earlier_time_or_one_overtaken_by_another_counts_for_nothing(
    world: World, meeting: Activity
) -> None:
    send()
    early = reply(meeting)
    receive_mail(reply(meeting, "DECLINED", minute=9))
    receive_mail(reply(meeting, "ACCEPTED", minute=3))
    assert answer_of(meeting) == "declined"
    activities.reschedule_activity(meeting, by=world.sam, starts_at=DAY + dt.timedelta(hours=2))
    send()
    receive_mail(early)
    assert answer_of(meeting) == "waiting"
    assert noted() == ["activities.answered_too_late"] * 2


@pytest.mark.parametrize(
    "forged",
    [
        {"who": "boss@acme.example"},
        {"UID": "somebody-elses-meeting"},
        {"ATTENDEE;PARTSTAT=ACCEPTED": "mailto:boss@acme.example"},
    ],
)
def test_a_forged_answer_is_noted_and_not_believed(
    world: World, meeting: Activity, forged: dict[str, str]
) -> None:
    send()
    assert receive_mail(reply(meeting, **forged)).state == Came.TAKEN  # type: ignore[arg-type]
    assert (answer_of(meeting), answer_of(meeting, "boss@acme.example")) == ("waiting", "waiting")
    assert noted() == ["activities.answer_not_believed"]


def test_the_name_of_a_meeting_alone_lets_nobody_answer(
    world: World, meeting: Activity, settings: Any
) -> None:
    send()
    receive_mail(reply(meeting, to="answers@kairos.example"))
    invitation = Invitation.objects.get(email="eve@acme.example")
    guessed = reply_address(invitation).replace(f".{invitation.pk}.", f".{invitation.pk + 1}.")
    receive_mail(reply(meeting, to=guessed, minute=1))
    assert answer_of(meeting) == "waiting"
    # A house without a mailbox for answers gets them where the organiser gets mail.
    settings.KAIROS_MAIL_REPLY = ""
    receive_mail(reply(meeting, to="sam@example.com", minute=2))
    assert answer_of(meeting) == "accepted"


def test_who_is_no_longer_invited_answers_in_vain(world: World, meeting: Activity) -> None:
    send()
    meetings.invite(meeting, invitees=[], by=world.sam)
    receive_mail(reply(meeting))
    activities.cancel_activity(meeting, by=world.sam)
    receive_mail(reply(meeting, minute=2))
    assert (Attendee.objects.count(), noted()) == (0, ["activities.answered_too_late"] * 2)


def test_words_about_a_meeting_go_to_the_thread_of_its_deal(world: World, meeting: Activity) -> None:
    send()
    address = reply_address(Invitation.objects.get(email="eve@acme.example"))
    mail = f"From: eve@acme.example\nTo: {address}\nSubject: Re\nMessage-ID: <w@acme.example>\n\nCan we do Friday?"
    assert receive_mail(mail.encode()).state == Came.TAKEN
    said = Said.objects.get(text="Can we do Friday?")
    assert (said.record_type, said.record_id, said.sender_address) == (
        "opportunity",
        world.sams_deal.pk,
        "eve@acme.example",
    )


@pytest.mark.parametrize(
    "lines",
    [
        {"UID": ""},
        {"SEQUENCE": "many"},
        {"SEQUENCE": "-99999999999999999999"},
        {"DTSTAMP": "yesterday"},
        {"DTSTAMP": "99991231T235959Z"},
        {"DTSTART;TZID=Nowhere/Atlantis": "20270105T100000"},
        {"RRULE": "FREQ=SECONDLY;COUNT=2000000000"},
        {"RRULE": "FREQ=SECONDLY;INTERVAL=0;BYSETPOS=99999"},
        {"RDATE": ",".join(["20270105T100000Z"] * 2000)},
        {"ATTENDEE;PARTSTAT=ACCEPTED": "\x00\x01"},
        {"DURATION": "P999999999999999999W"},
        {"X-DEEP": "\r\nBEGIN:VEVENT" * 400},
        {"RECURRENCE-ID;RANGE=THISANDFUTURE": "x"},
    ],
)
def test_a_hostile_calendar_breaks_nothing(
    world: World, meeting: Activity, house: Any, lines: dict[str, str]
) -> None:
    send()
    mail = receive_mail(reply(meeting, **lines))  # type: ignore[arg-type]
    assert mail.state in (Came.TAKEN, Came.UNCLAIMED, Came.IGNORED)
    assert answer_of(meeting) in ("waiting", "accepted")
    house.move_to(NOW + dt.timedelta(hours=1))
    later = reply(meeting, "DECLINED", minute=40, DTSTAMP="20270104T084000Z")
    assert receive_mail(later).state == Came.TAKEN
    assert answer_of(meeting) == "declined"
