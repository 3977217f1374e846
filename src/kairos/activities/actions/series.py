"""What comes again by a rule: one activity becomes many, each a row of its own, up to half a year ahead."""

import datetime as dt
from itertools import dropwhile, islice, takewhile
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.time_zones import zones_of
from kairos.activities.actions.activities import NotOpen
from kairos.activities.models import Activity, Attendee, Series, Status
from kairos.activities.recurrence import Rule, read_rule
from kairos.core.history import ActionRefused, Changes, change_set

# So far ahead each time stands in the calendar; so far back a series may begin; so many times are made in one go.
AHEAD, BACK, AT_ONCE = dt.timedelta(days=180), dt.timedelta(days=366), 200
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
LONGEST = 7 * 24 * 60
COPIED = (
    *("type_id", "summary", "note", "place", "description", "assignee_id", "team_id", "created_by_id"),
    *("record_type", "record_id", "record_title", "is_led_elsewhere"),
)


class RepeatsAlready(ActionRefused):
    message = _("“%(what)s” repeats already.")


class RepeatsNot(ActionRefused):
    message = _("“%(what)s” does not repeat.")


class FirstDayOutside(ActionRefused):
    message = _("%(day)s is not one of the days on which it repeats.")


class BeganTooLongAgo(ActionRefused):
    message = _("What repeats cannot begin more than a year ago.")


class TooLongToRepeat(ActionRefused):
    message = _("What repeats takes at most %(days)s days.")


def repeat_meeting(
    activity: Activity,
    *,
    rule: str | Rule,
    by: Any,
    zone: str = "",
    uid: str = "",
    now: dt.datetime | None = None,
) -> Series:
    """Let what is planned, a meeting or anything else, come again by a rule; it is the first time itself.

    `rule` is an RRULE, or one read already; `zone` is where its hours are kept, usually the organiser's; `uid` is what
    another calendar knows it by. Raises `NotOpen`, `RepeatsAlready`, `BadRule`, `FirstDayOutside`, `BeganTooLongAgo`,
    `TooLongToRepeat`.
    """
    with change_set(by=by, summary=_("Made %(record)s repeat"), params={"record": activity}) as changes:
        changes.lock(activity)
        if activity.series_id is not None:
            raise RepeatsAlready(what=activity)
        if not activity.is_open:
            raise NotOpen(what=activity)
        series = Series(zone=zone or _zone_of(activity))
        day, hour, minutes = span_of(series, activity)
        if day < timezone.localdate(now or changes.at) - BACK:
            raise BeganTooLongAgo()
        found = _beginning_on(day, rule, series)
        values = {
            "starts_on": day,
            "starts_time": hour,
            "minutes": minutes,
            "next_on": _after(found, day, day),
        }
        about = {"record_type": activity.record_type, "record_id": activity.record_id}
        known = {"uid": uid} if uid else {}
        series = changes.create(
            Series, rule=str(found), zone=str(series.tzinfo()), **values, **about, **known
        )
        changes.update(activity, series=series, occurs_on=day, own_fields="")
        make_ahead(changes, series, activity, now or changes.at)
    return series


def change_repetition(
    activity: Activity, *, rule: str | Rule | None, by: Any, now: dt.datetime | None = None
) -> Series | None:
    """From this time of a series on it repeats by another rule, or, where that is None, no more.

    Those before stay. Of the open ones that follow, those whose day is one by the new rule stay with what was changed
    of them; the others go. What somebody had deleted is not made again. Raises `RepeatsNot`, `NotOpen`, `BadRule`,
    `FirstDayOutside`.
    """
    summary = _("Changed how %(record)s repeats")
    with change_set(by=by, summary=summary, params={"record": activity}) as changes:
        series = hold(changes, activity)
        if series is None or activity.occurs_on is None:
            raise RepeatsNot(what=activity)
        if not activity.is_open:
            raise NotOpen(what=activity)
        day = activity.occurs_on
        if rule is None:
            _delete_open(changes, series, after=day)
            has_others = series.occurrences.exclude(pk=activity.pk).exists()
            if has_others:
                end(changes, series, before=day + DAY)
                return series
            changes.update(activity, series=None, occurs_on=None, own_fields="")
            changes.delete(series)
            return None
        found = _beginning_on(day, rule, series)
        series = split(changes, series, activity)
        _follow_rule(changes, series, activity, found, now or changes.at)
    return series


def extend_due_series(*, now: dt.datetime) -> int:
    """Put into the calendar what has come within reach; returns how many times. Two who do it at once do it once."""
    due = Series.objects.to_extend(_horizon(now)).order_by("next_on", "pk")
    return sum(_extend(pk, now) for pk in list(due.values_list("pk", flat=True)[:1000]))


def _extend(pk: int, now: dt.datetime) -> int:
    with change_set(by=None, summary=_("Put the next times into the calendar")) as changes:
        series = Series.objects.to_extend(_horizon(now)).select_for_update().filter(pk=pk).first()
        if series is None:
            return 0
        changes.lock(series)
        pattern = series.pattern()
        if pattern is None or pattern.is_archived:
            changes.update(series, next_on=None)
            return 0
        return make_ahead(changes, series, pattern, now)


# -- what the actions on single times share


def hold(changes: Changes, activity: Activity) -> Series | None:
    """The series of this one, both held; None where it has none."""
    series = Series.objects.filter(occurrences=activity.pk).first()
    if series is not None:
        changes.lock(series)
    changes.lock(activity)
    return series if series is not None and activity.series_id == series.pk else None


