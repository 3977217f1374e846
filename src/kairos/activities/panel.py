"""What a record's page, and the start page, show of activities."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from kairos.activities.models import Activity, Doing
from kairos.activities.repeating import sentence_of
from kairos.activities.sight import attach_records, numbers_of
from kairos.activities.state import sign_of, state_of, when
from kairos.core.editing.once import new_key
from kairos.core.fields import format as shown
from kairos.core.history.canonical import type_name
from kairos.core.listing.related import attach
from kairos.core.prepared import prepared
from kairos.core.records import find_type, type_of

SHOWN = 12
DONE_SHOWN = 3
GLANCE = 5
STATES = ("overdue", "today", "planned")


def line_of(activity: Activity, *, today: dt.date) -> dict[str, Any]:
    """One activity as a line: its sign, when it is, what a click does."""
    return {
        "activity": activity,
        "sign": sign_of(activity, today=today),
        "state": state_of(activity, today=today),
        "when": when(activity, today=today) if activity.is_open else _closed_on(activity),
        "repeats": sentence_of(activity) if activity.is_open else "",
        "hour": shown.time(timezone.localtime(activity.starts_at).time()) if activity.starts_at else "",
        "url": type_of(Activity).url_of(activity),
        "finish_url": reverse("activity-finish", args=[activity.pk]),
        "edit_url": reverse("activity-edit", args=[activity.pk]),
        "snooze_url": reverse("record-do", args=["activities", activity.pk, "snooze"]),
        "key": new_key(),
    }


def _closed_on(activity: Activity) -> str:
    return shown.date(timezone.localdate(activity.done_at or activity.updated_at))


def lines(activities: Iterable[Activity]) -> list[dict[str, Any]]:
    found = list(activities)
    attach(found, ["type", "assignee", "team", "series"])
    return [line_of(one, today=timezone.localdate()) for one in found]


def of_record(record: Any) -> dict[str, Any]:
    """What is planned on a record, soonest first, and what was done last; whoever sees the record sees it."""
    kind = find_type(type(record))
    found = lines(_about(record.pk, record_type=type_name(type(record))))
    planned = [line for line in found if line["activity"].is_open]
    done = [line for line in found if not line["activity"].is_open][:DONE_SHOWN]
    plural = kind.plural if kind else ""
    return {
        "planned": planned[:SHOWN],
        "more": len(planned) > SHOWN,
        "done": done,
        "plan_url": reverse("activity-plan", args=[plural, record.pk]),
        "log_url": reverse("activity-log", args=[plural, record.pk]),
    }


@prepared
def _about(pk: int, *, record_type: str) -> Any:
    """Open ones first, soonest before later; then what was done, latest first."""
    about = Activity.objects.of(record_type, [pk]).active().exclude(status="cancelled").next_of_series()
    return about.order_by("-status", "-done_at", "due_on", "starts_at", "pk")[: SHOWN + DONE_SHOWN]


def of_person(user: Any, now: dt.datetime) -> dict[str, Any]:
    """What this person is to do: all that is overdue or due today first, then the next."""
    mine = Activity.objects.mine(user).active().open().next_of_series()
    found = list(mine.order_by("due_on", "starts_at", "pk")[: SHOWN + 1])
    shown = found[:SHOWN]
    attach_records(shown, user)
    made = lines(shown)
    for line in made:
        one = line["activity"]
        line["numbers"] = numbers_of(one.about) if one.type.doing == Doing.CALL and one.about else []
        line["about_url"] = one.about_type.url_of(one.about) if one.about is not None else ""
    by_state = {state: [line for line in made if line["state"] == state] for state in STATES}
    # What is due comes whole; of what is not, a glance.
    by_state["planned"] = by_state["planned"][: max(1, GLANCE - len(made) + len(by_state["planned"]))]
    return {
        "groups": [(state, found) for state, found in by_state.items() if found],
        "count": len(found) if len(found) <= SHOWN else mine.count(),
        "activities": type_of(Activity),
    }


def of_series(activity: Activity, user: Any) -> dict[str, Any]:
    """How an activity repeats, and what comes after it."""
    later = Activity.objects.visible_to(user).active().open().filter(series=activity.series_id)
    found = lines(
        later.exclude(pk=activity.pk).filter(occurs_on__gt=activity.occurs_on).order_by("occurs_on")[:GLANCE]
    )
    for line in found:
        line["repeats"] = ""
        line["when"] = shown.date(line["activity"].day())
    can_edit = activity.is_open and type_of(Activity).access.can_edit(user, activity)
    return {
        "words": sentence_of(activity),
        "lines": found,
        "edit_url": reverse("activity-edit", args=[activity.pk]) if can_edit else "",
    }
