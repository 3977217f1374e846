"""What waits in the outbox and the inboxes about a meeting that does not take place goes with it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from kairos.activities.actions import activities
from kairos.activities.actions.occurrences import Scope, cancel_occurrence, delete_occurrence
from kairos.activities.models import Activity
from kairos.activities.tests import test_series_invitations as series
from kairos.activities.tests.test_invitations import NOW, house, meeting, send, told
from kairos.core.actions.records import delete_record
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.discuss.models import Notification
from kairos.mail.models import OutgoingMail, State
from tests.world import World

__all__ = ["house", "meeting"]


@pytest.mark.parametrize("how", ["deleted", "cancelled"])
def test_what_waits_about_a_meeting_that_is_off_does_not_leave(
    world: World, meeting: Activity, settings: Any, how: str
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    boss, _eve = send()
    OutgoingMail.objects.filter(pk=boss.pk).update(state=State.SENT)
    if how == "deleted":
        delete_record(meeting, by=world.ada)
    else:
        activities.cancel_activity(meeting, by=world.sam)
    off = ChangeSet.objects.latest("pk")
    states = dict(OutgoingMail.objects.values_list("to_address", "state"))
    assert states == {"boss@acme.example": State.SENT, "eve@acme.example": State.CANCELLED}
    # Who has heard of it hears that it is off; who has not, hears nothing.
    assert told(send()) == [("boss@acme.example", "CANCEL", 1)]
    assert send() == []
    undo(off, by=world.ada)
    assert [(to, method) for to, method, _sequence in told(send())] == [
        ("boss@acme.example", "REQUEST"),
        ("eve@acme.example", "REQUEST"),
    ]


def test_notices_of_a_deleted_meeting_are_told_by_nobody(world: World, meeting: Activity) -> None:
    Notification.objects.filter(user=world.tia).update(mail_at=NOW, push_at=NOW)
    assert Notification.objects.filter(record_type="activity", record_id=meeting.pk).exists()
    delete_record(meeting, by=world.ada)
    assert not Notification.objects.filter(record_type="activity", record_id=meeting.pk).exists()


# -- what repeats, on six Mondays


@pytest.fixture
def repeated(world: World, types: series.Types, settings: Any) -> Activity:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    return series.planned(world, types, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270419")


def call_off(one: Activity, *, by: Any, scope: str) -> int:
    return cancel_occurrence(one, by=by, scope=scope)


def delete(one: Activity, *, by: Any, scope: str) -> int:
    return delete_occurrence(one, by=by, scope=scope)


Off = Callable[..., int]


@pytest.mark.parametrize("off", [call_off, delete])
def test_who_has_not_heard_of_what_repeats_does_not_hear_that_all_is_off(
    world: World, repeated: Activity, off: Off
) -> None:
    [mail] = series.send()
    off(series.on(15), by=world.ada, scope=Scope.ALL)
    change = ChangeSet.objects.latest("pk")
    mail.refresh_from_db()
    assert (mail.state, series.send()) == (State.CANCELLED, [])
    undo(change, by=world.ada)
    again = series.send()
    assert (series.told(again), series.shown(again)) == ([("REQUEST", 0, "")], series.WEEKS)


@pytest.mark.parametrize("off", [call_off, delete])
@pytest.mark.parametrize(
    ("scope", "left"),
    [(Scope.THIS, [*series.WEEKS[:2], *series.WEEKS[3:]]), (Scope.FOLLOWING, series.WEEKS[:2])],
)
def test_who_has_not_heard_of_what_repeats_is_invited_to_what_is_left(
    world: World, repeated: Activity, off: Off, scope: str, left: list[str]
) -> None:
    [mail] = series.send()
    off(series.on(29), by=world.ada, scope=scope)
    mail.refresh_from_db()
    assert mail.state == State.CANCELLED
    again = series.send()
    assert (series.told(again), series.shown(again)) == ([("REQUEST", 0, "")], left)


def test_who_waits_for_news_of_one_time_that_is_off_is_told_how_all_stand(
    world: World, repeated: Activity
) -> None:
    first = series.send()
    OutgoingMail.objects.update(state=State.SENT)
    tuesday = dt.datetime(2027, 3, 30, 14, tzinfo=series.BERLIN)
    activities.reschedule_activity(series.on(29), by=world.sam, starts_at=tuesday)
    [moved] = series.send()
    activities.cancel_activity(series.on(29), by=world.sam)
    moved.refresh_from_db()
    assert moved.state == State.CANCELLED
    again = series.send()
    assert [method for method, _sequence, _day in series.told(again)] == ["REQUEST"]
    assert series.shown([*first, *again]) == [*series.WEEKS[:2], *series.WEEKS[3:]]
    OutgoingMail.objects.filter(state=State.QUEUED).update(state=State.SENT)
    cancel_occurrence(series.on(15), by=world.sam, scope=Scope.ALL)
    assert [method for method, _sequence, _day in series.told(series.send())] == ["CANCEL"]
    assert series.send() == []