def span_of(series: Series, activity: Activity) -> tuple[dt.date, dt.time | None, int]:
    """The day, the hour and the length of this one where the series is. Raises `TooLongToRepeat`."""
    if activity.starts_at is None or activity.ends_at is None:
        return activity.due_on, None, 0
    start = activity.starts_at.astimezone(series.tzinfo())
    minutes = (activity.ends_at - activity.starts_at) // MINUTE
    if minutes > LONGEST:
        raise TooLongToRepeat(days=LONGEST // (24 * 60))
    return start.date(), start.time(), minutes


def make_ahead(changes: Changes, series: Series, pattern: Activity, now: dt.datetime) -> int:
    """Activities like this one for half a year; what is too much for one go waits for the next."""
    return make_before(changes, series, pattern, max(_horizon(now), series.starts_on + AHEAD))


def make_before(changes: Changes, series: Series, pattern: Activity, before: dt.date) -> int:
    """Activities like this one for the days before this one; returns how many."""
    if series.next_on is None:
        return 0
    first = series.next_on
    ahead = dropwhile(lambda day: day < first, series.days())
    days = list(islice(takewhile(lambda day: day < before, ahead), AT_ONCE))
    last = days[-1] if days else first - DAY
    _make(changes, series, pattern, days)
    changes.update(series, next_on=_after(Rule.read(series.rule), series.starts_on, last))
    return len(days)


def split(changes: Changes, series: Series, activity: Activity) -> Series:
    """The series from this time on, as one of its own; the whole where nothing of it is before."""
    day = activity.occurs_on
    if day is None or not series.occurrences.filter(occurs_on__lt=day).exists():
        return series
    rule = Rule.read(series.rule)
    kept = ("zone", "starts_time", "minutes", "next_on", "record_type", "record_id")
    own = {name: getattr(series, name) for name in kept}
    later = changes.create(Series, rule=str(rule.from_day(series.starts_on, day)), starts_on=day, **own)
    rows = series.occurrences.filter(occurs_on__gte=day)
    changes.update_many(Activity, {pk: {"series": later.pk} for pk in rows.values_list("pk", flat=True)})
    changes.update(activity, series=later)
    changes.update(series, rule=str(rule.ending_before(day)), next_on=None)
    return later


def end(changes: Changes, series: Series, *, before: dt.date | None = None) -> None:
    """It is over before this day, else with what is left of it; a series without any time goes."""
    last = series.occurrences.order_by("-occurs_on").values_list("occurs_on", flat=True).first()
    if last is None:
        changes.delete(series)
        return
    day = max(before or last, last + DAY)
    changes.update(series, rule=str(Rule.read(series.rule).ending_before(day)), next_on=None)


# -- how


def _beginning_on(day: dt.date, rule: str | Rule, series: Series) -> Rule:
    """The rule, of which this day must be one. Raises `BadRule`, `FirstDayOutside`."""
    found = read_rule(rule, start=day, zone=series.tzinfo()) if isinstance(rule, str) else rule
    if next(found.days(day), None) != day:
        raise FirstDayOutside(day=day)
    return found


def _follow_rule(changes: Changes, series: Series, activity: Activity, rule: Rule, now: dt.datetime) -> None:
    """Let a series that begins with this one go by another rule from here on."""
    first = activity.occurs_on or series.starts_on
    reach = series.next_on or max(_horizon(now), first + DAY)
    known = set(takewhile(lambda day: day < reach, series.days()))
    wanted = list(islice(takewhile(lambda day: day < reach, rule.days(first)), AT_ONCE))
    _delete_open(changes, series, after=first, but=wanted)
    present = set(series.occurrences.values_list("occurs_on", flat=True))
    _make(changes, series, activity, [day for day in wanted if day not in known | present])
    last = wanted[-1] if len(wanted) == AT_ONCE else reach - DAY
    changes.update(series, rule=str(rule), starts_on=first, next_on=_after(rule, first, last))
    make_ahead(changes, series, activity, now)


def _make(changes: Changes, series: Series, pattern: Activity, days: list[dt.date]) -> None:
    values = {name: getattr(pattern, name) for name in COPIED}
    rows = [Activity(series=series, occurs_on=day, **values, **series.times_on(day)) for day in days]
    changes.create_many(Activity, rows)
    people = list(Attendee.objects.filter(activity=pattern.pk).order_by("pk"))
    changes.create_many(Attendee, [one.also_to(row) for row in rows for one in people])


def _delete_open(
    changes: Changes, series: Series, *, after: dt.date, but: list[dt.date] | tuple[()] = ()
) -> None:
    going = series.occurrences.filter(occurs_on__gt=after, status=Status.OPEN).exclude(occurs_on__in=but)
    for one in going.order_by("pk"):
        changes.delete(one)


def _after(rule: Rule, start: dt.date, day: dt.date) -> dt.date | None:
    """The first day by the rule that is later than this one."""
    return next((one for one in rule.days(start) if one > day), None)


def _horizon(now: dt.datetime) -> dt.date:
    return timezone.localdate(now) + AHEAD


def _zone_of(activity: Activity) -> str:
    person = activity.assignee or activity.created_by
    return str(zones_of([person])[person.pk]) if person is not None else timezone.get_current_timezone_name()
