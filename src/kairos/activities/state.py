"""Overdue, today or planned: always by the calendar of the reader, in the time zone they are in."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kairos.activities.models import Status
from kairos.core.fields import TruthField
from kairos.core.history.as_of import midnight

Name = Callable[[str], str]
SOURCES = ("status", "due_on", "starts_at", "ends_at")
ICONS = {"overdue": "calendar-x", "today": "calendar-check", "planned": "calendar-clock", "none": "clock"}


def same(name: str) -> str:
    return name


def overdue_at(now: dt.datetime, name: Name = same) -> Q:
    """Open, and its day has passed."""
    today = timezone.localdate(now)
    passed = Q(**{f"{name('starts_at')}__isnull": True, f"{name('due_on')}__lt": today})
    return Q(**{name("status"): Status.OPEN}) & (passed | Q(**{f"{name('ends_at')}__lt": midnight(today)}))


def today_at(now: dt.datetime, name: Name = same) -> Q:
    """Open, and due today."""
    today = timezone.localdate(now)
    begins, ends = midnight(today), midnight(today + dt.timedelta(days=1))
    whole = Q(**{f"{name('starts_at')}__isnull": True, name("due_on"): today})
    timed = Q(**{f"{name('starts_at')}__lt": ends, f"{name('ends_at')}__gte": begins})
    return Q(**{name("status"): Status.OPEN}) & (whole | timed)


def planned_at(now: dt.datetime, name: Name = same) -> Q:
    """Open, and due on a later day."""
    today = timezone.localdate(now)
    later = Q(**{f"{name('starts_at')}__isnull": True, f"{name('due_on')}__gt": today})
    timed = Q(**{f"{name('starts_at')}__gte": midnight(today + dt.timedelta(days=1))})
    return Q(**{name("status"): Status.OPEN}) & (later | timed)


def late_at(now: dt.datetime, name: Name = same) -> Q:
    """Done on a day after the one it was due on."""
    return Q(**{name("status"): Status.DONE, f"{name('done_at')}__date__gt": F(name("due_on"))})


def state_of(activity: Any, *, today: dt.date) -> str:
    """What `overdue_at`, `today_at` and `planned_at` say, of one that is loaded; "none" of what is closed."""
    if not activity.is_open:
        return "none"
    if activity.last_day() < today:
        return "overdue"
    return "today" if activity.day() <= today else "planned"


def sign_of(activity: Any, *, today: dt.date) -> dict[str, str]:
    """The state as a card shows it: its colour, an icon, and when, in words."""
    state = state_of(activity, today=today)
    return {
        "state": state,
        "icon": ICONS[state],
        "label": f"{activity.summary}: {when(activity, today=today)}",
    }


def when(activity: Any, *, today: dt.date) -> str:
    """“2 days overdue”, “today”, “in 5 days”."""
    days = (activity.day() - today).days
    if state_of(activity, today=today) == "overdue":
        late = (today - activity.last_day()).days
        return ngettext("%(n)s day overdue", "%(n)s days overdue", late) % {"n": late}
    if days <= 0:
        return _now("Today")
    if days == 1:
        return _now("Tomorrow")
    return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}


def _of(state: str) -> Callable[[Any], bool]:
    return lambda activity: state_of(activity, today=timezone.localdate()) == state


OVERDUE = TruthField("is_overdue", label=_("Overdue"), truth=overdue_at, sources=SOURCES, of=_of("overdue"))
TODAY = TruthField("is_today", label=_("Due today"), truth=today_at, sources=SOURCES, of=_of("today"))
PLANNED = TruthField("is_planned", label=_("Due later"), truth=planned_at, sources=SOURCES, of=_of("planned"))
LATE = TruthField(
    "is_late",
    label=_("Done late"),
    truth=late_at,
    sources=("status", "done_at", "due_on"),
    of=lambda one: one.done_at is not None and timezone.localdate(one.done_at) > one.due_on,
)
STATES = (OVERDUE, TODAY, PLANNED, LATE)
