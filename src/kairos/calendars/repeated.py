"""What both sides say of what repeats, in one form: the rule, the days that are none, and the times that differ."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Event, vRecur

from kairos.accounts.time_zones import zone_named
from kairos.activities.ical import rrule_beside
from kairos.activities.models import Activity, Series
from kairos.activities.recurrence import BadRule, Rule, read_rule
from kairos.activities.repeating import in_words
from kairos.activities.series_facts import is_held, known_days
from kairos.calendars.facts import Facts, facts_of, told
from kairos.calendars.ical import Read, facts_in, write_facts

# Title, starts, ends, place, description as of the first time; rule and zone; `gone`, a list of days; `others`, facts
# by day.
State: TypeAlias = dict[str, Any]
WORDS = ("title", "place", "description")
RULE = ("starts", "ends", "rule", "zone")


def state_of(
    series: Series, rows: Sequence[Activity], pattern: Activity, coming: Callable[[Activity], bool]
) -> State:
    """What Kairos says to somebody who comes to those of the times for which `coming` is true."""
    first = series.times_on(series.starts_on)
    state: State = {
        **facts_of(pattern),
        "starts": told(first["starts_at"]),
        "ends": told(first["ends_at"]),
        "rule": series.rule,
        "zone": str(series.tzinfo()),
        "gone": [],
        "others": {},
    }
    by_day = {one.occurs_on: one for one in rows}
    for day in known_days(series):
        row = by_day.get(day)
        if row is None or not is_held(row) or not coming(row):
            state["gone"].append(day.isoformat())
        elif facts_of(row) != on_day(state, day.isoformat()):
            state["others"][day.isoformat()] = facts_of(row)
    return state


def on_day(state: Mapping[str, Any], day: str) -> Facts:
    """What the rule says of one of its days."""
    zone = zone_named(state["zone"]) or ZoneInfo("UTC")
    first, last = (dt.datetime.fromisoformat(state[name]) for name in ("starts", "ends"))
    start = dt.datetime.combine(dt.date.fromisoformat(day), first.astimezone(zone).time(), tzinfo=zone)
    begins = start.astimezone(dt.UTC)
    return {
        **{name: state[name] for name in WORDS},
        "starts": told(begins),
        "ends": told(begins + (last - first)),
    }


def at(state: Mapping[str, Any], day: str) -> Facts | None:
    """What is said of this day; None where it is none."""
    if day in state["gone"]:
        return None
    return dict(state["others"].get(day) or on_day(state, day))


def days_differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The days of which something else is said now than the rule, or what was said before, would have it.

    A change of the words of all is none of a single day's.
    """
    days = {*before["gone"], *now["gone"], *before["others"], *now["others"]}
    if any(before[name] != now[name] for name in RULE):
        return sorted({*now["gone"], *now["others"]})
    words = {name: now[name] for name in WORDS}
    return sorted(day for day in days if at({**before, **words}, day) != at(now, day))


