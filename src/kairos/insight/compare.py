"""The same question asked of another day, or of the span of days before: what a report is compared with."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.core.conditions import All, Condition, Leaf, Not, Some
from kairos.core.conditions.days import Day, Period, Span, Stretch, shifted
from kairos.core.fields import format as shown
from kairos.core.listing import Listing

BEFORE, YEAR = "before", "year"
RANGES = (Period, Stretch, Span)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What stands beside the figures. `written` is its form in an address; `shift` moves days of the other answer to
    those of this one ((count, unit), or nothing for another day)."""

    written: str
    label: str
    listing: Listing
    shift: tuple[int, str] | None = None

    def moved(self, day: dt.date) -> dt.date:
        """The day of this answer that a day of the other stands beside."""
        return shifted(day, self.shift[0], self.shift[1]) if self.shift else day


def read_comparison(text: str, listing: Listing) -> tuple[Comparison | None, str]:
    """The comparison an address asks for, and what is wrong with it: `before`, `year`, or a day as 2026-11-23."""
    if not text:
        return None, ""
    if text in (BEFORE, YEAR):
        return _other_span(text, listing)
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.max
    if not dt.date(1900, 1, 1) <= day <= timezone.localdate():
        return None, _("A report can be compared with a day that is past.")
    return Comparison(text, shown.date(day), replace(listing, as_of=day)), ""


def _other_span(text: str, listing: Listing) -> tuple[Comparison | None, str]:
    today = timezone.localtime(listing.now).date()
    condition = listing.condition
    shift = next((_length(leaf.value, today) for leaf in _spans(condition)), None)
    if shift is None:
        return None, _("To compare spans of days, the filter must name one, such as “this quarter”.")
    shift = (1, "years") if text == YEAR else shift
    where = _moved(condition, shift, today)
    label = _("A year before") if text == YEAR else _("The span before")
    return Comparison(text, label, replace(listing, filters=(), where=where), shift), ""


def _spans(condition: Condition) -> Any:
    match condition:
        case Leaf(_name, _op, value) if isinstance(value, RANGES):
            yield condition
        case Not(part):
            yield from _spans(part)
        case All(parts) | Some(parts):
            for part in parts:
                yield from _spans(part)


def _length(value: Any, today: dt.date) -> tuple[int, str]:
    """How long a span is: whole months where it is made of them, else days."""
    if isinstance(value, Period):
        return (1, f"{value.unit}s")
    if isinstance(value, Stretch):
        return (value.count or 1, value.unit)
    first, last = value.between(today)
    after = last + dt.timedelta(1)
    if first.day == 1 and after.day == 1:
        return ((after.year - first.year) * 12 + after.month - first.month, "months")
    return ((after - first).days, "days")


def _moved(condition: Condition, shift: tuple[int, str], today: dt.date) -> Condition:
    match condition:
        case Not(part):
            return Not(_moved(part, shift, today))
        case All(parts):
            return All(tuple(_moved(part, shift, today) for part in parts))
        case Some(parts):
            return Some(tuple(_moved(part, shift, today) for part in parts))
        case Leaf(name, op, value) if isinstance(value, RANGES):
            first, last = value.between(today)
            start, after = (shifted(day, -shift[0], shift[1]) for day in (first, last + dt.timedelta(1)))
            end = after - dt.timedelta(1)
            return Leaf(name, op, Span(Day(start.isoformat()), Day(max(start, end).isoformat())))
    return condition
