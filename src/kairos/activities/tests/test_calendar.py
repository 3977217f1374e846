"""The calendar: what it shows to whom, and what a drop does; the address other calendars read."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from kairos.activities.actions import activities
from kairos.activities.models import Activity, ActivityType, CalendarFeed
from kairos.core.history import change_set
from tests.world import World

As = Callable[[Any], Client]
Types = dict[str, ActivityType]
WEEK = "start=2027-01-04&end=2027-01-11"


def at(day: int, hour: int, zone: str = "UTC") -> dt.datetime:
    return dt.datetime(2027, 1, day, hour, tzinfo=ZoneInfo(zone))


@pytest.fixture
def meeting(world: World, types: Types) -> Activity:
    return activities.plan_activity(
        world.sams_deal, type=types["meeting"], by=world.sam, starts_at=at(5, 10), ends_at=at(5, 11)
    )


def shown(client: Client, query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/calendar/events?{query}")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found


def test_hours_are_those_of_the_reader(world: World, meeting: Activity, as_: As) -> None:
    with change_set(by=world.ada, summary="Zones") as changes:
        changes.update(world.sam, time_zone="Asia/Taipei")
        changes.update(world.lena, time_zone="America/New_York")
    [mine] = shown(as_(world.sam), WEEK)
    assert (mine["title"], mine["start"], mine["end"], mine["allDay"]) == (
        "Meeting · Anvils",
        "2027-01-05T18:00:00",
        "2027-01-05T19:00:00",
        False,
    )
    [hers] = shown(as_(world.lena), f"{WEEK}&people={world.sam.pk}")
    assert (hers["title"], hers["start"]) == ("Meeting · Anvils · Sam Seller", "2027-01-05T05:00:00")


def test_overdue_begins_at_midnight_where_the_reader_is(world: World, types: Types, as_: As) -> None:
    one = activities.plan_activity(
        world.sams_deal, type=types["todo"], by=world.sam, due_on=dt.date(2027, 1, 5)
    )
    with change_set(by=world.ada, summary="Zones") as changes:
        changes.update(world.sam, time_zone="Asia/Taipei")
        changes.update(world.lena, time_zone="America/New_York")
    with time_machine.travel(at(5, 20), tick=False):  # already the 6th in Taipei, still the 5th in New York
        sams = as_(world.sam).get("/activities?filter=overdue&view=list").content.decode()
        lenas = as_(world.lena).get("/activities?filter=overdue&view=list").content.decode()
        due = as_(world.lena).get("/activities?filter=today&view=list").content.decode()
    url = f'href="/activities/{one.pk}'
    assert (url in sams, url in lenas, url in due) == (True, False, True)


def test_colleagues_days_show_only_what_the_reader_may_see(world: World, meeting: Activity, as_: As) -> None:
    assert shown(as_(world.stranger), f"{WEEK}&people={world.sam.pk}") == []
    assert len(shown(as_(world.tia), f"{WEEK}&people={world.sam.pk}")) == 1
    assert shown(as_(world.tia), WEEK) == []


@pytest.mark.parametrize(
    "query", ["", "start=x&end=y", "start=2027-01-04&end=2028-01-04", "start=2027-01-04"]
)
def test_what_is_no_span_of_days_is_refused(world: World, as_: As, query: str) -> None:
    assert as_(world.sam).get(f"/calendar/events?{query}").status_code == 400


def test_a_drop_moves_and_can_be_undone(world: World, meeting: Activity, as_: As) -> None:
    client = as_(world.sam)
    data = {"start": "2027-01-06T14:00", "end": "2027-01-06T16:00", "whole": ""}
    answer = client.post(f"/calendar/{meeting.pk}/move", data)
    assert answer.status_code == 200
    meeting.refresh_from_db()
    assert (meeting.due_on, meeting.starts_at, meeting.ends_at) == (dt.date(2027, 1, 6), at(6, 14), at(6, 16))
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.next_step_on == dt.date(2027, 1, 6)
    assert client.post(answer.content.decode().split('hx-post="')[1].split('"')[0]).status_code == 200
    meeting.refresh_from_db()
    assert (meeting.due_on, meeting.starts_at) == (dt.date(2027, 1, 5), at(5, 10))


def test_dropped_on_a_whole_day_it_has_no_hour(world: World, meeting: Activity, as_: As) -> None:
    as_(world.sam).post(f"/calendar/{meeting.pk}/move", {"start": "2027-01-07", "end": "", "whole": "1"})
    meeting.refresh_from_db()
    assert (meeting.due_on, meeting.starts_at, meeting.ends_at) == (dt.date(2027, 1, 7), None, None)


def test_a_stranger_moves_nothing_and_what_is_done_stays(world: World, meeting: Activity, as_: As) -> None:
    data = {"start": "2027-01-07", "end": "", "whole": "1"}
    assert as_(world.stranger).post(f"/calendar/{meeting.pk}/move", data).status_code == 404
    activities.finish_activity(meeting, by=world.sam)
    assert as_(world.sam).post(f"/calendar/{meeting.pk}/move", data).status_code == 409
    assert as_(world.sam).post(f"/calendar/{meeting.pk}/move", {"start": "never"}).status_code == 422
    meeting.refresh_from_db()
    assert meeting.due_on == dt.date(2027, 1, 5)


def test_the_queries_of_a_span_do_not_grow(world: World, types: Types, as_: As) -> None:
    client = as_(world.sam)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            shown(client, WEEK)
        return len(caught)

    activities.plan_activity(world.sams_deal, type=types["todo"], by=world.sam, due_on=dt.date(2027, 1, 5))
    few = queries()
    for turn in range(20):
        activities.plan_activity(
            world.tias_deal,
            type=types["call"],
            by=world.sam,
            summary=str(turn),
            due_on=dt.date(2027, 1, 6),
        )
    assert (queries(), len(shown(client, WEEK))) == (few, 21)


def test_the_page_stands(world: World, as_: As) -> None:
    page = as_(world.sam).get(f"/calendar?view=month&people={world.sam.pk}&people={world.tia.pk}")
    assert page.status_code == 200
    assert f'/calendar/events?people={world.sam.pk}&amp;people={world.tia.pk}"' in page.content.decode()
    assert as_(world.sam).get("/calendar?view=never&day=x&people=999999999999999999999").status_code == 200


# -- the address


def test_a_private_address_is_shown_once_and_read_without_signing_in(
    world: World, meeting: Activity, types: Types, as_: As
) -> None:
    whole = activities.plan_activity(
        world.acme, type=types["todo"], by=world.sam, summary="Send it", due_on=dt.date(2027, 1, 8)
    )
    activities.plan_activity(world.acme, type=types["todo"], by=world.tia, summary="Hers")
    client = as_(world.sam)
    page = client.post("/calendar/feed").content.decode()
    path = "/calendar/feed/" + page.split("/calendar/feed/")[1].split('"')[0]
    assert path not in client.get("/calendar/feed").content.decode()
    answer = Client().get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    found = {str(one["SUMMARY"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert set(found) == {"Meeting · Anvils", "Send it · Acme"}
    assert found["Meeting · Anvils"].decoded("DTSTART") == at(5, 10)
    assert found["Send it · Acme"].decoded("DTSTART") == dt.date(2027, 1, 8)
    assert str(found["Send it · Acme"]["UID"]) == whole.uid


def test_a_new_address_ends_the_old_one_and_so_does_leaving(world: World, as_: As) -> None:
    client = as_(world.sam)
    paths = []
    for _ in range(2):
        page = client.post("/calendar/feed").content.decode()
        paths.append("/calendar/feed/" + page.split("/calendar/feed/")[1].split('"')[0])
    assert [Client().get(path).status_code for path in paths] == [404, 200]
    with change_set(by=world.ada, summary="Left") as changes:
        changes.update(world.sam, archived_at=timezone.now())
    assert Client().get(paths[1]).status_code == 404


def test_an_address_can_be_ended(world: World, as_: As) -> None:
    client = as_(world.sam)
    page = client.post("/calendar/feed").content.decode()
    path = "/calendar/feed/" + page.split("/calendar/feed/")[1].split('"')[0]
    client.post("/calendar/feed", {"end": "1"})
    assert Client().get(path).status_code == 404
    assert not CalendarFeed.objects.exists()
    assert Client().get("/calendar/feed/guessed.ics").status_code == 404
