"""Changes of one time of what comes again, of it and those that follow, or of all."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kairos.activities.actions.activities import ask_again, cancel_activity, update_activity
from kairos.activities.actions.meetings import Invitee, update_meeting
from kairos.activities.actions.series import (
    DAY,
    RepeatsNot,
    change_repetition,
    end,
    hold,
    make_before,
    repeat_meeting,
    span_of,
    split,
)
from kairos.activities.models import Activity, Attendee, Series, Status
from kairos.activities.recurrence import Rule
from kairos.core.history import ActionRefused, Changes, change_set

TIMES = frozenset({"due_on", "starts_at", "ends_at"})
# What all times of a series have alike unless one of them was changed alone.
SHARED = frozenset({"type", "summary", "note", "place", "description", "assignee", "team"})
UNCHANGED: Any = object()


class Scope(models.TextChoices):
    THIS = "this", _("This one")
    FOLLOWING = "following", _("This and those that follow")
    ALL = "all", _("All")


class DayByRule(ActionRefused):
    message = _("To put all of them on another day, change how it repeats.")


class RuleFromHereOn(ActionRefused):
    message = _("How it repeats changes from one of them on: choose “This and those that follow”.")


def change_occurrence(
    activity: Activity,
    *,
    values: Mapping[str, Any],
    by: Any,
    scope: str = Scope.THIS,
    invitees: Sequence[Invitee] | None = None,
    rule: str | Rule | None = UNCHANGED,
    zone: str = "",
) -> Activity:
    """Write values to one time of a series, to it and those that follow, or to all that are open.

    What is in no series yet begins one by a `rule`, in `zone`.

    The others take what has changed of this one, except where the same was changed of them alone. Another hour or
    length is that of the others; another day moves all by as many days, unless `rule` says how it repeats from here on
    (None: no more). From one in the middle on it is a series of its own. Raises what `update_meeting` and
    `change_repetition` do, `DayByRule` and `RuleFromHereOn`.
    """
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": activity}) as changes:
        if activity.series_id is None or scope == Scope.THIS:
            _write(activity, values, invitees, by)
            if activity.series_id is not None and rule is not UNCHANGED:
                raise RuleFromHereOn()
            if rule is not UNCHANGED and rule is not None:
                repeat_meeting(activity, rule=rule, by=by, zone=zone, now=changes.at)
            return activity
        series = hold(changes, activity)
        if series is None:
            raise RepeatsNot(what=activity)
        later = (
            split(changes, series, activity) if scope == Scope.FOLLOWING or rule is not UNCHANGED else series
        )
        if later != series and scope == Scope.ALL:
            raise RuleFromHereOn()
        before = {name: getattr(activity, name) for name in SHARED | TIMES}
        asked = _asked(activity)
        _write(activity, values, invitees, by)
        changed = {name for name in before if getattr(activity, name) != before[name]}
        _pass_on(changes, later, activity, changed, has_rule=rule is not UNCHANGED)
        _invite_others(changes, later, activity, asked)
        if rule is not UNCHANGED:
            change_repetition(activity, rule=rule, by=by, now=changes.at)
    return activity


def delete_occurrence(activity: Activity, *, by: Any, scope: str = Scope.THIS) -> int:
    """Delete one time of a series, it and those that follow, or all; returns how many. What was done stays."""
    with change_set(by=by, summary=_("Deleted %(record)s"), params={"record": activity}) as changes:
        series = hold(changes, activity)
        if series is None:
            changes.delete(activity)
            return 1
        if scope == Scope.THIS:
            # The last row of what goes on is what the next ones are made like.
            if series.next_on is not None and series.occurrences.count() == 1:
                make_before(changes, series, activity, series.next_on + DAY)
            changes.delete(activity)
            if not series.occurrences.exists():
                changes.delete(series)
            return 1
        rows = series.occurrences.all()
        if scope == Scope.FOLLOWING:
            rows = rows.filter(occurs_on__gte=activity.occurs_on)
        going = list(rows.filter(models.Q(status=Status.OPEN) | models.Q(pk=activity.pk)).order_by("pk"))
        for one in going:
            changes.delete(one)
        end(changes, series, before=activity.occurs_on if scope == Scope.FOLLOWING else None)
    return len(going)


def cancel_occurrence(activity: Activity, *, by: Any, feedback: str = "", scope: str = Scope.THIS) -> int:
    """One time of a series is off, or it and those that follow, or all that are open; returns how many.

    What is off stays to be seen, and no more comes after it. Raises `NotOpen`.
    """
    with change_set(by=by, summary=_("Cancelled %(record)s"), params={"record": activity}) as changes:
        series = hold(changes, activity)
        cancel_activity(activity, by=by, feedback=feedback)
        if series is None or scope == Scope.THIS:
            return 1
        rows = series.occurrences.filter(status=Status.OPEN)
        if scope == Scope.FOLLOWING:
            rows = rows.filter(occurs_on__gt=activity.occurs_on)
        going = {pk: {"status": Status.CANCELLED} for pk in rows.values_list("pk", flat=True)}
        changes.update_many(Activity, going)
        end(changes, series)
    return 1 + len(going)


def _write(activity: Activity, values: Mapping[str, Any], invitees: Any, by: Any) -> None:
    if invitees is None:
        update_activity(activity, values=values, by=by)
    else:
        update_meeting(activity, values=values, invitees=invitees, by=by)


def _pass_on(
    changes: Changes, series: Series, activity: Activity, changed: set[str], *, has_rule: bool
) -> None:
    """Let the others have what has changed of this one; then it is no longer its own."""
    if not changed:
        return
    has_times = bool(changed & TIMES)
    shift = _moved(changes, series, activity, has_rule=has_rule) if has_times else dt.timedelta(0)
    given = {name: getattr(activity, name) for name in changed & SHARED}
    moved = []
    # Each day is free before the next one moves to it.
    for one in list(series.occurrences.order_by("-occurs_on" if shift > dt.timedelta(0) else "occurs_on")):
        own = set(one.own_fields.split())
        day = one.occurs_on + shift
        values: dict[str, Any] = {"occurs_on": day} if shift else {}
        if one.pk == activity.pk:
            own -= changed | (TIMES if has_times else set())
            changes.update(activity, **values, own_fields=" ".join(sorted(own)))
        elif one.is_open and not one.is_archived:
            values |= {name: value for name, value in given.items() if name not in own}
            if has_times and not own & TIMES:
                values |= series.times_on(day)
                moved.append(one.pk)
            changes.update(one, **values)
        elif values:
            changes.update(one, **values)
    ask_again(changes, moved)


def _moved(changes: Changes, series: Series, activity: Activity, *, has_rule: bool) -> dt.timedelta:
    """Give the series the hour, the length and the weekday of this time; returns by how many days it moved."""
    day, hour, minutes = span_of(series, activity)
    shift = day - activity.occurs_on if activity.occurs_on else dt.timedelta(0)
    values: dict[str, Any] = {"starts_time": hour, "minutes": minutes}
    if shift:
        rule = Rule.read(series.rule).shifted(shift.days)
        if rule is None and not has_rule:
            raise DayByRule()
        values |= {
            "rule": str(rule) if rule is not None else series.rule,
            "starts_on": series.starts_on + shift,
            "next_on": series.next_on + shift if series.next_on else None,
        }
    changes.update(series, **values)
    return shift


def _asked(activity: Activity) -> dict[tuple[int | None, str], Attendee]:
    """Who is asked to come, by user and address."""
    return {(one.user_id, one.email): one for one in Attendee.objects.filter(activity=activity.pk)}


def _invite_others(
    changes: Changes, series: Series, activity: Activity, before: Mapping[tuple[int | None, str], Attendee]
) -> None:
    """Who was added to this one, or taken off, is so with the other open ones."""
    now = _asked(activity)
    added, taken_off = now.keys() - before.keys(), before.keys() - now.keys()
    if not added and not taken_off:
        return
    others = series.occurrences.filter(status=Status.OPEN, archived_at=None).exclude(pk=activity.pk)
    new = []
    for one in others.order_by("occurs_on"):
        present = _asked(one)
        for key in sorted(taken_off & present.keys(), key=str):
            changes.delete(present[key])
        asked = [now[key].also_to(one) for key in sorted(added - present.keys(), key=str)]
        new += asked
    changes.create_many(Attendee, new)
