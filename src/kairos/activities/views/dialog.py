"""The dialog in which an activity is planned or changed."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from kairos.activities.actions.activities import HOUR
from kairos.activities.actions.occurrences import UNCHANGED, Scope
from kairos.activities.actions.series import FirstDayOutside, span_of
from kairos.activities.actions.types import shown_types
from kairos.activities.attending import answering, asked
from kairos.activities.models import Activity, ActivityType, Doing
from kairos.activities.recurrence import BadRule, Rule
from kairos.activities.repeating import asked_rule, read_asked
from kairos.core.editing.answers import undo_url
from kairos.core.editing.inputs import Input, input_for, parsed
from kairos.core.editing.once import new_key
from kairos.core.fields import format
from kairos.core.records import type_of

FIELDS = ("summary", "due_on", "starts_at", "ends_at", "place", "description", "assignee", "team", "note")


def ask(
    request: HttpRequest,
    *,
    url: str,
    sentence: str = "",
    data: QueryDict | None = None,
    record: Activity | None = None,
    errors: dict[str, list[str]] | None = None,
    done: Activity | None = None,
    undo: Any = None,
) -> HttpResponse:
    """The questions, with what was answered, or is usual for the chosen type, or stands in the activity."""
    given = data if data is not None else QueryDict()
    types = shown_types(request.user)
    chosen = _chosen(types, given, record)
    context = {
        "types": types,
        "chosen": chosen,
        "inputs": _inputs(request.user, given, record, chosen, errors or {}),
        "asked": asked(given, request.user, record),
        "answering": answering(record, request.user) if record is not None else None,
        "url": url,
        "busy_url": reverse("calendar-busy"),
        "repeat": asked_rule(given, record, _day_asked(given, record)),
        "repeats_url": reverse("activity-repeats") + (f"?of={record.pk}" if record is not None else ""),
        "scopes": Scope.choices if record is not None and record.series_id else [],
        "scope": scope_in(given),
        "sentence": sentence,
        "activity": record,
        "key": given.get("key") or new_key(),
        "errors": errors or {},
        "done": done,
        "undo_url": undo_url(undo),
    }
    return render(request, "activities/_plan.html", context, status=422 if errors else 200)


def read(request: HttpRequest) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What the dialog sent, and what is wrong with it."""
    kind = type_of(Activity)
    names = ["type", *(name for name in FIELDS if name in request.POST)]
    return parsed([kind.field(name) for name in names], request.POST, user=request.user)


def scope_in(data: QueryDict) -> str:
    """Of which times of a series a dialog speaks."""
    scope = data.get("scope", "")
    return scope if scope in Scope.values else Scope.THIS


def day_in(data: QueryDict, zone: dt.tzinfo) -> dt.date:
    """The day that stands in a dialog, where something repeats; today where there is none to go by."""
    hours = asked_hours(data)
    if hours is not None:
        return hours[0].astimezone(zone).date()
    try:
        return dt.date.fromisoformat(data.get("due_on", ""))
    except ValueError:
        return timezone.localdate()


def _day_asked(data: QueryDict, record: Activity | None) -> dt.date:
    """The day that stands in the dialog when it is opened."""
    if record is None or "due_on" in data:
        return day_in(data, timezone.get_current_timezone())
    return span_of(record.series, record)[0] if record.series is not None else record.day()


def read_rule(data: QueryDict, record: Activity | None) -> tuple[Any, dict[str, list[str]]]:
    """How the dialog says that it repeats: a rule, None for not, `UNCHANGED` where it stays so; and what is wrong."""
    series = record.series if record is not None else None
    if "repeat" not in data or (series is not None and scope_in(data) == Scope.THIS):
        return UNCHANGED, {}
    zone = series.tzinfo() if series is not None else timezone.get_current_timezone()
    day = day_in(data, zone)
    try:
        rule = read_asked(data, day)
    except BadRule as refusal:
        return UNCHANGED, {"repeat": [str(refusal)]}
    present = Rule.read(series.rule) if series is not None else None
    if rule == present:
        return UNCHANGED, {}
    if rule is not None and next(rule.days(day), None) != day:
        return UNCHANGED, {"repeat": [str(FirstDayOutside(day=format.date(day, "full")))]}
    return rule, {}


def asked_hours(data: QueryDict) -> tuple[dt.datetime, dt.datetime] | None:
    """The beginning and the end that stand in a dialog, in the reader's zone; None where there are none to go by."""
    try:
        start = timezone.make_aware(dt.datetime.fromisoformat(data.get("starts_at", "")))
        end = data.get("ends_at", "")
        last = timezone.make_aware(dt.datetime.fromisoformat(end)) if end else start + HOUR
    except (ValueError, OverflowError):
        return None
    return (start, last) if start < last and 1900 < start.year < 2200 else None


def _chosen(types: list[ActivityType], data: QueryDict, record: Activity | None) -> ActivityType | None:
    wanted = data.get("type") or (str(record.type_id) if record is not None else "")
    found = next((one for one in types if str(one.pk) == wanted), None)
    if found is None and data.get("starts_at"):
        found = next((one for one in types if one.doing == Doing.MEETING), None)
    return found or (types[0] if types else None)


def _inputs(
    user: Any,
    data: QueryDict,
    record: Activity | None,
    chosen: ActivityType | None,
    errors: dict[str, list[str]],
) -> dict[str, Input]:
    """The inputs by name; of a new activity the day, the person and the words that are usual for its type."""
    kind = type_of(Activity)
    usual = usual_values(chosen, user) if record is None else {}
    return {
        name: input_for(
            kind,
            kind.field(name),
            user=user,
            record=record if name not in data else None,
            raw=data[name] if name in data else usual.get(name) if record is None else None,
            errors=errors.get(name, ()),
        )
        for name in FIELDS
    }


def usual_values(chosen: ActivityType | None, user: Any) -> dict[str, str]:
    """What a type proposes, as a form would send it."""
    if chosen is None:
        return {}
    day = timezone.localdate() + dt.timedelta(days=chosen.delay_days)
    who = chosen.assignee_id or user.pk
    return {"due_on": day.isoformat(), "assignee": str(who), "summary": chosen.summary}
