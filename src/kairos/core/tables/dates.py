"""Texts as dates: years first or last, months by number, name or 月, years of the Republic of China,
Excel's day numbers.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from kairos.core.tables.errors import CellError
from kairos.core.tables.values import phrases, plain_text


class DateOrder(StrEnum):
    """In which order day, month and year stand where only numbers tell them."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


class NotADate(CellError):
    message = _("“%(value)s” is not a date.")


class NoSuchDay(CellError):
    message = _("“%(value)s” is not a day of the calendar in the chosen order of day, month and year.")


class DateOutOfRange(CellError):
    message = _("“%(value)s” lies outside the years %(first)s to %(last)s.")


FIRST_YEAR, LAST_YEAR = 1800, 9999
REPUBLIC_OFFSET = 1911  # year 1 of the Republic of China is 1912
_SERIALS = range(1, 2_958_466)  # Excel's numbers of days: 1900-01-01 to 9999-12-31
_PLAIN_SERIALS = range(20_000, 80_000)  # as text only what can hardly be anything else: 1954 to 2119
_EPOCH = date(1899, 12, 30)  # makes up for the 29 February 1900 that Excel believes in
_MONTHS = phrases("jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec")
_NAME = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? )?"
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_REPUBLIC = re.compile(
    r"(?:民國|民国) ?(?P<year>\d{1,3}) ?[-/.年] ?(?P<month>\d{1,2}) ?[-/.月] ?(?P<day>\d{1,2}) ?日?"
)
_REPUBLIC_BARE = re.compile(r"(?P<year>\d{3})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_CHINESE = re.compile(
    r"(?:西元 ?)?(?P<year>\d{2,4}) ?年 ?(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?[日號号]?"
)
_COMPACT = re.compile(r"(?P<year>(?:1[89]|2[01])\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_DAY_NAME_YEAR = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-/. ]+{_NAME}[-/., ]+(?P<year>\d{{4}}|\d\d)",
    re.IGNORECASE,
)
_NAME_DAY_YEAR = re.compile(
    rf"{_WEEKDAY}{_NAME} ?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})", re.IGNORECASE
)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{1,2})")
_CLOCK = re.compile(
    r"(?<=[\d日號号])(?:T|,? ?)(?:上午|下午|(?<= )[ap]m)? ?\d{1,2}:\d{2}[\d:., apmzutcg+-]*(?:上午|下午)?$",
    re.IGNORECASE,
)
SERIAL = re.compile(r"\d{5}(?:\.\d{1,12})?")


def parse_date(value: object, order: DateOrder = DateOrder.YMD) -> date:
    """The day a cell means; NotADate, NoSuchDay or DateOutOfRange (all CellError) if it means none.

    `order` decides only where three numbers leave it open; "2026-11-23", "23 Nov 2026", "2026年11月23日" and
    "民國115年11月23日" read the same under every order. Two-digit years are 1969 to 2068. A time after the
    date is left out.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return from_serial(value).date()
    return _parse_text(str(value)[:64], order)


@lru_cache(maxsize=8192)
def _parse_text(raw: str, order: DateOrder) -> date:
    text = plain_text(raw)
    found = _parse_known(text) or _parse_numbers(text, order, raw)
    if found:
        return found
    if SERIAL.fullmatch(text) and int(float(text)) in _PLAIN_SERIALS:
        return from_serial(float(text)).date()
    day, times = _CLOCK.subn("", text)
    if times:
        return _parse_text(day, order)
    raise NotADate(raw)


def _parse_known(text: str) -> date | None:
    """The day, if the text says by itself which number is which."""
    for pattern, year_of in _FORMS:
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            name = parts.get("name")
            month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts["month"])
            return _build(text, year_of(parts["year"]), month, int(parts["day"]))
    return None


def _republic_year(year: str) -> int:
    return int(year) + REPUBLIC_OFFSET


def _full_year(year: str) -> int:
    """Two digits are 1969 to 2068, as POSIX has it."""
    number = int(year)
    return number if len(year) > 2 else number + (2000 if number < 69 else 1900)


def _chinese_year(year: str) -> int:
    return _republic_year(year) if len(year) < 4 else int(year)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[str], int]], ...] = (
    (_YEAR_FIRST, int),
    (_CHINESE, _chinese_year),
    (_COMPACT, int),
    (_DAY_NAME_YEAR, _full_year),
    (_NAME_DAY_YEAR, int),
    (_REPUBLIC, _republic_year),
    (_REPUBLIC_BARE, _republic_year),
)


def _parse_numbers(text: str, order: DateOrder, raw: str) -> date | None:
    match = _NUMBERS.fullmatch(text)
    if not match:
        return None
    first, _sign, second, third = match.groups()
    if order == DateOrder.YMD:
        if len(third) == 4:
            raise NoSuchDay(raw)
        return _build(raw, _full_year(first), int(second), int(third)) if len(first) == 2 else None
    if len(third) == 1:
        return None
    day, month = (first, second) if order == DateOrder.DMY else (second, first)
    return _build(raw, _full_year(third), int(month), int(day))


def _build(text: str, year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateOutOfRange(text, first=FIRST_YEAR, last=LAST_YEAR)
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay(text) from None


def from_serial(number: float) -> datetime:
    """Excel's number of days, with the part of the day behind the point."""
    if not number == number or not _SERIALS.start <= number < _SERIALS.stop:
        raise DateOutOfRange(number, first=1900, last=LAST_YEAR)
    moment = datetime.combine(_EPOCH, time()) + timedelta(days=number)
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


def find_orders(values: Iterable[str]) -> tuple[tuple[DateOrder, ...], bool]:
    """The orders under which every value is a date, most usual first, and whether the choice changes a
    meaning.

    Empty when no order fits all. Values that say it themselves count for every order.
    """
    left = dict.fromkeys(DateOrder, True)
    differs = False
    for value in values:
        readings = {order: _try(value, order) for order, fits in left.items() if fits}
        left = {order: readings.get(order) is not None for order in left}
        days = {readings.get(order) for order in left if left[order]}
        differs = differs or len(days) > 1
    orders = tuple(order for order, fits in left.items() if fits)
    return orders, len(orders) > 1 and differs


def _try(value: str, order: DateOrder) -> date | None:
    try:
        return parse_date(value, order)
    except CellError:
        return None
