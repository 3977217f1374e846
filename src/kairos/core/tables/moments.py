"""Texts as a day with a time."""

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo

from django.utils.translation import gettext_lazy as _

from kairos.core.tables.dates import SERIAL, DateOrder, from_serial, parse_date
from kairos.core.tables.errors import CellError
from kairos.core.tables.values import plain_text

_TIME = re.compile(
    r"(?P<before>上午|下午|am|pm)? ?"
    r"(?P<hour>\d{1,2})(?::| ?[點点時时] ?)(?P<minute>\d{2})?(?: ?分)?"
    r"(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r" ?(?P<after>am|pm|a\.m\.|p\.m\.|上午|下午)?"
    r" ?(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"(?<=[\d日號号])(?:[T ]|, ?| ?(?=[上下]午))(?=\d|[上下]午|[ap]m ?\d)", re.IGNORECASE)


class NotATime(CellError):
    message = _("“%(value)s” is not a date with a time.")


def parse_datetime(value: object, order: DateOrder = DateOrder.YMD, zone: tzinfo | None = None) -> datetime:
    """The moment a cell means; a date alone is its midnight. CellError if it means none.

    Aware when the text names its offset ("2026-11-23T09:30:00Z"); otherwise in `zone`, or naive if that is
    None.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return from_serial(value).replace(tzinfo=zone)
    if not isinstance(value, str):
        return datetime.combine(parse_date(value, order), time(), zone)
    text = plain_text(value[:80])
    if SERIAL.fullmatch(text) and "." in text:
        return from_serial(float(text)).replace(tzinfo=zone)
    for place in _SPLIT.finditer(text):
        if match := _TIME.fullmatch(text, place.end()):
            day = parse_date(text[: place.start()].rstrip(","), order)
            return _combine(value, day, match, zone)
    return datetime.combine(parse_date(text, order), time(), zone)


def _combine(value: str, day: object, match: re.Match[str], zone: tzinfo | None) -> datetime:
    half = (match["before"] or match["after"] or "").lower().replace(".", "")
    hour = int(match["hour"])
    if half:
        if not 1 <= hour <= 12:
            raise NotATime(value)
        hour = hour % 12 + (12 if half in ("pm", "下午") else 0)
    part = int((match["part"] or "0").ljust(6, "0")[:6])
    try:
        clock = time(
            hour,
            int(match["minute"] or 0),
            int(match["second"] or 0),
            part,
            tzinfo=_zone(match["zone"]) or zone,
        )
    except ValueError:
        raise NotATime(value) from None
    return datetime.combine(day, clock)  # type: ignore[arg-type]


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
