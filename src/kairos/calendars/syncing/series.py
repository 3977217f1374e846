"""What repeats, both ways: one event of the server stands for a series here, with its rule and what differs from it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.activities.actions.activities import cancel_activity, update_activity
from kairos.activities.actions.meetings import answer_all, plan_meeting
from kairos.activities.actions.occurrences import UNCHANGED, Scope, cancel_occurrence, change_occurrence
from kairos.activities.actions.series import change_repetition, repeat_meeting
from kairos.activities.actions.types import type_for
from kairos.activities.models import Activity, Answer, Attendee, Series, Status
from kairos.activities.recurrence import Rule
from kairos.activities.series_facts import is_held, pattern_of
from kairos.calendars.facts import changed_in, facts_of, values_for
from kairos.calendars.ical import Read
from kairos.calendars.repeated import RULE, WORDS, State, at, days_differing, on_day, state_of
from kairos.calendars.syncing.people import invitees_of
from kairos.core.history import change_set


@dataclass(frozen=True, slots=True)
class Told:
    """A series as one person has it: what Kairos says of it to them, and whether they lead it."""

    series: Series
    rows: Sequence[Activity]
    state: State
    is_led: bool

    def first_open(self, now: dt.datetime) -> Activity | None:
        """The first time that is still to come; where all are over, the last."""
        held = [one for one in self.rows if one.is_open and not one.is_archived]
        ahead = (one for one in held if one.ends_at is not None and one.ends_at > now)
        return next(ahead, held[-1] if held else None)


def told_to(owner: Any, number: int) -> Told | None:
    """The series for this person; None where there is none, or none of it is theirs."""
    series = Series.objects.filter(pk=number).first()
    if series is None or series.starts_time is None:
        return None
    rows = list(series.occurrences.order_by("occurs_on"))
    coming = set(
        Attendee.objects.coming()
        .filter(user=owner, activity__series=series)
        .values_list("activity", flat=True)
    )

    def is_theirs(one: Activity) -> bool:
        return one.assignee_id == owner.pk or one.pk in coming

    pattern = pattern_of([one for one in rows if is_theirs(one)])
    if pattern is None or not any(is_held(one) and is_theirs(one) for one in rows):
        return None
    state = state_of(series, rows, pattern, is_theirs)
    return Told(series, rows, state, pattern.assignee_id == owner.pk)


def plan_series(read: Read, state: State, *, owner: Any, now: dt.datetime) -> Series | None:
    """Take in an event that repeats, as a series of meetings of this person, from the first that is not over.

    None where all are. Raises what `repeat_meeting` does.
    """
    rule, first = Rule.read(state["rule"]), dt.date.fromisoformat(_first_day(state))
    ahead = (
        day
        for day in rule.days(first)
        if on_day(state, day.isoformat())["ends"] > now.astimezone(dt.UTC).isoformat()
    )
    day = next(ahead, None)
    if day is None:
        return None
    summary = _("Took in %(record)s from the calendar")
    with change_set(by=owner, summary=summary, params={"record": ""}) as changes:
        activity = plan_meeting(
            None,
            by=owner,
            type=type_for("meeting", changes),
            assignee=owner,
            known_as=read.uid,
            invitees=invitees_of(read, owner),
            **values_for(on_day(state, day.isoformat()), {*WORDS, "starts"}),
        )
        rest = rule.from_day(first, day)
        series = repeat_meeting(activity, rule=rest, by=owner, zone=state["zone"], uid=read.uid, now=now)
        _set_days(series, state, owner)
        changes.name(activity)
    return series


def let_repeat(activity: Activity, read: Read, state: State, *, owner: Any, now: dt.datetime) -> Series:
    """A single meeting was made to repeat there."""
    with change_set(by=owner, summary=_("Made %(record)s repeat"), params={"record": activity}):
        values = values_for(on_day(state, _first_day(state)), {*WORDS, "starts"})
        update_activity(activity, values=values, by=owner)
        series = repeat_meeting(
            activity, rule=Rule.read(state["rule"]), by=owner, zone=state["zone"], uid=read.uid, now=now
        )
        _set_days(series, state, owner)
    return series


def follow_series(
    told: Told, before: State, there: State, *, but: set[str], owner: Any, now: dt.datetime
) -> Series:
    """Change here what is said there otherwise than before, except what `but` names; returns the series it is now."""
    series = told.series
    anchor = told.first_open(now)
    if anchor is None:
        return series
    names = {name for name in WORDS if there[name] != before[name]} - but
    has_rule = any(there[name] != before[name] for name in RULE) and "rule" not in but
    with change_set(by=owner, summary=_("Changed %(record)s"), params={"record": anchor}):
        if names or has_rule:
            values = values_for(there, names)
            if has_rule:
                anchor, series = _follow_rule(told, anchor, before, there, values, owner)
            else:
                change_occurrence(anchor, values=values, by=owner, scope=Scope.ALL)
        for day in days_differing(before, there):
            if day not in but:
                _set_day(series, day, at(there, day), owner)
    return series


def end_repeating(told: Told, *, owner: Any, now: dt.datetime) -> Activity | None:
    """It repeats no more there: what is left here is the first time that is still to come."""
    anchor = told.first_open(now)
    if anchor is not None:
        change_repetition(anchor, rule=None, by=owner, now=now)
    return anchor


def call_off_series(told: Told, *, owner: Any) -> None:
    """It is gone there: called off here, or, by who only comes to it, declined."""
    still = [one for one in told.rows if one.is_open]
    if not still:
        return
    if told.is_led:
        cancel_occurrence(still[0], by=owner, scope=Scope.FOLLOWING)
        return
    own = Attendee.objects.coming().filter(user=owner, activity__in=[one.pk for one in still])
    first = own.select_related("activity").order_by("activity__occurs_on").first()
    if first is not None:
        answer_all(first, own.exclude(pk=first.pk), answer=Answer.DECLINED, by=owner)


def decline_days(told: Told, before: State, there: State, *, owner: Any) -> None:
    """Who only comes to a series takes single times out of their calendar: they stay away from these."""
    gone = set(there["gone"]) - set(before["gone"])
    rows = Attendee.objects.coming().filter(
        user=owner, activity__series=told.series, activity__status=Status.OPEN
    )
    for one in rows.filter(activity__occurs_on__in=gone).select_related("activity"):
        answer_all(one, Attendee.objects.none(), answer=Answer.DECLINED, by=owner)


def _follow_rule(
    told: Told, anchor: Activity, before: State, there: State, values: dict[str, Any], owner: Any
) -> tuple[Activity, Series]:
    """Another hour, day or rule: from the first time on that is still to come."""
    rule = Rule.read(there["rule"])
    start = dt.date.fromisoformat(_first_day(there))
    shift = start - dt.date.fromisoformat(_first_day(before))
    old = Rule.read(before["rule"])
    is_same = rule in (old, old.shifted(shift.days))
    wanted = (anchor.occurs_on or start) + (shift if is_same else dt.timedelta(0))
    day = next((one for one in rule.days(start) if one >= wanted), None)
    if day is None:
        cancel_occurrence(anchor, by=owner, scope=Scope.FOLLOWING)
        return anchor, told.series
    times = values_for(on_day(there, day.isoformat()), {"starts"})
    change_occurrence(
        anchor,
        values={**values, **times},
        by=owner,
        scope=Scope.ALL if is_same else Scope.FOLLOWING,
        rule=UNCHANGED if is_same else rule.from_day(start, day),
    )
    series = anchor.series
    return anchor, series if series is not None else told.series


def _first_day(state: State) -> str:
    zone = Series(zone=state["zone"]).tzinfo()
    return dt.datetime.fromisoformat(state["starts"]).astimezone(zone).date().isoformat()


def _set_days(series: Series, state: State, owner: Any) -> None:
    for day in [*state["gone"], *state["others"]]:
        _set_day(series, day, at(state, day), owner)


def _set_day(series: Series, day: str, facts: Any, owner: Any) -> None:
    """Let one time of a series be as the calendar says: elsewhere, otherwise, or off."""
    row = series.occurrences.filter(occurs_on=day).first()
    if row is None or not row.is_open:
        return
    if facts is None:
        cancel_activity(row, by=owner)
    elif names := changed_in(facts_of(row), facts):
        update_activity(row, values=values_for(facts, names), by=owner)
