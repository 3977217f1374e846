"""Both sides: what is planned, moved and called off on one is so on the other, once."""

import datetime as dt
from typing import Any

import pytest

from kairos.activities.actions import activities, meetings
from kairos.activities.actions.meetings import Invitee
from kairos.activities.models import Activity, ActivityType, Answer, Attendee, Invitation, Status
from kairos.calendars.models import BusyTime, CalendarAccount, RemoteCalendar, RemoteEvent
from kairos.calendars.tests.accounts import account_at, fresh, outcomes, synced, use
from kairos.calendars.tests.radicale import Phone, Radicale
from kairos.core.actions.records import delete_record, update_record
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, EventEntry, FieldChange
from tests.world import World

Types = dict[str, ActivityType]
HOUR = dt.timedelta(hours=1)


def at(day: int, hour: int) -> dt.datetime:
    return dt.datetime(2027, 1, day, hour, tzinfo=dt.UTC)


@pytest.fixture
def meeting(world: World, types: Types, sams: CalendarAccount) -> Activity:
    return activities.plan_activity(
        world.sams_deal,
        type=types["meeting"],
        by=world.sam,
        summary="Anvils",
        starts_at=at(6, 10),
        place="Room 4",
    )


def again(activity: Activity) -> Activity:
    activity.refresh_from_db()
    return activity


def test_what_is_planned_stands_on_the_server_once(
    meeting: Activity, sams: CalendarAccount, phone: Phone
) -> None:
    for _ in range(3):
        assert synced(sams).state.trouble == ""
    assert phone.titles() == ["Anvils"]
    [event] = phone.event(meeting.uid).icalendar_instance.walk("VEVENT")
    assert event["DTSTART"].dt == at(6, 10)
    assert (str(event["LOCATION"]), f"/activities/{meeting.pk}" in event["URL"]) == ("Room 4", True)
    assert outcomes(sams) == {meeting.uid: "meeting"}


def test_what_lies_on_the_server_is_counted_after_our_own_writing(
    world: World, meeting: Activity, sams: CalendarAccount, phone: Phone
) -> None:
    def counted() -> int:
        synced(sams)
        return int(RemoteCalendar.objects.get(account=sams).on_server)

    phone.add(uid="theirs")
    assert counted() == 2
    phone.add(uid="later")
    assert counted() == 3
    phone.delete("theirs")
    activities.cancel_activity(meeting, by=world.sam)
    assert (counted(), phone.titles()) == (1, ["Lunch"])


def test_a_to_do_without_an_hour_is_not_written(
    world: World, types: Types, sams: CalendarAccount, phone: Phone
) -> None:
    activities.plan_activity(world.acme, type=types["todo"], by=world.sam, due_on=dt.date(2027, 1, 6))
    activities.plan_activity(world.acme, type=types["meeting"], by=world.tia, starts_at=at(6, 9))
    synced(sams)
    assert phone.titles() == []


def test_moved_on_the_phone_it_moves_here_and_can_be_undone(
    world: World, meeting: Activity, sams: CalendarAccount, phone: Phone
) -> None:
    synced(sams)
    phone.change(meeting.uid, dtstart=at(7, 14), dtend=at(7, 15), summary="Anvils, big ones")
    synced(sams)
    assert (again(meeting).starts_at, meeting.ends_at, meeting.summary) == (
        at(7, 14),
        at(7, 15),
        "Anvils, big ones",
    )
    written = ChangeSet.objects.latest("pk")
    assert (written.by, written.source) == (world.sam, "calendar")
    before = FieldChange.objects.count()
    synced(sams)
    assert FieldChange.objects.count() == before
    undo(written, by=world.sam)
    synced(sams)
    [event] = phone.event(meeting.uid).icalendar_instance.walk("VEVENT")
    assert (event["DTSTART"].dt, str(event["SUMMARY"])) == (at(6, 10), "Anvils")


def test_moved_here_it_moves_there_and_keeps_what_the_phone_added(
    world: World, meeting: Activity, sams: CalendarAccount, phone: Phone
) -> None:
    synced(sams)
    phone.change(meeting.uid, categories=["Own"], comment="Bring cake")
    synced(sams)
    activities.reschedule_activity(again(meeting), by=world.sam, starts_at=at(8, 9))
    synced(sams)
    [event] = phone.event(meeting.uid).icalendar_instance.walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt, str(event["COMMENT"])) == (
        at(8, 9),
        at(8, 10),
        "Bring cake",
    )


