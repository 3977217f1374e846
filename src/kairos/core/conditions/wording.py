"""The phrases sentences are made of: patterns with named places, so that each language orders them its way."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy as n_

from kairos.core.conditions.days import Day, Period, Stretch
from kairos.core.fields import format as shown

OPERATORS: dict[str, Any] = {
    "contains": _("%(field)s contains “%(value)s”"),
    "starts_with": _("%(field)s starts with “%(value)s”"),
    "is": _("%(field)s is %(value)s"),
    "is_not": _("%(field)s is not %(value)s"),
    "in": _("%(field)s is %(value)s"),
    "not_in": _("%(field)s is not %(value)s"),
    ">": _("%(field)s is more than %(value)s"),
    ">=": _("%(field)s is at least %(value)s"),
    "<": _("%(field)s is less than %(value)s"),
    "<=": _("%(field)s is at most %(value)s"),
    "on": _("%(field)s is %(value)s"),
    "before": _("%(field)s is before %(value)s"),
    "after": _("%(field)s is after %(value)s"),
    "within": _("%(field)s is within %(value)s"),
    "is_empty": _("%(field)s is empty"),
    "is_not_empty": _("%(field)s is not empty"),
}
SPAN = _("%(field)s is from %(start)s to %(end)s")
YES_OR_NO = _("%(field)s: %(value)s")
MANY: dict[str, Any] = {
    "in": _("%(field)s includes %(value)s"),
    "not_in": _("%(field)s does not include %(value)s"),
}

EVERYTHING = _("Everything")
BOTH = _("%(first)s, and %(rest)s")
EITHER = _("%(first)s, or %(rest)s")
NEITHER = _("not (%(condition)s)")
GROUP = _("(%(condition)s)")

WORDS: dict[str, Any] = {
    "me": _("me"),
    "my_team": _("my team"),
    "my_teams": _("my teams"),
    "today": _("today"),
    "yesterday": _("yesterday"),
    "tomorrow": _("tomorrow"),
}
PERIODS: dict[tuple[str, str], Any] = {
    ("this", "week"): _("this week"),
    ("last", "week"): _("last week"),
    ("next", "week"): _("next week"),
    ("this", "month"): _("this month"),
    ("last", "month"): _("last month"),
    ("next", "month"): _("next month"),
    ("this", "quarter"): _("this quarter"),
    ("last", "quarter"): _("last quarter"),
    ("next", "quarter"): _("next quarter"),
    ("this", "year"): _("this year"),
    ("last", "year"): _("last year"),
    ("next", "year"): _("next year"),
}
DISTANCES: dict[tuple[str, str], Any] = {
    ("in", "days"): n_("%(count)s day from today", "%(count)s days from today", "count"),
    ("in", "weeks"): n_("%(count)s week from today", "%(count)s weeks from today", "count"),
    ("in", "months"): n_("%(count)s month from today", "%(count)s months from today", "count"),
    ("in", "quarters"): n_("%(count)s quarter from today", "%(count)s quarters from today", "count"),
    ("in", "years"): n_("%(count)s year from today", "%(count)s years from today", "count"),
    ("ago", "days"): n_("%(count)s day ago", "%(count)s days ago", "count"),
    ("ago", "weeks"): n_("%(count)s week ago", "%(count)s weeks ago", "count"),
    ("ago", "months"): n_("%(count)s month ago", "%(count)s months ago", "count"),
    ("ago", "quarters"): n_("%(count)s quarter ago", "%(count)s quarters ago", "count"),
    ("ago", "years"): n_("%(count)s year ago", "%(count)s years ago", "count"),
    ("last", "days"): n_("the last %(count)s day", "the last %(count)s days", "count"),
    ("last", "weeks"): n_("the last %(count)s week", "the last %(count)s weeks", "count"),
    ("last", "months"): n_("the last %(count)s month", "the last %(count)s months", "count"),
    ("last", "quarters"): n_("the last %(count)s quarter", "the last %(count)s quarters", "count"),
    ("last", "years"): n_("the last %(count)s year", "the last %(count)s years", "count"),
    ("next", "days"): n_("the next %(count)s day", "the next %(count)s days", "count"),
    ("next", "weeks"): n_("the next %(count)s week", "the next %(count)s weeks", "count"),
    ("next", "months"): n_("the next %(count)s month", "the next %(count)s months", "count"),
    ("next", "quarters"): n_("the next %(count)s quarter", "the next %(count)s quarters", "count"),
    ("next", "years"): n_("the next %(count)s year", "the next %(count)s years", "count"),
}


def day_words(day: Day) -> str:
    if day.name in WORDS:
        return str(WORDS[day.name])
    if day.name in ("in", "ago"):
        return str(DISTANCES[day.name, day.unit] % {"count": day.count})
    return shown.date(day.date)


def range_words(value: Period | Stretch) -> str:
    if isinstance(value, Period):
        return str(PERIODS[value.direction, value.unit])
    return str(DISTANCES[value.direction, value.unit] % {"count": value.count})
