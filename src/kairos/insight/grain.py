"""Days grouped into weeks, months, quarters and years, in the reader's time zone, by the database itself."""

import datetime as dt
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates
from django.db import models
from django.db.models import Func
from django.utils.translation import gettext as _

from kairos.core.conditions.days import shifted, start_of
from kairos.core.fields import format as shown

GRAINS = ("day", "week", "month", "quarter", "year")
USUAL = "month"
OLDEST, NEWEST = 2000, 2037  # further away the nearest rule of the zone holds

SQLITE = {
    "day": "",
    "week": ", '-6 days', 'weekday 1'",
    "month": ", 'start of month'",
    "quarter": ", 'start of month', '-' || ((strftime('%%m', {moment}) + 2) %% 3) || ' months'",
    "year": ", 'start of year'",
}


class StartOf(Func):
    """The first day of the week, month, quarter or year that a day, or a moment in a time zone, falls in.

    Django's own truncation calls Python for every row on SQLite, a hundred times slower.
    """

    def __init__(self, field: Any, grain: str, zone: str = "") -> None:
        super().__init__(field, output_field=models.DateField())
        self.grain, self.zone = grain, zone

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.get_source_expressions()[0])
        local = f"({inner}) AT TIME ZONE '{_checked(self.zone)}'" if self.zone else f"({inner})::timestamp"
        return f"DATE_TRUNC('{self.grain}', {local})::date", params

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, Any]:
        inner, params = compiler.compile(self.get_source_expressions()[0])
        if not self.zone:
            moment, times = inner, 1
        else:
            cases = offsets(self.zone)
            moment, times = f"datetime({inner}, '{cases[0][1]:+d} seconds')", 1
            if len(cases) > 1:
                when = " ".join(
                    f"WHEN {inner} >= '{at:%Y-%m-%d %H:%M:%S}' THEN '{offset:+d} seconds'"
                    for at, offset in reversed(cases)
                )
                moment = f"datetime({inner}, CASE {when} ELSE '{cases[0][1]:+d} seconds' END)"
                times = 1 + len(cases)
        change = SQLITE[self.grain].format(moment=moment)
        total = times * (2 if "{moment}" in SQLITE[self.grain] else 1)
        return f"date({moment}{change})", tuple(params) * total


def _checked(zone: str) -> str:
    """A name that the time zone database knows holds no quote."""
    return ZoneInfo(zone).key.replace("'", "")


@lru_cache(maxsize=64)
def offsets(zone: str) -> list[tuple[dt.datetime, int]]:
    """From which moment on (UTC) the zone is how many seconds ahead, oldest first."""
    info = ZoneInfo(zone)

    def offset(moment: dt.datetime) -> int:
        found = moment.replace(tzinfo=dt.UTC).astimezone(info).utcoffset()
        return int(found.total_seconds()) if found is not None else 0

    moment, end = dt.datetime(OLDEST, 1, 1), dt.datetime(NEWEST, 1, 1)  # noqa: DTZ001 - UTC without saying so
    found = [(moment, offset(moment))]
    while moment < end:
        later = moment + dt.timedelta(days=7)
        if offset(later) != found[-1][1]:
            low, high = moment, later
            while high - low > dt.timedelta(minutes=15):
                middle = low + (high - low) / 2
                low, high = (middle, high) if offset(middle) == found[-1][1] else (low, middle)
            at = _quarter_hour(high)
            found.append((at, offset(at)))
        moment = later
    return found


def _quarter_hour(moment: dt.datetime) -> dt.datetime:
    """Clocks are changed on full quarters of an hour."""
    minutes = moment.minute - moment.minute % 15
    return moment.replace(minute=minutes, second=0, microsecond=0)


def last_day(start: dt.date, grain: str) -> dt.date:
    """The last day of the week, month … that begins on this day."""
    return start if grain == "day" else shifted(start, 1, f"{grain}s") - dt.timedelta(1)


def begin(day: dt.date, grain: str) -> dt.date:
    return day if grain == "day" else start_of(day, grain)


def between(first: dt.date, last: dt.date, grain: str) -> list[dt.date]:
    """Every beginning from one to another, both included."""
    found, day = [], first
    while day <= last:
        found.append(day)
        day = shifted(day, 1, f"{grain}s")
    return found


def label(start: dt.date, grain: str) -> str:
    locale = shown.locale()
    match grain:
        case "day":
            return shown.date(start)
        case "week":
            return str(_("Week of %(day)s") % {"day": shown.date(start)})
        case "month":
            return str(dates.format_skeleton("yMMM", start, locale=locale))
        case "quarter":
            return str(dates.format_skeleton("yQQQ", start, locale=locale))
    return f"{start.year}" if locale.language != "zh" else f"{start.year}年"


def grain_names() -> list[tuple[str, str]]:
    return [
        ("day", _("by day")),
        ("week", _("by week")),
        ("month", _("by month")),
        ("quarter", _("by quarter")),
        ("year", _("by year")),
    ]
