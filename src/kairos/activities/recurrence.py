"""How often something comes again: the part of RFC 5545's RRULE that people use, in whole days."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

from dateutil import rrule
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused

FREQUENCIES = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_TIMES = 730
LONGEST_INTERVAL = 99
LONGEST_TEXT = 300
PARTS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"})


class BadRule(ActionRefused):
    message = _("This is no rule for repeating: %(what)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Every `interval` days, weeks, months or years; of a week on `weekdays`, of a month by date or nth weekday.

    `weekdays` are pairs (n, day): the day counts from Monday as 0, n is 0 for each, or which one of the month, -1 for
    the last. `month_days` are dates of the month, -1 for its last day; a month without that date is passed over. A
    year's day is the first one's. It ends after `count` times or after the day `until`, or never.
    """

    frequency: str
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    count: int | None = None
    until: dt.date | None = None

    @classmethod
    def read(cls, text: str, zone: dt.tzinfo = dt.UTC) -> Self:
        """The rule of an RRULE value; an end given as a moment is its day in `zone`. Raises `BadRule`."""
        parts = _parts(text)
        frequency = parts.get("FREQ", "")
        if frequency not in FREQUENCIES:
            raise BadRule(what=text[:80])
        if "COUNT" in parts and "UNTIL" in parts:
            raise BadRule(what="COUNT, UNTIL")
        if parts.get("WKST", "MO") != "MO" and frequency == "WEEKLY" and parts.get("INTERVAL", "1") != "1":
            raise BadRule(what=f"WKST={parts['WKST'][:8]}")
        made = cls(
            frequency=frequency,
            interval=_number(parts, "INTERVAL", LONGEST_INTERVAL) or 1,
            weekdays=tuple(sorted({_weekday(one) for one in _listed(parts, "BYDAY")})),
            month_days=tuple(sorted({_month_day(one) for one in _listed(parts, "BYMONTHDAY")})),
            count=_number(parts, "COUNT", MOST_TIMES),
            until=_until(parts["UNTIL"], zone) if "UNTIL" in parts else None,
        )
        made._check(text)
        return made

    def __str__(self) -> str:
        """As RFC 5545 writes it; the end is a day, whatever has hours."""
        parts = [f"FREQ={self.frequency}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(f"{n or ''}{WEEKDAYS[day]}" for n, day in self.weekdays))
        if self.month_days:
            parts.append("BYMONTHDAY=" + ",".join(map(str, self.month_days)))
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until is not None:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        return ";".join(parts)

    def days(self, start: dt.date) -> Iterator[dt.date]:
        """The days on which it happens, in order, from `start` on; without end where the rule has none."""
        options: dict[str, Any] = {}
        if self.weekdays:
            options["byweekday"] = [
                rrule.weekday(day, n) if n else rrule.weekday(day) for n, day in self.weekdays
            ]
        if self.month_days:
            options["bymonthday"] = self.month_days
        found = rrule.rrule(
            FREQUENCIES[self.frequency],
            dtstart=dt.datetime.combine(start, dt.time.min),
            interval=self.interval,
            wkst=rrule.MO,
            count=self.count,
            until=dt.datetime.combine(self.until, dt.time.min) if self.until else None,
            **options,
        )
        return (moment.date() for moment in found)

    def ending_before(self, day: dt.date) -> "Rule":
        """The same, over before this day."""
        return replace(self, count=None, until=day - dt.timedelta(days=1))

    def from_day(self, start: dt.date, day: dt.date) -> "Rule":
        """What is left of it from this day on, where it began at `start`."""
        if self.count is None:
            return self
        passed = sum(1 for one in self.days(start) if one < day)
        return replace(self, count=self.count - passed)

    def shifted(self, days: int) -> "Rule | None":
        """The same so many days later, or None where that is no rule: dates of a month do not shift alike."""
        if self.month_days or any(n for n, _day in self.weekdays):
            return None
        weekdays = tuple(sorted((0, (day + days) % 7) for _n, day in self.weekdays))
        until = self.until + dt.timedelta(days=days) if self.until else None
        return replace(self, weekdays=weekdays, until=until)

    def _check(self, text: str) -> None:
        """Refuse what is beyond what this class promises to keep."""
        counted = any(n for n, _day in self.weekdays)
        is_monthly = self.frequency == "MONTHLY"
        if (
            (self.month_days and not is_monthly)
            or (counted and not is_monthly)
            or (self.weekdays and self.frequency not in ("WEEKLY", "MONTHLY"))
            or (is_monthly and bool(self.month_days) == bool(self.weekdays))
            or (is_monthly and self.weekdays and not all(n for n, _day in self.weekdays))
            or (self.frequency == "WEEKLY" and not self.weekdays)
        ):
            raise BadRule(what=text[:80])


def read_rule(text: str, *, start: dt.date, zone: dt.tzinfo = dt.UTC) -> Rule:
    """As `Rule.read`, where what is usual may be left out: the weekday, or the date of the month, is the start's."""
    parts = _parts(text)
    if parts.get("FREQ") == "WEEKLY" and "BYDAY" not in parts:
        text = f"{text.rstrip(';')};BYDAY={WEEKDAYS[start.weekday()]}"
    if parts.get("FREQ") == "MONTHLY" and not parts.keys() & {"BYDAY", "BYMONTHDAY"}:
        text = f"{text.rstrip(';')};BYMONTHDAY={start.day}"
    return Rule.read(text, zone)


def _parts(text: str) -> dict[str, str]:
    given = text.strip().upper().removeprefix("RRULE:").rstrip(";")
    found: dict[str, str] = {}
    for part in given.split(";") if len(given) <= LONGEST_TEXT else ():
        name, _equals, value = part.partition("=")
        if name not in PARTS or name in found or not value:
            raise BadRule(what=part[:80])
        found[name] = value
    if not found:
        raise BadRule(what=text[:80])
    return found


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _number(parts: dict[str, str], name: str, most: int) -> int | None:
    if name not in parts:
        return None
    text = parts[name]
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= most:
        raise BadRule(what=f"{name}={text[:20]}")
    return int(text)


def _weekday(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(-1|\+?[1-5])?(MO|TU|WE|TH|FR|SA|SU)", text)
    if found is None:
        raise BadRule(what=text[:20])
    return int(found[1] or 0), WEEKDAYS.index(found[2])


def _month_day(text: str) -> int:
    if not re.fullmatch(r"-1|[0-9]{1,2}", text) or not (text == "-1" or 1 <= int(text) <= 31):
        raise BadRule(what=text[:20])
    return int(text)


def _until(text: str, zone: dt.tzinfo) -> dt.date:
    try:
        if re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", text):
            moment = dt.datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
            day = moment.astimezone(zone).date()
        elif re.fullmatch(r"[0-9]{8}(T[0-9]{6})?", text):
            day = dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        else:
            raise BadRule(what=f"UNTIL={text[:20]}")
    except (ValueError, OverflowError) as error:
        raise BadRule(what=f"UNTIL={text[:20]}") from error
    if not 1900 < day.year < 2200:
        raise BadRule(what=f"UNTIL={text[:20]}")
    return day