def test_whole_days_go_both_ways(
    world: World, meeting: Activity, sams: CalendarAccount, phone: Phone
) -> None:
    synced(sams)
    phone.change(meeting.uid, dtstart=dt.date(2027, 1, 9), dtend=dt.date(2027, 1, 10))
    synced(sams)
    assert (again(meeting).due_on, meeting.starts_at) == (dt.date(2027, 1, 9), None)
    activities.update_activity(meeting, values={"starts_at": at(9, 8)}, by=world.sam)
    synced(sams)
    assert phone.event(meeting.uid).icalendar_instance.walk("VEVENT")[0]["DTSTART"].dt == at(9, 8)


def test_deleted_or_cancelled_on_the_phone_it_is_called_off(
    world: World, types: Types, meeting: Activity, sams: CalendarAccount, phone: Phone
) -> None:
    other = activities.plan_activity(world.acme, type=types["call"], by=world.sam, starts_at=at(6, 12))
    synced(sams)
    phone.delete(meeting.uid)
    phone.change(other.uid, status="CANCELLED")
    synced(sams)
    assert (again(meeting).status, again(other).status) == (Status.CANCELLED, Status.CANCELLED)
    synced(sams)
    assert (phone.titles(), outcomes(sams)) == ([], {})
    called_off = FieldChange.objects.get(record_type="activity", record_id=meeting.pk, field="status")
    undo(called_off.change_set, by=world.sam)
    synced(sams)
    assert phone.titles() == ["Anvils"]


@pytest.mark.parametrize("how", ["cancelled", "deleted", "given away"])
def test_what_is_off_here_goes_from_the_server(
    world: World, meeting: Activity, sams: CalendarAccount, phone: Phone, how: str
) -> None:
    synced(sams)
    if how == "cancelled":
        activities.cancel_activity(meeting, by=world.sam)
    elif how == "deleted":
        delete_record(meeting, by=world.ada)
    else:
        activities.reassign_activity(meeting, by=world.sam, assignee=world.tia)
    synced(sams)
    assert (phone.titles(), outcomes(sams)) == ([], {})


def test_what_begins_on_the_phone_is_a_meeting_of_ones_own(
    world: World, sams: CalendarAccount, phone: Phone
) -> None:
    update_record(world.eve, values={"emails": ["eve@acme.example"]}, by=world.ada)
    phone.add(
        "ORGANIZER:mailto:sam@example.com",
        "ATTENDEE;CN=Eve:mailto:EVE@acme.example",
        "ATTENDEE:mailto:new@else.example",
        "ATTENDEE:mailto:tia@example.com",
        "LOCATION:Café",
    )
    for _ in range(2):
        synced(sams)
    [came] = Activity.objects.filter(summary="Lunch")
    assert (came.assignee, came.record_id, came.starts_at, came.place) == (world.sam, None, at(5, 12), "Café")
    assert (came.uid, came.is_led_elsewhere, came.created_by) == ("lunch@phone", True, world.sam)
    invited = Attendee.objects.filter(activity=came).values_list("contact", "email")
    assert set(invited) == {(world.eve.pk, "eve@acme.example"), (None, "new@else.example")}
    assert not Invitation.objects.exists()
    assert phone.titles() == ["Lunch"]
    for other in (world.ada, world.tia, world.lena):
        assert came not in Activity.objects.visible_to(other)
    activities.reschedule_activity(came, by=world.sam, starts_at=at(5, 18))
    synced(sams)
    [event] = phone.event("lunch@phone").icalendar_instance.walk("VEVENT")
    assert (event["DTSTART"].dt, len(event["ATTENDEE"])) == (at(5, 18), 3)
    phone.delete("lunch@phone")
    synced(sams)
    assert again(came).status == Status.CANCELLED


def test_both_changed_the_server_counts_unless_chosen_otherwise(
    world: World, meeting: Activity, sams: CalendarAccount, phone: Phone
) -> None:
    for precedence, there, here in (("server", at(12, 9), at(13, 9)), ("here", at(14, 9), at(15, 9))):
        update_record(fresh(sams), values={"precedence": precedence}, by=world.sam)
        synced(sams)
        phone.change(meeting.uid, dtstart=there, dtend=there + HOUR, summary=f"There {precedence}")
        values = {"starts_at": here, "ends_at": here + HOUR}
        activities.update_activity(again(meeting), values=values, by=world.sam)
        for _ in range(2):
            synced(sams)
        expected, lost = (there, here) if precedence == "server" else (here, there)
        assert (again(meeting).starts_at, meeting.summary) == (expected, f"There {precedence}")
        [event] = phone.event(meeting.uid).icalendar_instance.walk("VEVENT")
        assert event["DTSTART"].dt == expected
        told = EventEntry.objects.filter(name="calendars.both_changed").latest("pk")
        assert lost.isoformat() in told.params["given_up"]
    assert EventEntry.objects.filter(name="calendars.both_changed").count() == 2


