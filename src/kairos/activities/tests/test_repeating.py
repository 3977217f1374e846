"""What repeats, on screen: the rule in a dialog and in words, and the question which of the times is meant."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation

from kairos.activities.actions import meetings
from kairos.activities.actions.meetings import Invitee
from kairos.activities.models import Activity, ActivityType, Series
from kairos.activities.recurrence import Rule
from kairos.activities.repeating import in_words, month_choices
from kairos.core.merging.merging import merge_records
from kairos.core.models import ChangeSet
from tests.world import World

Types = dict[str, ActivityType]
# A Friday, the last one of its month.
FRIDAY = dt.date(2027, 1, 29)
WORDS = [
    ("FREQ=DAILY", "Every day", "每天"),
    ("FREQ=DAILY;INTERVAL=3;COUNT=1", "Every 3 days, 1 time", "每 3 天，共 1 次"),
    ("FREQ=WEEKLY;BYDAY=MO,TH", "Every week on Monday and Thursday", "每週的星期一和星期四"),
    (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20270630",
        "Every 2 weeks on Friday, until Jun 30, 2027",
        "每 2 週的星期五，到 2027年6月30日 為止",
    ),
    ("FREQ=MONTHLY;BYMONTHDAY=29", "Every month on day 29", "每月 29 日"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "Every month on its last day", "每月最後一天"),
    ("FREQ=MONTHLY;BYDAY=3MO", "Every month on the third Monday", "每月第三個星期一"),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR;COUNT=6",
        "Every 2 months on the last Friday, 6 times",
        "每 2 個月的最後一個星期五，共 6 次",
    ),
    ("FREQ=YEARLY", "Every year on January 29", "每年1月29日"),
]


@pytest.mark.parametrize(("text", "english", "chinese"), WORDS)
def test_a_rule_is_a_sentence_in_both_languages(text: str, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert in_words(Rule.read(text), FRIDAY) == english
    with translation.override("zh-hant"):
        assert in_words(Rule.read(text), FRIDAY) == chinese


def test_a_day_is_of_its_month_in_several_ways() -> None:
    with translation.override("en"):
        assert [name for _value, name in month_choices(FRIDAY)] == ["On day 29", "On the last Friday"]
        assert [value for value, _name in month_choices(dt.date(2027, 2, 28))] == [
            "date",
            "last_day",
            "nth",
            "last",
        ]


def dialog(**more: object) -> dict[str, object]:
    day = timezone.localdate() + dt.timedelta(days=7)
    return {
        "summary": "Weekly",
        "due_on": day.isoformat(),
        "starts_at": f"{day}T10:00",
        "ends_at": f"{day}T11:00",
    } | more


def plan(client: Client, world: World, types: Types, **more: object) -> None:
    answer = client.post(
        f"/opportunities/{world.sams_deal.pk}/plan",
        dialog(type=types["meeting"].pk, people=world.stranger.pk, **more),
    )
    assert answer.status_code == 200, answer.content.decode()


def times() -> list[tuple[str, str]]:
    rows = Activity.objects.order_by("starts_at")
    return [(one.summary, f"{timezone.localtime(one.starts_at):%H:%M}") for one in rows if one.starts_at]


def undo_last(client: Client) -> None:
    last = ChangeSet.objects.order_by("pk").last()
    assert last is not None
    assert client.post(f"/history/{last.pk}/undo").status_code == 200


@pytest.fixture
def sam(client: Client, world: World) -> Client:
    client.force_login(world.sam)
    return client


@pytest.fixture
def weekly(sam: Client, world: World, types: Types) -> Series:
    plan(sam, world, types, repeat="WEEKLY", repeat_every="1", repeat_end="count", repeat_count="4")
    return Series.objects.get()


def at(number: int) -> Activity:
    found: Activity = Activity.objects.order_by("occurs_on")[number]
    return found


def test_a_meeting_is_planned_that_repeats_and_one_undo_takes_all(sam: Client, weekly: Series) -> None:
    assert times() == [("Weekly", "10:00")] * 4
    assert all(one.attendees.count() == 1 for one in Activity.objects.all())
    undo_last(sam)
    assert not Activity.objects.exists()
    assert not Series.objects.exists()


def test_the_dialog_says_how_it_will_repeat(sam: Client, world: World) -> None:
    data = {"due_on": "2027-01-29", "repeat": "MONTHLY", "repeat_every": "2", "repeat_month": "last"}
    page = sam.get("/activities/repeats", data).content.decode()
    assert "Every 2 months on the last Friday" in page
    assert "On day 29" in page
    assert "Every" not in sam.get("/activities/repeats", {"repeat": "HOURLY"}).content.decode()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"repeat": "HOURLY"}, "no rule for repeating"),
        ({"repeat": "DAILY", "repeat_end": "until"}, "the day on which it ends is missing"),
        ({"repeat": "DAILY", "repeat_end": "count"}, "the number of times is missing"),
        ({"repeat": "DAILY", "repeat_every": "0"}, "INTERVAL=0"),
        ({"repeat": "DAILY", "repeat_end": "until", "repeat_until": "2020-01-01"}, "is not one of the days"),
    ],
)
def test_what_is_no_rule_is_said_in_the_dialog(
    sam: Client, world: World, types: Types, more: dict[str, str], said: str
) -> None:
    answer = sam.post("/activities/plan", dialog(type=types["todo"].pk, **more))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Activity.objects.exists()


def test_the_dialog_asks_which_of_them_is_meant(sam: Client, world: World, weekly: Series) -> None:
    page = sam.get(f"/activities/{at(1).pk}/edit").content.decode()
    assert 'name="scope" value="following"' in page
    assert '<option value="WEEKLY" selected>' in page
    send = dialog(type=at(1).type_id, people=world.stranger.pk, repeat="WEEKLY", repeat_every="1")
    send |= {"repeat_end": "count", "repeat_count": "4", "due_on": at(1).due_on.isoformat()}
    send |= {"starts_at": f"{at(1).due_on}T14:00", "ends_at": f"{at(1).due_on}T15:00"}
    sam.post(f"/activities/{at(1).pk}/edit", send | {"scope": "this", "summary": "Alone"})
    assert times() == [("Weekly", "10:00"), ("Alone", "14:00"), ("Weekly", "10:00"), ("Weekly", "10:00")]
    undo_last(sam)
    sam.post(f"/activities/{at(1).pk}/edit", send | {"scope": "following", "summary": "Later"})
    assert times() == [("Weekly", "10:00"), *[("Later", "14:00")] * 3]
    undo_last(sam)
    sam.post(f"/activities/{at(1).pk}/edit", send | {"scope": "all", "summary": "Every"})
    assert times() == [("Every", "14:00")] * 4
    undo_last(sam)
    assert times() == [("Weekly", "10:00")] * 4
    assert Series.objects.count() == 1


def test_how_it_repeats_is_changed_in_the_dialog(sam: Client, world: World, weekly: Series) -> None:
    send = dialog(type=at(1).type_id, people=world.stranger.pk, scope="following", repeat="")
    send |= {"due_on": at(1).due_on.isoformat(), "starts_at": f"{at(1).due_on}T10:00", "ends_at": ""}
    sam.post(f"/activities/{at(1).pk}/edit", send)
    assert len(times()) == 2
    undo_last(sam)
    answer = sam.post(f"/activities/{at(1).pk}/edit", send | {"scope": "all"})
    assert answer.status_code == 409
    assert len(times()) == 4


def test_a_drop_in_the_calendar_asks_which_are_moved(sam: Client, weekly: Series) -> None:
    day = at(1).due_on
    where = {"start": f"{day}T16:00", "end": f"{day}T17:00", "whole": ""}
    page = sam.get(f"/calendar/{at(1).pk}/move", where).content.decode()
    assert 'name="scope" value="all"' in page
    assert "Every week on" in page
    assert times() == [("Weekly", "10:00")] * 4
    sam.post(f"/calendar/{at(1).pk}/move", where | {"scope": "following"})
    assert [hour for _name, hour in times()] == ["10:00", "16:00", "16:00", "16:00"]
    undo_last(sam)
    assert [hour for _name, hour in times()] == ["10:00"] * 4
    first, last = at(0).due_on, at(3).due_on + dt.timedelta(days=1)
    entries = sam.get(f"/calendar/events?start={first}&end={last}").json()
    assert {(one["repeats"], one["title"].startswith("↻ Weekly")) for one in entries} == {(True, True)}


def test_cancelling_asks_which_are_meant(sam: Client, weekly: Series) -> None:
    url = f"/activities/{at(1).pk}/do/cancel"
    assert 'name="scope" value="following"' in sam.get(url).content.decode()
    sam.post(url, {"run": "1", "feedback": "No more", "scope": "following"})
    states = list(Activity.objects.order_by("occurs_on").values_list("status", "feedback"))
    assert states == [("open", ""), ("cancelled", "No more"), ("cancelled", ""), ("cancelled", "")]
    undo_last(sam)
    sam.post(url, {"run": "1"})
    assert Activity.objects.filter(status="open").count() == 3
    undo_last(sam)
    sam.post(url, {"run": "1", "scope": "all"})
    assert Activity.objects.filter(status="open").count() == 0


def test_deleting_asks_which_are_meant(sam: Client, world: World, weekly: Series) -> None:
    sam.force_login(world.ada)
    url = f"/activities/{at(2).pk}/do/delete"
    page = sam.get(url).content.decode()
    assert 'name="scope" value="following"' in page
    sam.post(url, {"run": "1", "scope": "following"})
    assert len(times()) == 2
    undo_last(sam)
    sam.post(url, {"run": "1"})
    assert len(times()) == 3
    undo_last(sam)
    sam.post(url, {"run": "1", "scope": "all"})
    assert times() == []


def test_what_does_not_repeat_is_deleted_without_a_question(sam: Client, world: World, types: Types) -> None:
    plan(sam, world, types)
    sam.force_login(world.ada)
    url = f"/activities/{Activity.objects.get().pk}/do/delete"
    assert "scope" not in sam.get(url).content.decode()
    sam.post(url, {"run": "1"})
    assert not Activity.objects.exists()


def test_a_panel_shows_the_next_time_only_with_how_it_repeats(
    sam: Client, world: World, weekly: Series
) -> None:
    page = sam.get(f"/opportunities/{world.sams_deal.pk}").content.decode()
    assert page.count("planned-what") == 1
    assert "Every week on" in page
    assert f"activity-{at(0).pk}-line" in page
    sam.post(f"/activities/{at(0).pk}/finish", {})
    page = sam.get(f"/opportunities/{world.sams_deal.pk}").content.decode()
    assert f"activity-{at(1).pk}-line" in page
    assert f"activity-{at(2).pk}-line" not in page


def test_the_page_of_one_tells_of_the_next(sam: Client, weekly: Series) -> None:
    page = sam.get(f"/activities/{at(1).pk}").content.decode()
    assert f"activity-{at(2).pk}-line" in page
    assert f"activity-{at(0).pk}-line" not in page
    assert "Every week on" in page


def test_a_series_goes_along_when_its_record_is_merged(world: World, types: Types) -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = dt.datetime.now(zone) + dt.timedelta(days=7)
    meetings.plan_meeting(
        world.sams_deal,
        type=types["meeting"],
        by=world.sam,
        starts_at=start,
        invitees=[Invitee(user=world.tia)],
        rule=Rule.read("FREQ=DAILY;COUNT=3"),
    )
    merge_records([world.sams_deal], into=world.tias_deal, choices={}, by=world.ada)
    assert set(Activity.objects.values_list("record_id", flat=True)) == {world.tias_deal.pk}
    assert Series.objects.get().record_id == world.tias_deal.pk
