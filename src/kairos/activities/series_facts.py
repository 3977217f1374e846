"""What somebody outside is told of a series: the rule, the times that are none, and those that differ from the rule."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from kairos.accounts.time_zones import zone_named
from kairos.activities.emails import facts_of
from kairos.activities.models import Activity, Series, Status

Facts = Mapping[str, Any]
MOST = 1500
# Beside what was told: some of it never left.
UNSENT = "unsent"
RULE = ("title", "place", "day", "starts", "ends", "rule", "zone")


@dataclass(frozen=True, slots=True)
class Telling:
    """One mail: of the whole series, or of the time that the rule puts on `day`; `is_off` where that is none."""

    facts: Facts
    day: str = ""
    is_off: bool = False


def known_days(series: Series) -> list[dt.date]:
    """The days by the rule of which it is known here whether something takes place."""
    known = takewhile(lambda day: series.next_on is None or day < series.next_on, series.days())
    return list(islice(known, MOST))


def is_held(activity: Activity) -> bool:
    """Whether this time takes place, or has."""
    return activity.status != Status.CANCELLED and not activity.is_archived


def pattern_of(rows: Sequence[Activity]) -> Activity | None:
    """The time that speaks for all: the last that has nothing of its own."""
    held = [one for one in rows if is_held(one)]
    return max(held, key=lambda one: (not one.own_fields, one.occurs_on), default=None)


def said(
    series: Series, rows: Sequence[Activity], pattern: Activity, coming: Callable[[Activity], bool]
) -> dict[str, Any]:
    """All that the calendar of somebody should say who comes to those of the times for which `coming` is true."""
    first = series.times_on(series.starts_on)
    whole = {
        "title": pattern.summary,
        "place": pattern.place,
        "day": series.starts_on.isoformat(),
        "starts": first["starts_at"].isoformat() if first["starts_at"] else "",
        "ends": first["ends_at"].isoformat() if first["ends_at"] else "",
        "rule": series.rule,
        "zone": str(series.tzinfo()),
    }
    by_day = {one.occurs_on: one for one in rows}
    gone, others = [], {}
    for day in known_days(series):
        row = by_day.get(day)
        if row is None or not is_held(row) or not coming(row):
            gone.append(day.isoformat())
        elif facts_of(row) != on_day(whole, day.isoformat()):
            others[day.isoformat()] = facts_of(row)
    return {**whole, "gone": gone, "others": others}


def on_day(whole: Facts, text: str) -> dict[str, str]:
    """What the rule says of one of its days."""
    found = {"title": whole["title"], "place": whole["place"], "day": text, "starts": "", "ends": ""}
    if whole["starts"]:
        zone = zone_named(whole["zone"]) or ZoneInfo("UTC")
        first, last = (dt.datetime.fromisoformat(whole[name]) for name in ("starts", "ends"))
        hour = first.astimezone(zone).time()
        start = dt.datetime.combine(dt.date.fromisoformat(text), hour, tzinfo=zone).astimezone(dt.UTC)
        found |= {"starts": start.isoformat(), "ends": (start + (last - first)).isoformat()}
    return found


def tellings(told: Facts, now: Facts, is_ahead: Callable[[Facts], bool]) -> list[Telling]:
    """What must be said so that a calendar that says the one says the other; only of what is still ahead.

    A change of the whole takes what was said of single times with it, so that is said again; so is all of it where some
    of it never left.
    """
    if not told or UNSENT in told or any(told[name] != now[name] for name in RULE):
        singles = [_single(now, day) for day in now["others"] if is_ahead(now["others"][day])]
        return [Telling({name: now[name] for name in (*RULE, "gone")}), *singles]
    days = {*told["gone"], *now["gone"], *told["others"], *now["others"]}
    found = []
    for day in sorted(days):
        before, after = _at(told, day), _at(now, day)
        if before == after or not is_ahead(after or before or {}):
            continue
        found.append(_single(now if after is not None else told, day, is_off=after is None))
    return found


def _at(facts: Facts, day: str) -> Facts | None:
    """What is said of this day; None where it is none."""
    if day in facts["gone"]:
        return None
    return dict(facts["others"].get(day) or on_day(facts, day))


def _single(facts: Facts, day: str, *, is_off: bool = False) -> Telling:
    usual = on_day(facts, day)
    found = {**usual, **facts["others"].get(day, {}), "zone": facts["zone"], "recurs": usual["starts"] or day}
    return Telling(found, day, is_off)
