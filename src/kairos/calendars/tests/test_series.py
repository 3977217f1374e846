"""What repeats, both ways: one event with its rule on the server, a series here, and single times that differ."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar, vRecur

from kairos.activities.actions import activities, meetings
from kairos.activities.actions.meetings import Invitee
from kairos.activities.actions.occurrences import Scope, change_occurrence, delete_occurrence
from kairos.activities.actions.series import extend_due_series
from kairos.activities.models import Activity, ActivityType, Attendee, Series
from kairos.activities.recurrence import Rule
from kairos.calendars.models import BusyTime, CalendarAccount, RemoteEvent
from kairos.calendars.tests.accounts import account_at, outcomes, synced, use
from kairos.calendars.tests.radicale import Phone, Radicale
from kairos.core.actions.records import update_record
from kairos.core.models import ChangeSet, EventEntry
from tests.world import World

Types = dict[str, ActivityType]
BERLIN = ZoneInfo("Europe/Berlin")
# A Monday.
FIRST = dt.datetime(2027, 3, 15, 9, tzinfo=BERLIN)
WEEKS = ["03-15 09:00", "03-22 09:00", "03-29 09:00", "04-05 09:00"]


@pytest.fixture
def weekly(world: World, types: Types, sams: CalendarAccount) -> Series:
    activity = meetings.plan_meeting(
        world.sams_deal,
        type=types["meeting"],
        by=world.sam,
        summary="Weekly",
        starts_at=FIRST,
        invitees=[Invitee(user=world.tia)],
        rule=Rule.read("FREQ=WEEKLY;BYDAY=MO;UNTIL=20270405"),
        zone="Europe/Berlin",
    )
    assert activity.series is not None
    return activity.series


@pytest.fixture
def tias_phone(sams: CalendarAccount, server: Radicale) -> Phone:
    found = Phone(server, "tia")
    found.make()
    return found


@pytest.fixture
def tias(world: World, server: Radicale, tias_phone: Phone) -> CalendarAccount:
    account = account_at(server, world.tia, login="tia")
    use(account, Work="meetings", written="Work")
    return account


def on(day: int, month: int = 3) -> Activity:
    found: Activity = Activity.objects.get(occurs_on=dt.date(2027, month, day))
    return found


def there(phone: Phone, uid: str) -> list[str]:
    """What a calendar program shows of it."""
    calendar: Any = Calendar.from_ical(phone.event(uid).data)
    found = recurring_ical_events.of(calendar).between(dt.date(2027, 3, 1), dt.date(2027, 6, 1))
    held = [one for one in found if str(one.get("STATUS", "")) != "CANCELLED"]
    return sorted(f"{one.decoded('DTSTART').astimezone(BERLIN):%m-%d %H:%M}" for one in held)


def here() -> list[str]:
    rows = Activity.objects.filter(status="open").exclude(starts_at=None)
    return sorted(f"{one.starts_at.astimezone(BERLIN):%m-%d %H:%M}" for one in rows if one.starts_at)


def master(phone: Phone, uid: str, **lines: Any) -> None:
    phone.change(uid, **lines)


def move_one(phone: Phone, uid: str, was: dt.datetime, now: dt.datetime, **lines: Any) -> None:
    """As a program does that moves one time of a series."""
    found = phone.event(uid)
    calendar = found.icalendar_instance
    event = next(one for one in calendar.walk("VEVENT") if "RECURRENCE-ID" not in one).copy()
    for name in ("RRULE", "EXDATE", "DTSTART", "DTEND", "DURATION"):
        event.pop(name, None)
    event.add("recurrence-id", was)
    event.add("dtstart", now)
    event.add("dtend", now + dt.timedelta(hours=1))
    for name, value in lines.items():
        event.pop(name, None)
        event.add(name, value)
    calendar.add_component(event)
    found.save()


def test_a_series_is_one_event_with_its_rule(weekly: Series, sams: CalendarAccount, phone: Phone) -> None:
    for _ in range(3):
        assert synced(sams).state.trouble == ""
    assert phone.titles() == ["Weekly"]
    assert there(phone, weekly.uid) == WEEKS
    event = phone.event(weekly.uid).icalendar_instance.walk("VEVENT")[0]
    assert event["RRULE"].to_ical().decode() == "FREQ=WEEKLY;UNTIL=20270405T070000Z;BYDAY=MO"
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert outcomes(sams) == {weekly.uid: "meeting"}
    assert here() == WEEKS


def test_what_differs_here_differs_there(
    world: World, weekly: Series, sams: CalendarAccount, phone: Phone
) -> None:
    synced(sams)
    master(phone, weekly.uid, **{"X-OURS": "stays"})
    activities.reschedule_activity(
        on(22), by=world.sam, starts_at=dt.datetime(2027, 3, 23, 14, tzinfo=BERLIN)
    )
    delete_occurrence(on(29), by=world.ada)
    synced(sams)
    assert there(phone, weekly.uid) == ["03-15 09:00", "03-23 14:00", "04-05 09:00"]
    start = dt.datetime(2027, 3, 15, 11, tzinfo=BERLIN)
    change_occurrence(
        on(15),
        values={"starts_at": start, "ends_at": None, "summary": "Plans"},
        by=world.sam,
        scope=Scope.ALL,
    )
    synced(sams)
    assert there(phone, weekly.uid) == ["03-15 11:00", "03-23 14:00", "04-05 11:00"]
    assert "X-OURS:stays" in phone.event(weekly.uid).data
    change_occurrence(on(5, 4), values={"summary": "Last"}, by=world.sam, scope=Scope.FOLLOWING)
    synced(sams)
    assert sorted(set(phone.titles())) == ["Last", "Plans"]
    before = ChangeSet.objects.count()
    synced(sams)
    assert ChangeSet.objects.count() == before


def test_one_that_is_moved_or_deleted_on_the_phone_is_so_here(
    world: World, weekly: Series, sams: CalendarAccount, phone: Phone
) -> None:
    synced(sams)
    was, now = dt.datetime(2027, 3, 22, 9, tzinfo=BERLIN), dt.datetime(2027, 3, 24, 16, tzinfo=BERLIN)
    move_one(phone, weekly.uid, was, now, SUMMARY="Moved")
    synced(sams)
    assert here() == ["03-15 09:00", "03-24 16:00", "03-29 09:00", "04-05 09:00"]
    assert (on(22).summary, on(15).summary) == ("Moved", "Weekly")
    master(phone, weekly.uid, EXDATE=dt.datetime(2027, 3, 29, 9, tzinfo=BERLIN))
    synced(sams)
    assert (on(29).status, here()) == ("cancelled", ["03-15 09:00", "03-24 16:00", "04-05 09:00"])
    count = ChangeSet.objects.count()
    synced(sams)
    assert ChangeSet.objects.count() == count
    assert there(phone, weekly.uid) == here()


def test_all_are_renamed_moved_or_called_off_on_the_phone(
    world: World, weekly: Series, sams: CalendarAccount, phone: Phone
) -> None:
    synced(sams)
    start = dt.datetime(2027, 3, 16, 8, tzinfo=BERLIN)
    rule = vRecur.from_ical("FREQ=WEEKLY;BYDAY=TU;UNTIL=20270406T060000Z")
    master(
        phone, weekly.uid, SUMMARY="Tuesdays", DTSTART=start, DTEND=start + dt.timedelta(hours=1), RRULE=rule
    )
    synced(sams)
    assert here() == ["03-16 08:00", "03-23 08:00", "03-30 08:00", "04-06 08:00"]
    assert set(Activity.objects.values_list("summary", flat=True)) == {"Tuesdays"}
    master(phone, weekly.uid, RRULE=vRecur.from_ical("FREQ=DAILY;COUNT=3"))
    synced(sams)
    assert here() == ["03-16 08:00", "03-17 08:00", "03-18 08:00"]
    assert there(phone, weekly.uid) == here()
    phone.delete(weekly.uid)
    synced(sams)
    assert here() == []


def test_what_repeats_elsewhere_comes_in_as_a_series(
    world: World, sams: CalendarAccount, phone: Phone
) -> None:
    use(sams, written="Work", Work="meetings")
    phone.add(
        "DTSTART;TZID=Europe/Berlin:20270315T090000",
        "DTEND;TZID=Europe/Berlin:20270315T094500",
        "RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=MO",
        "EXDATE;TZID=Europe/Berlin:20270322T090000",
        uid="weekly@phone",
    )
    synced(sams)
    series = Series.objects.get()
    assert (series.uid, series.rule, series.zone) == ("weekly@phone", "FREQ=WEEKLY;BYDAY=MO", "Europe/Berlin")
    assert here()[:3] == ["03-15 09:00", "03-29 09:00", "04-05 09:00"]
    assert {one.assignee for one in Activity.objects.all()} == {world.sam}
    assert outcomes(sams) == {"weekly@phone": "meeting"}
    was = dt.datetime(2027, 3, 29, 9, tzinfo=BERLIN)
    move_one(phone, "weekly@phone", was, was + dt.timedelta(hours=3))
    synced(sams)
    assert here()[:3] == ["03-15 09:00", "03-29 12:00", "04-05 09:00"]
    activities.update_activity(on(5, 4), values={"place": "Room 1"}, by=world.sam)
    extend_due_series(now=dt.datetime(2027, 5, 1, tzinfo=dt.UTC))
    synced(sams)
    assert "Room 1" in phone.event("weekly@phone").data
    assert there(phone, "weekly@phone")[:3] == ["03-15 09:00", "03-29 12:00", "04-05 09:00"]


def test_what_repeats_in_another_way_is_a_busy_time(sams: CalendarAccount, phone: Phone) -> None:
    use(sams, written="Work", Work="meetings")
    rule = "RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=2"
    phone.add("DTSTART:20270308T100000Z", "DTEND:20270308T110000Z", rule, uid="odd@phone")
    synced(sams)
    assert (outcomes(sams), Series.objects.count()) == ({"odd@phone": "busy"}, 0)
    assert BusyTime.objects.count() > 5


def test_a_meeting_that_is_made_to_repeat_on_the_phone_repeats_here_and_stops(
    world: World, types: Types, sams: CalendarAccount, phone: Phone
) -> None:
    one = activities.plan_activity(
        world.sams_deal, type=types["meeting"], by=world.sam, summary="Anvils", starts_at=FIRST
    )
    synced(sams)
    master(phone, one.uid, RRULE=vRecur.from_ical("FREQ=DAILY;COUNT=3"))
    synced(sams)
    assert here() == ["03-15 09:00", "03-16 09:00", "03-17 09:00"]
    assert Activity.objects.filter(record_id=world.sams_deal.pk).count() == 3
    master(phone, one.uid, RRULE=None)
    synced(sams)
    assert (here(), Series.objects.count()) == (["03-15 09:00"], 0)
    assert RemoteEvent.objects.get().activity_number == one.pk


def test_who_only_comes_stays_away_from_the_one_they_delete(
    world: World, weekly: Series, tias: CalendarAccount, tias_phone: Phone
) -> None:
    synced(tias)
    assert there(tias_phone, weekly.uid) == WEEKS
    master(tias_phone, weekly.uid, EXDATE=dt.datetime(2027, 3, 29, 9, tzinfo=BERLIN), SUMMARY="Mine")
    synced(tias)
    said = Attendee.objects.order_by("activity__occurs_on").values_list("answer", flat=True)
    assert list(said) == ["waiting", "waiting", "declined", "waiting"]
    assert (here(), on(15).summary) == (WEEKS, "Weekly")
    tias_phone.delete(weekly.uid)
    synced(tias)
    assert set(said.all()) == {"declined"}
    assert here() == WEEKS


@pytest.mark.parametrize(
    ("precedence", "counts", "given_up"),
    [("server", ["There", "03-24 16:00"], "Here"), ("here", ["Here", "03-23 14:00"], "There")],
)
def test_both_changed_the_same_of_a_series_and_its_owner_is_told_once(
    world: World,
    weekly: Series,
    sams: CalendarAccount,
    phone: Phone,
    precedence: str,
    counts: list[str],
    given_up: str,
) -> None:
    update_record(CalendarAccount.objects.get(pk=sams.pk), values={"precedence": precedence}, by=world.sam)
    synced(sams)
    was = dt.datetime(2027, 3, 22, 9, tzinfo=BERLIN)
    move_one(phone, weekly.uid, was, dt.datetime(2027, 3, 24, 16, tzinfo=BERLIN))
    activities.reschedule_activity(
        on(22), by=world.sam, starts_at=dt.datetime(2027, 3, 23, 14, tzinfo=BERLIN)
    )
    master(phone, weekly.uid, SUMMARY="There")
    change_occurrence(on(15), values={"summary": "Here"}, by=world.sam, scope=Scope.ALL)
    for _ in range(2):
        synced(sams)
    assert [on(15).summary, here()[1]] == counts
    told = EventEntry.objects.get(name="calendars.both_changed")
    assert told.params["people"] == str(world.sam.pk)
    assert f"Title: {given_up}" in told.params["given_up"]
    assert "2027-03-22: 2027-03-2" in told.params["given_up"]


def test_what_each_side_changed_of_a_series_by_itself_is_no_conflict(
    world: World, weekly: Series, sams: CalendarAccount, phone: Phone
) -> None:
    synced(sams)
    master(phone, weekly.uid, SUMMARY="There")
    activities.reschedule_activity(
        on(22), by=world.sam, starts_at=dt.datetime(2027, 3, 23, 14, tzinfo=BERLIN)
    )
    for _ in range(2):
        synced(sams)
    assert (on(15).summary, here()[1]) == ("There", "03-23 14:00")
    assert not EventEntry.objects.filter(name="calendars.both_changed").exists()
