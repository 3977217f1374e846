"""When an event takes place within the days that are looked at, however it repeats."""

import datetime as dt
from collections import deque
from itertools import islice
from typing import Any

import recurring_ical_events
from dateutil.rrule import rrulestr

from kairos.calendars.facts import cleaned
from kairos.calendars.ical import DAY, BadEvent, Read, span_of
from kairos.calendars.models import BusyTime, Failure
from kairos.core.history.as_of import midnight

# What calendar programs write. Of other parts some never come true, and looking for the next time takes for ever.
PARTS = {
    "DAILY": {"BYDAY", "BYMONTH"},
    "WEEKLY": {"BYDAY", "BYMONTH"},
    "MONTHLY": {"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": {"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"},
}
MOST, MOST_DATES, MOST_RULES = 1000, 2000, 5
LONGEST = dt.timedelta(days=62)


def busy_times(read: Read, zone: dt.tzinfo, now: dt.datetime) -> list[BusyTime]:
    """One for each time it takes place, at most `MOST`; none for what is cancelled. Raises `BadEvent`."""
    if read.is_cancelled:
        return []
    first, last = now - BusyTime.BACK, now + BusyTime.AHEAD
    try:
        found = _repeated(read, first, last) if read.repeats else [_master(read)]
        rows = [_row(one, read, zone) for one in found if str(one.get("STATUS", "")).upper() != "CANCELLED"]
    except BadEvent:
        raise
    except Exception as error:
        raise BadEvent(Failure.REPEATS, type(error).__name__) from error
    return [row for row in rows if row.ends_at >= first and row.starts_at <= last]


def _master(read: Read) -> Any:
    return next(iter(read.calendar.walk("VEVENT")))


def _repeated(read: Read, first: dt.datetime, last: dt.datetime) -> list[Any]:
    for event in read.calendar.walk("VEVENT"):
        _bound(event, last)
    return list(islice(recurring_ical_events.of(read.calendar).between(first, last), MOST))


def _bound(event: Any, last: dt.datetime) -> None:
    """Let no rule run on for ever, or so often that it is no entry of a calendar. Raises `BadEvent`."""
    rules = event.get("RRULE")
    rules = rules if isinstance(rules, list) else [rules] if rules else []
    if len(rules) > MOST_RULES or "EXRULE" in event:
        raise BadEvent(Failure.REPEATS)
    for name in ("RDATE", "EXDATE"):
        dates = event.get(name)
        dates = dates if isinstance(dates, list) else [dates] if dates else []
        if sum(len(getattr(one, "dts", ())) for one in dates) > MOST_DATES:
            raise BadEvent(Failure.REPEATS, name)
    start = event["DTSTART"].dt if "DTSTART" in event else None
    for rule in rules:
        frequency = ", ".join(str(one).upper() for one in rule.get("FREQ", []))
        parts = {str(name).upper() for name in rule if str(name).upper().startswith("BY")}
        if not parts <= PARTS.get(frequency, frozenset()) or frequency not in PARTS:
            raise BadEvent(Failure.REPEATS, rule.to_ical().decode()[:200])
        if any(int(one) < 1 for one in rule.get("INTERVAL", [])):
            raise BadEvent(Failure.REPEATS, "INTERVAL")
        end = _end(rule, start, last)
        for name in ("COUNT", "UNTIL"):
            rule.pop(name, None)
        rule["UNTIL"] = [end]


def _end(rule: Any, start: Any, last: dt.datetime) -> Any:
    """The last time within the days that are looked at, as RFC 5545 wants it beside this beginning."""
    is_timed = isinstance(start, dt.datetime)
    plain = start.replace(tzinfo=None) if is_timed else dt.datetime.combine(start, dt.time.min)
    limit = last.replace(tzinfo=None) + 2 * DAY
    for one in rule.get("UNTIL", []):
        until = one if isinstance(one, dt.datetime) else dt.datetime.combine(one, dt.time.max)
        limit = min(limit, until.replace(tzinfo=None) + (DAY if until.tzinfo else dt.timedelta(0)))
    if rule.get("COUNT"):
        bounded = rule.copy()
        bounded.pop("COUNT")
        bounded["UNTIL"] = [limit]
        count = int(rule["COUNT"][0])
        times = islice(rrulestr(bounded.to_ical().decode(), dtstart=plain), max(count, 0))
        limit = next(iter(deque(times, maxlen=1)), plain)
    elif rule.get("UNTIL") and limit < last.replace(tzinfo=None):
        return rule["UNTIL"][0]
    if not is_timed:
        return limit.date()
    if start.tzinfo is None:
        return limit
    return limit.replace(tzinfo=start.tzinfo).astimezone(dt.UTC)


def _row(event: Any, read: Read, zone: dt.tzinfo) -> BusyTime:
    starts, ends = span_of(event, zone)
    row = BusyTime(
        title=cleaned("title", event.get("SUMMARY", "")),
        place=cleaned("place", event.get("LOCATION", "")),
        is_free=read.is_free,
    )
    if isinstance(starts, dt.datetime):
        row.starts_at, row.ends_at = starts, min(ends, starts + LONGEST)
    else:
        ends = min(ends, starts + LONGEST)
        row.first_on, row.last_on = starts, ends
        row.starts_at, row.ends_at = midnight(starts, zone), midnight(ends + DAY, zone)
    return row