def changed_parts(before: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    """The names of what is said otherwise: words, "rule" with its hours, and single days."""
    if not before:
        return set()
    found = {name for name in WORDS if before[name] != now[name]}
    if any(before[name] != now[name] for name in RULE):
        return found | {"rule"}
    return found | set(days_differing(before, now))


def in_plain_words(state: Mapping[str, Any], part: str) -> str:
    """What is said of one of the parts that `changed_parts` names."""
    if part in WORDS:
        return str(state[part])
    if part == "rule":
        first = dt.datetime.fromisoformat(state["starts"]).astimezone(zone_named(state["zone"]))
        return f"{state['starts']}, {in_words(Rule.read(state['rule']), first.date())}"
    facts = at(state, part)
    return f"{facts['starts']} {facts['title']}" if facts is not None else _("Cancelled")


def read_state(read: Read, zone: dt.tzinfo) -> State | None:
    """What a resource says, where it repeats as things do here; None where it does not. Never raises."""
    try:
        return _state(read, zone)
    except (BadRule, ValueError, KeyError, AttributeError, TypeError, OverflowError):
        return None


def _state(read: Read, zone: dt.tzinfo) -> State | None:
    events: list[Any] = [one for one in read.calendar.walk("VEVENT") if isinstance(one, Event)]
    masters = [one for one in events if "RECURRENCE-ID" not in one]
    rules = masters[0].get("RRULE") if len(masters) == 1 else None
    if rules is None or isinstance(rules, list) or {"RDATE", "EXRULE"} & set(masters[0]) or not read.is_timed:
        return None
    kept = _zone_of(masters[0]["DTSTART"].dt, zone)
    start = dt.datetime.fromisoformat(read.facts["starts"]).astimezone(kept)
    rule = read_rule(_plain(rules, start), start=start.date(), zone=kept)
    if next(rule.days(start.date()), None) != start.date():
        return None
    state: State = {**read.facts, "rule": str(rule), "zone": str(kept), "gone": [], "others": {}}
    gone = {_day_of(one.dt, kept) for one in _dates(masters[0].get("EXDATE"))}
    for one in events:
        if "RECURRENCE-ID" in one:
            if "RANGE" in one["RECURRENCE-ID"].params:
                return None
            day = _day_of(one["RECURRENCE-ID"].dt, kept)
            if str(one.get("STATUS", "")).upper() == "CANCELLED":
                gone.add(day)
            elif (facts := facts_in(one, zone)) != on_day(state, day):
                state["others"][day] = facts
    state["gone"] = sorted(gone - state["others"].keys())
    return state


def _plain(rule: Any, start: dt.datetime) -> str:
    """The rule without what says again what its beginning says: some programs write the month and the day of a year."""
    parts = {str(name).upper(): value for name, value in rule.items()}
    same = {"BYMONTH": [start.month], "BYMONTHDAY": [start.day]}
    if [str(one).upper() for one in parts.get("FREQ", [])] == ["YEARLY"]:
        for name, value in same.items():
            if [int(one) for one in parts.get(name, value)] == value:
                rule = vRecur({key: one for key, one in rule.items() if str(key).upper() != name})
    return bytes(rule.to_ical()).decode()


def _zone_of(start: Any, zone: dt.tzinfo) -> ZoneInfo:
    """The zone in which it keeps its hour; where that has no name, the owner's."""
    name = getattr(start.tzinfo, "key", "") or ("UTC" if start.tzinfo is dt.UTC else "")
    return zone_named(name) or zone_named(str(zone)) or ZoneInfo("UTC")


def _day_of(moment: Any, zone: dt.tzinfo) -> str:
    if isinstance(moment, dt.datetime):
        moment = moment.astimezone(zone).date() if moment.tzinfo else moment.date()
    return str(moment.isoformat())


def _dates(found: Any) -> list[Any]:
    given = found if isinstance(found, list) else [found] if found else []
    return [date for one in given for date in one.dts]


# -- writing


def write_state(
    calendar: Any, before: Mapping[str, Any], state: State, *, uid: str, now: dt.datetime
) -> None:
    """Change the lines of a calendar that says `before` so that it says `state`; what else is in it stays."""
    master = next(one for one in calendar.walk("VEVENT") if "RECURRENCE-ID" not in one)
    zone = zone_named(state["zone"]) or ZoneInfo("UTC")
    names = {name for name in WORDS if state[name] != before.get(name, "")}
    write_facts(master, state, names, now)
    is_new_rule = any(state[name] != before.get(name) for name in RULE)
    start = dt.datetime.fromisoformat(state["starts"]).astimezone(zone)
    if is_new_rule:
        for line in ("DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE"):
            master.pop(line, None)
        master.add("dtstart", start)
        master.add("dtend", dt.datetime.fromisoformat(state["ends"]).astimezone(zone))
        master.add("rrule", vRecur.from_ical(rrule_beside(state["rule"], start)))
    differing = days_differing(before, state) if before else [*state["gone"], *state["others"]]
    gone = {_day_of(one.dt, zone) for one in _dates(master.pop("EXDATE", None))}
    gone = (gone - set(differing)) | (set(state["gone"]) & (set(differing) | gone))
    for day in sorted(gone):
        master.add("exdate", dt.datetime.combine(dt.date.fromisoformat(day), start.time(), tzinfo=zone))
    for one in [one for one in calendar.subcomponents if "RECURRENCE-ID" in one]:
        if is_new_rule or _day_of(one["RECURRENCE-ID"].dt, zone) in differing:
            calendar.subcomponents.remove(one)
    for day in differing:
        if day in state["others"]:
            calendar.add_component(_single(state, day, zone, uid, now))
    calendar.add_missing_timezones(first_date=now.date(), last_date=now.date() + dt.timedelta(days=5 * 365))


def _single(state: Mapping[str, Any], day: str, zone: dt.tzinfo, uid: str, now: dt.datetime) -> Event:
    made = Event()
    made.add("uid", uid)
    made.add("recurrence-id", dt.datetime.fromisoformat(on_day(state, day)["starts"]).astimezone(zone))
    facts = state["others"][day]
    write_facts(made, facts, set(facts), now)
    return made
