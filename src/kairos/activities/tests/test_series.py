"""What comes again: rows over a horizon, hours that stay through summer time, and changes of one, some or all."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kairos.activities.actions import activities, meetings
from kairos.activities.actions.meetings import Invitee
from kairos.activities.actions.occurrences import (
    DayByRule,
    RuleFromHereOn,
    Scope,
    change_occurrence,
    delete_occurrence,
)
from kairos.activities.actions.series import (
    AT_ONCE,
    BeganTooLongAgo,
    FirstDayOutside,
    RepeatsAlready,
    RepeatsNot,
    change_repetition,
    extend_due_series,
    repeat_meeting,
)
from kairos.activities.models import Activity, ActivityType, Attendee, Invitation, Series
from kairos.activities.recurrence import BadRule, Rule, read_rule
from kairos.core.history import ActionRefused, change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.discuss.models import Notification
from tests.world import World

Types = dict[str, ActivityType]
BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2027, 3, 1, 8, tzinfo=dt.UTC)
# A Monday; the clocks change on Sunday 28 March.
FIRST = dt.datetime(2027, 3, 15, 9, tzinfo=BERLIN)


@pytest.fixture
def meeting(world: World, types: Types) -> Activity:
    return meetings.plan_meeting(
        world.sams_deal,
        type=types["meeting"],
        by=world.sam,
        summary="Weekly",
        starts_at=FIRST,
        ends_at=FIRST + dt.timedelta(minutes=45),
        invitees=[Invitee(user=world.stranger)],
    )


@pytest.fixture
def weekly(world: World, meeting: Activity) -> Series:
    rule = "FREQ=WEEKLY;COUNT=6"
    return repeat_meeting(meeting, rule=rule, by=world.sam, zone="Europe/Berlin", now=NOW)


def hours(series: Series | None = None) -> list[str]:
    rows = Activity.objects.exclude(starts_at=None).order_by("starts_at")
    rows = rows.filter(series=series) if series else rows
    return [f"{one.starts_at.astimezone(BERLIN):%m-%d %H:%M}" for one in rows]


def on(day: int, month: int = 3) -> Activity:
    found: Activity = Activity.objects.get(occurs_on=dt.date(2027, month, day))
    return found


def last_change() -> ChangeSet:
    return ChangeSet.objects.order_by("pk").last()  # type: ignore[return-value]


def state() -> list[Any]:
    rows = Activity.objects.order_by("pk").values_list(
        "pk", "series", "occurs_on", "starts_at", "ends_at", "summary", "own_fields"
    )
    series = Series.objects.order_by("pk").values_list("pk", "rule", "starts_on", "starts_time", "next_on")
    return [*rows, *series, *Attendee.objects.order_by("pk").values_list("activity", "user")]


WEEKS = ["03-15 09:00", "03-22 09:00", "03-29 09:00", "04-05 09:00", "04-12 09:00", "04-19 09:00"]


def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(world: World, weekly: Series) -> None:
    assert hours(weekly) == WEEKS
    assert {one.starts_at.hour for one in weekly.occurrences.all()} == {8, 7}
    assert weekly.rule == "FREQ=WEEKLY;BYDAY=MO;COUNT=6"
    assert weekly.next_on is None
    assert {one.record_id for one in weekly.occurrences.all()} == {world.sams_deal.pk}
    assert {one.ends_at - one.starts_at for one in weekly.occurrences.all()} == {dt.timedelta(minutes=45)}


def test_a_colleague_hears_once_of_all_the_times(world: World, weekly: Series) -> None:
    assert Attendee.objects.filter(user=world.stranger).count() == 6
    assert Notification.objects.filter(user=world.stranger).count() == 1
    change_occurrence(on(22), values={"place": "Room 5"}, by=world.sam, scope=Scope.ALL)
    assert Notification.objects.filter(user=world.stranger).count() == 2
    assert not Invitation.objects.exists()


def test_what_never_ends_reaches_half_a_year_and_is_extended(world: World, meeting: Activity) -> None:
    series = repeat_meeting(meeting, rule="FREQ=WEEKLY", by=world.sam, zone="Europe/Berlin", now=NOW)
    assert series.occurrences.count() == 26
    assert extend_due_series(now=NOW) == 0
    assert extend_due_series(now=NOW + dt.timedelta(days=28)) == 2
    series.refresh_from_db()
    assert series.next_on == dt.date(2027, 9, 27)
    last = series.occurrences.latest("occurs_on")
    assert (last.created_by, list(last.attendees.values_list("user", flat=True))) == (
        world.sam,
        [world.stranger.pk],
    )
    assert Notification.objects.filter(user=world.stranger).count() == 1


def test_every_day_makes_no_more_rows_than_the_cap(world: World, meeting: Activity) -> None:
    activities.reschedule_activity(meeting, by=world.sam, starts_at=FIRST - dt.timedelta(days=300))
    series = repeat_meeting(meeting, rule="FREQ=DAILY", by=world.sam, now=NOW)
    assert series.occurrences.count() == AT_ONCE + 1
    assert series.next_on is not None


def test_this_one_changed_by_any_door_stays_when_all_change(world: World, weekly: Series) -> None:
    activities.update_activity(
        on(22), values={"starts_at": FIRST + dt.timedelta(days=8), "ends_at": None}, by=world.sam
    )
    assert on(22).own_fields == "due_on ends_at starts_at"
    activities.finish_activity(on(15), by=world.sam)
    change_occurrence(
        on(5, 4),
        values={"starts_at": dt.datetime(2027, 4, 5, 14, tzinfo=BERLIN), "ends_at": None, "summary": "Later"},
        by=world.sam,
        scope=Scope.ALL,
    )
    assert hours(weekly) == [
        "03-15 09:00",
        "03-23 09:00",
        "03-29 14:00",
        "04-05 14:00",
        "04-12 14:00",
        "04-19 14:00",
    ]
    assert list(weekly.occurrences.order_by("pk").values_list("summary", flat=True)) == [
        "Weekly",
        *["Later"] * 5,
    ]


def test_what_was_changed_of_one_alone_stays_and_the_rest_follows(world: World, weekly: Series) -> None:
    activities.update_activity(on(22), values={"place": "Room 1"}, by=world.sam)
    change_occurrence(on(5, 4), values={"summary": "Plans", "note": "n"}, by=world.sam, scope=Scope.ALL)
    assert (on(22).summary, on(22).note, on(22).place) == ("Plans", "n", "Room 1")
    change_occurrence(on(5, 4), values={"place": "Room 2"}, by=world.sam, scope=Scope.ALL)
    assert {one.place for one in weekly.occurrences.all()} == {"Room 1", "Room 2"}
    change_occurrence(on(22), values={"place": "Room 3"}, by=world.sam, scope=Scope.ALL)
    assert {one.place for one in weekly.occurrences.all()} == {"Room 3"}
    assert not Activity.objects.exclude(own_fields="").exists()


def test_one_that_was_moved_takes_all_to_its_new_day(world: World, weekly: Series) -> None:
    start = dt.datetime(2027, 3, 23, 11, tzinfo=BERLIN)
    activities.update_activity(on(22), values={"starts_at": start, "ends_at": None}, by=world.sam)
    later = start + dt.timedelta(hours=2)
    change_occurrence(on(22), values={"starts_at": later, "ends_at": None}, by=world.sam, scope=Scope.ALL)
    assert hours(weekly) == [f"{day} 13:00" for day in ("03-16", "03-23", "03-30", "04-06", "04-13", "04-20")]


def test_this_and_following_becomes_a_series_of_its_own_and_is_one_undo(world: World, weekly: Series) -> None:
    before = state()
    moved = {"starts_at": dt.datetime(2027, 4, 6, 10, tzinfo=BERLIN), "ends_at": None}
    activity = change_occurrence(on(5, 4), values=moved, by=world.sam, scope=Scope.FOLLOWING)
    weekly.refresh_from_db()
    assert weekly.rule == "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270404"
    assert activity.series is not None
    assert activity.series.rule == "FREQ=WEEKLY;BYDAY=TU;COUNT=3"
    assert hours(weekly) == WEEKS[:3]
    assert hours(activity.series) == ["04-06 10:00", "04-13 10:00", "04-20 10:00"]
    assert not Activity.objects.exclude(own_fields="").exists()
    assert undo(last_change(), by=world.sam).conflicts == []
    assert state() == before


@pytest.mark.parametrize("days", [-1, 1])
def test_all_of_a_daily_series_move_past_each_other(world: World, meeting: Activity, days: int) -> None:
    series = repeat_meeting(meeting, rule="FREQ=DAILY;COUNT=4", by=world.sam, zone="Europe/Berlin", now=NOW)
    start = FIRST + dt.timedelta(days=1 + days)
    change_occurrence(
        on(16),
        values={"starts_at": start, "ends_at": start + dt.timedelta(hours=1)},
        by=world.sam,
        scope=Scope.ALL,
    )
    assert hours(series) == [f"03-{15 + days + n} 09:00" for n in range(4)]
    assert [one.day for one in Series.objects.get().days()] == [15 + days + n for n in range(4)]


def test_the_date_of_a_month_is_moved_by_its_rule(world: World, meeting: Activity) -> None:
    repeat_meeting(meeting, rule="FREQ=MONTHLY;BYDAY=3MO;COUNT=3", by=world.sam, now=NOW)
    before = state()
    with pytest.raises(DayByRule):
        change_occurrence(
            on(15),
            values={"starts_at": FIRST + dt.timedelta(days=1), "ends_at": None},
            by=world.sam,
            scope=Scope.ALL,
        )
    assert state() == before


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        (Scope.THIS, [*WEEKS[:3], *WEEKS[4:]]),
        (Scope.FOLLOWING, WEEKS[:3]),
        (Scope.ALL, []),
    ],
)
def test_one_some_or_all_are_deleted_and_come_back(
    world: World, weekly: Series, scope: str, left: list[str]
) -> None:
    before = state()
    delete_occurrence(on(5, 4), by=world.sam, scope=scope)
    assert hours() == left
    assert Series.objects.exists() is bool(left)
    assert undo(last_change(), by=world.sam).conflicts == []
    assert sorted(map(str, state())) == sorted(map(str, before))


def test_what_was_done_stays_when_all_are_deleted(world: World, weekly: Series) -> None:
    activities.finish_activity(on(15), by=world.sam)
    delete_occurrence(on(5, 4), by=world.sam, scope=Scope.ALL)
    assert hours() == WEEKS[:1]
    assert Series.objects.get().rule == "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270315"


def test_a_deleted_time_is_never_made_again(world: World, meeting: Activity) -> None:
    series = repeat_meeting(meeting, rule="FREQ=YEARLY", by=world.sam, now=NOW)
    assert series.occurrences.count() == 1
    delete_occurrence(meeting, by=world.sam)
    assert list(series.occurrences.values_list("occurs_on", flat=True)) == [dt.date(2028, 3, 15)]
    extend_due_series(now=NOW + dt.timedelta(days=400))
    assert series.occurrences.filter(occurs_on=dt.date(2027, 3, 15)).count() == 0


def test_from_one_time_on_another_rule_or_none(world: World, weekly: Series) -> None:
    later = change_repetition(on(29), rule="FREQ=DAILY;COUNT=2", by=world.sam, now=NOW)
    assert later is not None
    assert hours(weekly) == WEEKS[:2]
    assert hours(later) == ["03-29 09:00", "03-30 09:00"]
    assert change_repetition(on(22), rule=None, by=world.sam) == weekly
    assert hours() == ["03-15 09:00", "03-22 09:00", "03-29 09:00", "03-30 09:00"]


def test_a_series_of_one_is_none(world: World, weekly: Series) -> None:
    before = state()
    assert change_repetition(on(15), rule=None, by=world.sam) is None
    assert (hours(), Series.objects.count()) == (["03-15 09:00"], 0)
    assert undo(last_change(), by=world.sam).conflicts == []
    assert sorted(map(str, state())) == sorted(map(str, before))


def test_another_rule_keeps_what_it_has_in_common(world: World, weekly: Series) -> None:
    activities.update_activity(on(5, 4), values={"place": "Room 1"}, by=world.sam)
    delete_occurrence(on(29), by=world.sam)
    kept = on(5, 4).pk
    start = dt.datetime(2027, 3, 22, 10, tzinfo=BERLIN)
    change_occurrence(
        on(22),
        values={"starts_at": start, "ends_at": None},
        by=world.sam,
        scope=Scope.FOLLOWING,
        rule="FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20270409",
    )
    later = on(22).series
    assert hours(later) == ["03-22 10:00", "03-25 10:00", "04-01 10:00", "04-05 10:00", "04-08 10:00"]
    assert (on(5, 4).pk, on(5, 4).place) == (kept, "Room 1")
    assert hours(weekly) == WEEKS[:1]


def test_how_all_repeat_is_changed_from_one_of_them_on(world: World, weekly: Series) -> None:
    before = state()
    for scope in (Scope.THIS, Scope.ALL):
        with pytest.raises(RuleFromHereOn):
            change_occurrence(on(22), values={}, by=world.sam, scope=scope, rule="FREQ=DAILY;COUNT=2")
    assert state() == before
    change_occurrence(on(15), values={}, by=world.sam, scope=Scope.ALL, rule="FREQ=DAILY;COUNT=2")
    assert hours(weekly) == ["03-15 09:00", "03-16 09:00"]


def test_undoing_the_repeating_leaves_the_meeting(world: World, meeting: Activity) -> None:
    before = state()
    repeat_meeting(meeting, rule="FREQ=WEEKLY", by=world.sam, now=NOW)
    assert undo(last_change(), by=world.sam).conflicts == []
    assert state() == before


def test_a_series_goes_and_comes_back_with_its_record(world: World, weekly: Series) -> None:
    before = state()
    with change_set(by=world.ada, summary="Gone") as changes:
        changes.delete(world.sams_deal)
    assert not Series.objects.exists()
    assert not Activity.objects.exists()
    assert undo(last_change(), by=world.ada).conflicts == []
    assert sorted(map(str, state())) == sorted(map(str, before))


def test_refusals_change_nothing(world: World, types: Types, meeting: Activity) -> None:
    before = state()
    refused: list[tuple[type[ActionRefused], str]] = [
        (FirstDayOutside, "FREQ=WEEKLY;BYDAY=TU"),
        (FirstDayOutside, "FREQ=WEEKLY;UNTIL=20270301"),
        *[(BadRule, text) for text in BAD],
    ]
    for refusal, rule in refused:
        with pytest.raises(refusal):
            repeat_meeting(meeting, rule=rule, by=world.sam, now=NOW)
    with pytest.raises(BeganTooLongAgo):
        repeat_meeting(meeting, rule="FREQ=DAILY", by=world.sam, now=NOW + dt.timedelta(days=500))
    with pytest.raises(RepeatsNot):
        change_repetition(meeting, rule="FREQ=DAILY", by=world.sam)
    assert state() == before


def test_what_repeats_repeats_once(world: World, weekly: Series) -> None:
    with pytest.raises(RepeatsAlready):
        repeat_meeting(on(22), rule="FREQ=DAILY", by=world.sam)


def test_a_colleague_answers_for_what_follows_too(world: World, weekly: Series) -> None:
    def answers() -> list[str]:
        return list(Attendee.objects.order_by("activity__occurs_on").values_list("answer", flat=True))

    meetings.answer_as(on(22), answer="accepted", by=world.stranger)
    assert answers() == ["waiting", *["accepted"] * 5]
    meetings.answer_as(on(29), answer="declined", by=world.stranger)
    assert answers() == ["waiting", "accepted", "declined", *["accepted"] * 3]
    assert Notification.objects.filter(user=world.sam).count() == 2


def test_all_are_asked_by_a_change_of_all(world: World, weekly: Series) -> None:
    change_occurrence(
        on(22), values={}, by=world.sam, scope=Scope.FOLLOWING, invitees=[Invitee(user=world.ada)]
    )
    assert Attendee.objects.filter(user=world.ada).count() == 5
    assert Attendee.objects.filter(user=world.stranger).count() == 1


def test_a_whole_day_repeats_by_the_day(world: World, types: Types) -> None:
    today = timezone.localdate(NOW)
    task = activities.plan_activity(type=types["todo"], by=world.sam, due_on=today)
    series = repeat_meeting(task, rule="FREQ=MONTHLY;BYMONTHDAY=1;COUNT=3", by=world.sam, now=NOW)
    assert list(series.occurrences.order_by("due_on").values_list("due_on", "starts_at")) == [
        (dt.date(2027, month, 1), None) for month in (3, 4, 5)
    ]


BAD = (
    "",
    "FREQ=HOURLY",
    "FREQ=WEEKLY;BYDAY=XX",
    "FREQ=WEEKLY;BYDAY=1MO",
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;COUNT=731",
    "FREQ=DAILY;COUNT=²",
    "FREQ=DAILY;INTERVAL=100",
    "FREQ=DAILY;COUNT=3;UNTIL=20280101",
    "FREQ=DAILY;UNTIL=20270230",
    "FREQ=DAILY;BYSECOND=1",
    "FREQ=DAILY;FREQ=DAILY",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=1MO",
    "FREQ=YEARLY;BYMONTHDAY=1",
    "FREQ=DAILY;" * 40,
    "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=4", ["03-15", "03-18", "03-29", "04-01"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20270328T220000Z", ["03-15", "03-22", "03-29"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", ["03-31", "04-30"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", ["03-26", "04-30"]),
        ("FREQ=MONTHLY;BYDAY=3MO;COUNT=2", ["03-15", "04-19"]),
    ],
)
def test_a_rule_has_these_days_and_reads_as_it_is_written(text: str, days: list[str]) -> None:
    start = dt.date(2027, 3, 15)
    rule = read_rule(text, start=start, zone=BERLIN)
    assert [f"{day:%m-%d}" for day in rule.days(start)] == days
    assert Rule.read(str(rule)) == rule
