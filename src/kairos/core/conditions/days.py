"""Days and periods as people say them: today, in 7 days, this month, the last 30 days."""

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass
from typing import Any, Literal

UNITS = ("days", "weeks", "months", "quarters", "years")
PERIODS = ("week", "month", "quarter", "year")
DIRECTIONS = ("this", "last", "next")
LARGEST = {"days": 36_500, "weeks": 5_200, "months": 1_200, "quarters": 400, "years": 100}
NAMED = {"yesterday": -1, "today": 0, "tomorrow": 1}
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Day:
    """A day, known only once today is: an ISO date, "today" and its neighbours, or a distance from today.

    `name` is the date or the word; with a distance it is "in" or "ago", and `count` and `unit` say how far.
    """

    name: str
    count: int = 0
    unit: str = "days"

    def to_json(self) -> Any:
        return {self.name: {self.unit: self.count}} if self.name in ("in", "ago") else self.name

    @property
    def date(self) -> dt.date | None:
        """The date itself, where it does not hang on today."""
        return None if self.name in NAMED or self.name in ("in", "ago") else dt.date.fromisoformat(self.name)

    def on(self, today: dt.date) -> dt.date:
        if self.name in NAMED:
            return today + dt.timedelta(NAMED[self.name])
        if self.name in ("in", "ago"):
            return shifted(today, self.count if self.name == "in" else -self.count, self.unit)
        return dt.date.fromisoformat(self.name)


@dataclass(frozen=True, slots=True)
class Period:
    """A whole calendar period near today (this, last, next week ...). Weeks begin on Monday."""

    direction: Literal["this", "last", "next"]
    unit: str

    def to_json(self) -> Any:
        return {self.direction: self.unit}

    def between(self, today: dt.date) -> tuple[dt.date, dt.date]:
        start = start_of(today, self.unit)
        step = {"this": 0, "last": -1, "next": 1}[self.direction]
        first = shifted(start, step, f"{self.unit}s")
        return first, shifted(first, 1, f"{self.unit}s") - dt.timedelta(1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From so long ago until today, or from today until so far ahead; both ends belong to it."""

    direction: Literal["last", "next"]
    count: int
    unit: str

    def to_json(self) -> Any:
        return {self.direction: {self.unit: self.count}}

    def between(self, today: dt.date) -> tuple[dt.date, dt.date]:
        if self.direction == "last":
            return shifted(today, -self.count, self.unit), today
        return today, shifted(today, self.count, self.unit)


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another; both belong to it."""

    start: Day
    end: Day

    def to_json(self) -> Any:
        return {"from": self.start.to_json(), "to": self.end.to_json()}

    def between(self, today: dt.date) -> tuple[dt.date, dt.date]:
        return self.start.on(today), self.end.on(today)


Range = Period | Stretch | Span


def shifted(day: dt.date, count: int, unit: str) -> dt.date:
    """So many units later; a month's 31st becomes the last day of a shorter month."""
    if unit in ("days", "weeks"):
        return day + dt.timedelta(count * (7 if unit == "weeks" else 1))
    months = day.year * 12 + day.month - 1 + count * {"months": 1, "quarters": 3, "years": 12}[unit]
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def start_of(day: dt.date, unit: str) -> dt.date:
    if unit == "week":
        return day - dt.timedelta(day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1 if unit == "quarter" else 1)


def read_day(data: Any) -> Day | None:
    """The day some JSON means, or None."""
    if isinstance(data, str):
        return Day(data) if data in NAMED or _is_iso(data) else None
    key, inner = _single(data)
    distance = _distance(inner) if key in ("in", "ago") else None
    return Day(key, *distance) if distance else None


def read_range(data: Any) -> Range | None:
    """The range of days some JSON means, or None; a range of two dates must not run backwards."""
    if isinstance(data, dict) and set(data) == {"from", "to"}:
        start, end = read_day(data["from"]), read_day(data["to"])
        if (
            start is None
            or end is None
            or (_is_iso(start.name) and _is_iso(end.name) and start.name > end.name)
        ):
            return None
        return Span(start, end)
    key, inner = _single(data)
    if key not in DIRECTIONS:
        return None
    if isinstance(inner, str):
        return Period(key, inner) if inner in PERIODS else None  # type: ignore[arg-type]
    distance = _distance(inner) if key != "this" else None
    return Stretch(key, *distance) if distance else None  # type: ignore[arg-type]


def _is_iso(text: str) -> bool:
    if not ISO_DAY.fullmatch(text):
        return False
    try:
        return 1900 <= dt.date.fromisoformat(text).year <= 2200
    except ValueError:
        return False


def _single(data: Any) -> tuple[str, Any]:
    return next(iter(data.items())) if isinstance(data, dict) and len(data) == 1 else ("", None)


def _distance(data: Any) -> tuple[int, str] | None:
    unit, count = _single(data)
    if unit not in LARGEST or type(count) is not int or not 0 <= count <= LARGEST[unit]:
        return None
    return count, unit
