"""Planning what is to be done, and saying that it was: each a change set of its own, told on the record."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.activities import events
from kairos.activities.actions.types import type_for
from kairos.activities.models import Activity, ActivityType, Answer, Attendee, Chaining, Status
from kairos.core.history import ActionRefused, Changes, change_set
from kairos.core.history.canonical import type_name
from kairos.core.history.undo import model_of
from kairos.core.records.registry import find_type

HOUR = dt.timedelta(hours=1)


class NotOpen(ActionRefused):
    message = _("“%(what)s” is done or cancelled already.")


class EndsBeforeItStarts(ActionRefused):
    message = _("It cannot end before it starts.")


def plan_activity(
    record: Any = None,
    *,
    type: ActivityType | None = None,
    by: Any,
    due_on: dt.date | None = None,
    summary: str = "",
    note: str = "",
    place: str = "",
    description: str = "",
    assignee: Any = None,
    team: Any = None,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    known_as: str = "",
    at: dt.datetime | None = None,
) -> Activity:
    """Plan something about a record, or about nothing in particular; what is not said is as usual for the type.

    `known_as` is the UID of what came from another calendar, which goes on leading it. Without a team queue it is done
    by the type's usual person, else by whoever plans it. Raises `EndsBeforeItStarts`.
    """
    with change_set(by=by, summary=_("Planned %(record)s"), params={"record": ""}, at=at) as changes:
        type = type or type_for("todo", changes)
        values = {
            "type": type,
            "summary": (summary or type.summary or type.name)[:200],
            "note": note,
            "place": place,
            "description": description,
            "assignee": assignee or (None if team else type.assignee or changes.by),
            "team": team,
            **_times(type, due_on, starts_at, ends_at, changes.at),
            **({"uid": known_as, "is_led_elsewhere": True} if known_as else {}),
        }
        activity = changes.create(Activity, **values, **_about(record))
        changes.name(activity)
        tell(changes, events.PLANNED.name, activity, user=_somebody_else(activity, by))
    return activity


def finish_activity(
    activity: Activity, *, by: Any, feedback: str = "", at: dt.datetime | None = None
) -> Activity:
    """It was done, and this came of it. What its type triggers is planned at once. Raises `NotOpen`."""
    with _changing(activity, by, _("Done: %(record)s"), at=at) as changes:
        values = {"status": Status.DONE, "done_at": changes.at, "done_by": changes.by}
        changes.update(activity, **values, feedback=feedback or activity.feedback)
        tell(changes, events.DONE.name, activity)
        after = activity.type
        if after.chaining == Chaining.TRIGGER and after.next_type_id:
            plan_activity(record_of(activity), type=after.next_type, by=by, **heirs_of(activity))
    return activity


def cancel_activity(activity: Activity, *, by: Any, feedback: str = "") -> Activity:
    """It will not be done, for this reason. Raises `NotOpen`."""
    with _changing(activity, by, _("Cancelled %(record)s")) as changes:
        changes.update(activity, status=Status.CANCELLED, feedback=feedback or activity.feedback)
        tell(changes, events.CANCELLED.name, activity)
    return activity


def snooze_activity(activity: Activity, *, by: Any, days: int = 1) -> Activity:
    """Put it off by so many days, counted from today where it was due before. Raises `NotOpen`."""
    day = max(timezone.localdate(), activity.day()) + dt.timedelta(days=days)
    return reschedule_activity(activity, by=by, due_on=day)


def reschedule_activity(
    activity: Activity,
    *,
    by: Any,
    due_on: dt.date | None = None,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
) -> Activity:
    """Another day, with the hour it had and as long as it was; or another hour.

    Raises `NotOpen`, `EndsBeforeItStarts`.
    """
    with _changing(activity, by, _("Put off %(record)s")) as changes:
        if starts_at is None and due_on is not None and activity.starts_at is not None:
            starts_at = activity.starts_at + (due_on - activity.day())
        if starts_at is not None and ends_at is None and activity.starts_at and activity.ends_at:
            ends_at = starts_at + (activity.ends_at - activity.starts_at)
        before = activity.due_on, activity.starts_at, activity.ends_at
        values = _times(activity.type, due_on or activity.due_on, starts_at, ends_at, changes.at)
        changes.update(activity, **values)
        if before != (activity.due_on, activity.starts_at, activity.ends_at):
            ask_again(changes, [activity.pk])
            tell(changes, events.RESCHEDULED.name, activity)
    return activity


def reassign_activity(activity: Activity, *, by: Any, assignee: Any = None, team: Any = None) -> Activity:
    """Another person does it, or whoever of a team takes it. Raises `NotOpen`."""
    with _changing(activity, by, _("Gave %(record)s to somebody else")) as changes:
        if changes.update(activity, assignee=assignee, team=team):
            told = {"person": assignee or team or _("nobody"), "user": _somebody_else(activity, by)}
            tell(changes, events.REASSIGNED.name, activity, **told)
    return activity


def update_activity(activity: Activity, *, values: Mapping[str, Any], by: Any) -> Activity:
    """Write values as a screen sends them: times and people by their own rules. Raises `EndsBeforeItStarts`."""
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": activity}) as changes:
        changes.lock(activity)
        values = dict(values)
        if values.keys() & {"due_on", "starts_at", "ends_at"}:
            day, start = values.get("due_on", activity.due_on), values.get("starts_at", activity.starts_at)
            end = values.get("ends_at", activity.ends_at)
            values |= _times(values.get("type", activity.type), day, start, end, changes.at)
        before = activity.assignee_id
        changed = changes.update(activity, **values)
        if changed & {"due_on", "starts_at", "ends_at"}:
            ask_again(changes, [activity.pk])
        if activity.assignee_id and activity.assignee_id != before:
            told = {"person": activity.assignee, "user": _somebody_else(activity, by)}
            tell(changes, events.REASSIGNED.name, activity, **told)
    return activity


def log_activity(
    record: Any, *, type: ActivityType, by: Any, feedback: str = "", summary: str = ""
) -> Activity:
    """Something that was done without having been planned, such as a call. Raises what `plan_activity` does."""
    with change_set(by=by, summary=_("Noted: %(record)s"), params={"record": ""}) as changes:
        today = timezone.localdate(changes.at)
        activity = changes.create(
            Activity,
            type=type,
            summary=(summary or type.name)[:200],
            due_on=today,
            assignee=changes.by,
            status=Status.DONE,
            done_at=changes.at,
            done_by=changes.by,
            feedback=feedback,
            **_about(record),
        )
        changes.name(activity)
        tell(changes, events.DONE.name, activity)
        if type.chaining == Chaining.TRIGGER and type.next_type_id:
            plan_activity(record, type=type.next_type, by=by)
    return activity


# -- what they share


def heirs_of(activity: Activity) -> dict[str, Any]:
    """Who does what comes next: the usual person of its type, else who did this one."""
    next_type = activity.type.next_type
    if next_type is not None and next_type.assignee_id:
        return {}
    return {"assignee": activity.assignee, "team": activity.team}


def record_of(activity: Activity) -> Any:
    """What it is about, by number only: enough to plan on and to tell on; None where it is about nothing."""
    if activity.record_id is None:
        return None
    try:
        record = model_of(activity.record_type)(pk=activity.record_id)
    except LookupError:
        return None
    record._title = activity.record_title  # type: ignore[attr-defined]
    return record


def tell(changes: Changes, name: str, activity: Activity, **params: Any) -> None:
    """Tell it on the record; on the activity itself where it is about none."""
    given = {key: getattr(value, "pk", value) if key == "user" else value for key, value in params.items()}
    what = f"{activity.summary}: {activity.feedback}" if activity.feedback else activity.summary
    changes.event(name, record_of(activity) or activity, what=what, activity=activity.pk, **given)


@contextmanager
def _changing(activity: Activity, by: Any, summary: Any, at: dt.datetime | None = None) -> Iterator[Changes]:
    """A change set about an activity that is still open. Raises `NotOpen`."""
    with change_set(by=by, summary=summary, params={"record": activity}, at=at) as changes:
        changes.lock(activity)
        if not activity.is_open:
            raise NotOpen(what=activity)
        yield changes


def _about(record: Any) -> dict[str, Any]:
    if record is None:
        return {}
    title = getattr(record, "_title", None)
    if title is None:
        kind = find_type(type(record))
        title = kind.title(record) if kind else str(record)
    return {"record_type": type_name(type(record)), "record_id": record.pk, "record_title": title[:200]}


def _times(
    type: ActivityType,
    due_on: dt.date | None,
    starts_at: dt.datetime | None,
    ends_at: dt.datetime | None,
    now: dt.datetime,
) -> dict[str, Any]:
    """The day, and the hour where there is one: a meeting without an end takes an hour."""
    if starts_at is None:
        usual = timezone.localdate(now) + dt.timedelta(days=type.delay_days)
        return {"due_on": due_on or usual, "starts_at": None, "ends_at": None}
    ends_at = ends_at or starts_at + HOUR
    if ends_at < starts_at:
        raise EndsBeforeItStarts()
    return {"due_on": timezone.localdate(starts_at), "starts_at": starts_at, "ends_at": ends_at}


def ask_again(changes: Changes, activities: Iterable[int]) -> None:
    """Who has said whether they come has said it of another time."""
    said = Attendee.objects.filter(activity__in=list(activities)).exclude(answer=Answer.WAITING)
    anew = {"answer": Answer.WAITING, "answered_at": None}
    changes.update_many(Attendee, dict.fromkeys(said.values_list("pk", flat=True), anew))


def _somebody_else(activity: Activity, by: Any) -> Any:
    """Whom to tell: the one who is to do it, unless they said it themselves."""
    if activity.assignee_id is None or activity.assignee_id == getattr(by, "pk", None):
        return ""
    return activity.assignee_id
