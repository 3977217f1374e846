"""What servers and strangers send: each event for itself, with the reason kept, and nothing of it harms the others."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kairos.activities.actions import activities
from kairos.activities.models import Activity, ActivityType
from kairos.calendars.ical import BadEvent, read_event
from kairos.calendars.models import BusyTime, CalendarAccount, RemoteCalendar, RemoteEvent
from kairos.calendars.tests.accounts import account_at, outcomes, synced, use
from kairos.calendars.tests.radicale import Phone, Radicale, event
from kairos.calendars.times import busy_times
from tests.world import World

As = Callable[[Any], Client]
HOSTILE = {
    "zone": "BEGIN:VEVENT\nUID:zone\nDTSTART;TZID=Mars/Olympus:20270105T100000\nSUMMARY:x\nEND:VEVENT",
    "backwards": "BEGIN:VEVENT\nUID:b\nDTSTART:20270105T100000Z\nDTEND:20270104T100000Z\nEND:VEVENT",
    "repeats": "BEGIN:VEVENT\nUID:r\nDTSTART:20270105T100000Z\nRRULE:FREQ=SECONDLY\nEND:VEVENT",
    "no_event": "BEGIN:VTODO\nUID:t\nDTSTAMP:20270101T000000Z\nSUMMARY:x\nEND:VTODO",
    "large": f"BEGIN:VEVENT\nUID:l\nDTSTART:20270105T100000Z\nDESCRIPTION:{'x' * 300_000}\nEND:VEVENT",
}


def calendar(body: str) -> str:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{body}\nEND:VCALENDAR\n".replace("\n", "\r\n")


@pytest.fixture
def hostile(sams: CalendarAccount, server: Radicale, phone: Phone) -> CalendarAccount:
    """Good events before and after the bad ones."""
    phone.add(uid="a-good")
    for name, body in HOSTILE.items():
        server.put_file("work", f"m-{name}.ics", calendar(body))
    phone.add("DTSTART:20270106T120000Z", "DTEND:20270106T130000Z", uid="z-good")
    return synced(sams)


def test_each_bad_event_is_listed_with_its_reason_and_the_others_come(hostile: CalendarAccount) -> None:
    found = outcomes(hostile)
    assert (found["a-good"], found["z-good"]) == ("meeting", "meeting")
    for name in HOSTILE:
        assert name in found.values(), name
    assert hostile.state.trouble == ""
    assert len(found) == RemoteCalendar.objects.get(account=hostile).on_server == 2 + len(HOSTILE)


def test_bad_events_are_read_once_until_somebody_asks(
    hostile: CalendarAccount, world: World, as_: As, server: Radicale
) -> None:
    before = dict(RemoteEvent.objects.values_list("pk", "looked_at"))
    synced(hostile)
    assert dict(RemoteEvent.objects.values_list("pk", "looked_at")) == before
    bad = RemoteEvent.objects.get(failure="zone")
    client = as_(world.sam)
    page = client.get(f"/calendar-accounts/{hostile.pk}").content.decode()
    assert "It is in a time zone that nobody knows. (Mars/Olympus)" in page
    raw = client.get(f"/calendars/events/{bad.pk}/raw")
    assert (raw.status_code, b"Mars/Olympus" in raw.content) == (200, True)
    assert raw.headers["Content-Type"].startswith("text/plain")
    assert as_(world.ada).get(f"/calendars/events/{bad.pk}/raw").status_code == 404
    assert as_(world.ada).post(f"/calendars/events/{bad.pk}/again").status_code == 404
    assert "Mars/Olympus" not in as_(world.ada).get(f"/calendar-accounts/{hostile.pk}").content.decode()
    server.put_file("work", "m-zone.ics", event(uid="zone"))
    assert client.post(f"/calendars/events/{bad.pk}/again").status_code == 302
    synced(hostile)
    assert outcomes(hostile)["zone"] == "meeting"


@pytest.mark.parametrize(
    ("failure", "lines"),
    [
        ("no_start", "SUMMARY:x"),
        ("absurd", "DTSTART:99991231T235959Z"),
        ("absurd", "DTSTART:00010101T000000Z"),
        ("unreadable", "DTSTART:garbage"),
        ("unreadable", "DTSTART:20270105T100000Z\nDURATION:-"),
        ("repeats", "DTSTART:20270105T100000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
        ("repeats", "DTSTART:20270105T100000Z\nRRULE:FREQ=HOURLY"),
        ("repeats", "DTSTART:20270105T100000Z\nRRULE:FREQ=DAILY;INTERVAL=0"),
        ("repeats", "DTSTART:20270105T100000Z\nRRULE:COUNT=3"),
    ],
)
def test_what_a_careful_server_would_refuse_is_named_too(failure: str, lines: str) -> None:
    text = calendar(f"BEGIN:VEVENT\nUID:x\n{lines}\nEND:VEVENT")
    with pytest.raises(BadEvent) as bad:
        busy_times(read_event(text, dt.UTC), dt.UTC, dt.datetime(2027, 1, 4, tzinfo=dt.UTC))
    assert bad.value.failure == failure


@pytest.mark.parametrize(
    ("rule", "times"),
    [
        ("FREQ=WEEKLY;COUNT=3", 3),
        ("FREQ=DAILY;UNTIL=20270108T120000Z", 4),
        ("FREQ=DAILY", 399),
        ("FREQ=YEARLY;COUNT=5", 2),
    ],
)
def test_what_repeats_is_busy_within_the_days_looked_at(
    sams: CalendarAccount, phone: Phone, rule: str, times: int
) -> None:
    use(sams, Work="busy", written="Work")
    phone.add(f"RRULE:{rule}", uid="weekly")
    synced(sams)
    found = BusyTime.objects.filter(event__uid="weekly").count()
    assert found == times
    assert outcomes(sams)["weekly"] in ("busy", "left")
    assert not Activity.objects.filter(uid="weekly").exists()


def test_a_moved_and_a_left_out_time_of_a_series_are_heeded(sams: CalendarAccount, phone: Phone) -> None:
    lines = event("RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20270106T120000Z", uid="series").split("END:VEVENT")
    moved = (
        "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:series\r\nDTSTAMP:20270101T000000Z\r\nSUMMARY:Later\r\n"
        "RECURRENCE-ID:20270107T120000Z\r\nDTSTART:20270107T150000Z\r\nDTEND:20270107T160000Z\r\nEND:VEVENT"
    )
    phone.calendar().add_event(lines[0] + moved + lines[1])
    synced(sams)
    found = BusyTime.objects.filter(event__uid="series").order_by("starts_at")
    assert [(one.starts_at.day, one.starts_at.hour, one.title) for one in found] == [
        (5, 12, "Lunch"),
        (7, 15, "Later"),
        (8, 12, "Lunch"),
    ]


def test_a_calendar_that_is_only_written_tells_nothing_of_what_else_is_there(
    world: World, types: dict[str, ActivityType], server: Radicale, phone: Phone, clock: Any
) -> None:
    account = account_at(server, world.sam)
    use(account, Work="nothing", written="Work")
    phone.add("SUMMARY:Secret")
    server.put_file("work", "bad.ics", calendar(HOSTILE["zone"]))
    activities.plan_activity(
        world.acme, type=types["meeting"], by=world.sam, starts_at=dt.datetime(2027, 1, 6, 9, tzinfo=dt.UTC)
    )
    synced(account)
    assert phone.titles() == ["Meeting", "Secret", "x"]
    assert not BusyTime.objects.exists()
    kept = RemoteEvent.objects.exclude(outcome="meeting")
    assert [(one.here, one.there, one.raw, one.failure) for one in kept] == [({}, {}, "", "")] * 2


def test_a_server_that_lost_everything_calls_nothing_off(
    world: World, sams: CalendarAccount, server: Radicale, phone: Phone
) -> None:
    for number in range(12):
        phone.add(
            f"DTSTART:202701{number + 6:02}T120000Z", f"DTEND:202701{number + 6:02}T130000Z", uid=f"e{number}"
        )
    synced(sams)
    for one in phone.calendar().get_events():
        one.delete()
    assert synced(sams).state.trouble == "emptied"
    assert Activity.objects.filter(uid__startswith="e", status="open").count() >= 12
    synced(sams, is_repair=True, is_meant=True)
    assert not Activity.objects.filter(is_led_elsewhere=True, status="open").exists()


def test_a_thousand_events_come_and_go_each_once(
    world: World, types: dict[str, ActivityType], sams: CalendarAccount, server: Radicale, phone: Phone
) -> None:
    for number in range(1000):
        day = 5 + number % 20
        lines = (
            f"DTSTART:202701{day:02}T{number % 12 + 8:02}0000Z",
            f"DTEND:202701{day:02}T{number % 12 + 8:02}3000Z",
        )
        server.put_file("work", f"{number}.ics", event(*lines, f"SUMMARY:Event {number}", uid=f"e{number}"))
    use(sams, Work="busy", written="Work")
    synced(sams)
    assert (RemoteEvent.objects.count(), BusyTime.objects.count()) == (1000, 1000)
    synced(sams, is_repair=True)
    assert (RemoteEvent.objects.count(), BusyTime.objects.count()) == (1000, 1000)
    (server.home / "collections" / "collection-root" / "sam" / "work" / "7.ics").unlink()
    synced(sams)
    synced(sams, is_repair=True)
    assert (RemoteEvent.objects.count(), BusyTime.objects.count()) == (999, 999)