def test_the_same_change_on_both_sides_is_no_conflict(
    world: World, meeting: Activity, sams: CalendarAccount, phone: Phone
) -> None:
    synced(sams)
    phone.change(meeting.uid, summary="Same")
    update_record(again(meeting), values={"summary": "Same"}, by=world.sam)
    synced(sams)
    assert not EventEntry.objects.filter(name="calendars.both_changed").exists()


def test_somebody_faster_on_the_server_loses_nothing(
    world: World, meeting: Activity, sams: CalendarAccount, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our reading and our writing the phone writes: the server answers 412."""
    from kairos.calendars.dav.server import Server

    synced(sams)
    update_record(again(meeting), values={"place": "Room 5"}, by=world.sam)
    plain = Server.put
    raced: list[int] = []

    def put(self: Server, *given: Any, etag: str) -> str:
        if not raced:
            raced.append(1)
            phone.change(meeting.uid, summary="By phone")
        return plain(self, *given, etag=etag)

    monkeypatch.setattr(Server, "put", put)
    synced(sams)
    synced(sams)
    [event] = phone.event(meeting.uid).icalendar_instance.walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("By phone", "Room 5")
    assert (again(meeting).summary, meeting.place) == ("By phone", "Room 5")


def test_who_only_comes_can_stay_away_but_not_move_it(
    world: World, types: Types, sams: CalendarAccount, phone: Phone
) -> None:
    theirs = meetings.plan_meeting(
        world.tias_deal,
        type=types["meeting"],
        by=world.tia,
        summary="Hers",
        starts_at=at(6, 9),
        invitees=[Invitee(user=world.sam)],
    )
    synced(sams)
    phone.change(theirs.uid, dtstart=at(20, 9), dtend=at(20, 10))
    synced(sams)
    assert again(theirs).starts_at == at(6, 9)
    assert phone.event(theirs.uid).icalendar_instance.walk("VEVENT")[0]["DTSTART"].dt == at(6, 9)
    phone.delete(theirs.uid)
    synced(sams)
    assert (again(theirs).status, Attendee.objects.get(activity=theirs).answer) == (
        Status.OPEN,
        Answer.DECLINED,
    )
    synced(sams)
    assert phone.titles() == []


def test_an_event_moved_to_another_calendar_is_not_called_off(
    world: World, server: Radicale, sams: CalendarAccount, phone: Phone
) -> None:
    phone.add()
    synced(sams)
    came = Activity.objects.get(uid="lunch@phone")
    text = phone.event("lunch@phone").data
    phone.make("Home")
    with_home = account_calendars(server, sams)
    use(with_home, Work="meetings", Home="meetings", written="Work")
    phone.delete("lunch@phone")
    phone.calendar("Home").add_event(text)
    for _ in range(2):
        assert synced(sams).state.trouble_said == ""
    assert again(came).status == Status.OPEN
    assert [
        (row.calendar.name, row.activity_number) for row in RemoteEvent.objects.select_related("calendar")
    ] == [("Home", came.pk)]


def account_calendars(server: Radicale, account: CalendarAccount) -> CalendarAccount:
    from kairos.calendars.actions.accounts import note_calendars
    from kairos.calendars.dav.server import speaking

    with speaking(server.way()) as spoken:
        note_calendars(account, spoken.calendars())
    return account


def test_two_people_with_the_same_invitation_make_one_meeting(
    world: World, server: Radicale, sams: CalendarAccount, phone: Phone
) -> None:
    hers = Phone(server, "tia")
    hers.make()
    account = account_at(server, world.tia, login="tia")
    use(account, Work="meetings")
    phone.add()
    hers.add()
    synced(sams)
    synced(account)
    assert Activity.objects.filter(uid="lunch@phone").count() == 1
    assert (outcomes(sams), outcomes(account)) == ({"lunch@phone": "meeting"}, {"lunch@phone": "busy"})
    assert BusyTime.objects.filter(owner=world.tia).count() == 1
