"""Which open deals need somebody: stale ones, and those without a next step.

Stale means that nothing has been heard from the customer for longer than the stage allows, and that nothing is
planned: a next step today or later stops the clock. What was heard is the last event on the customer's side, or that
the deal entered its stage, whichever is later.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kairos.core.fields import TruthField
from kairos.crm.models import Stage, Status

Name = Callable[[str], str]
SOURCES = ("status", "stage", "stage_entered_at", "last_customer_event_at", "next_step_on")


def same(name: str) -> str:
    return name


def stale_at(now: dt.datetime, name: Name = same) -> Q:
    """Open deals that are stale at this moment; one part for each stage that sets a limit."""
    found = Q(pk__in=[])
    for pk, days in Stage.objects.exclude(stale_after_days=None).values_list("pk", "stale_after_days"):
        limit = now - dt.timedelta(days=days)
        heard, entered = name("last_customer_event_at"), name("stage_entered_at")
        quiet = Q(**{f"{heard}__isnull": True}) | Q(**{f"{heard}__lt": limit})
        found |= Q(**{name("stage"): pk, f"{entered}__lt": limit}) & quiet
    day = name("next_step_on")
    unplanned = Q(**{f"{day}__isnull": True}) | Q(**{f"{day}__lt": timezone.localdate(now)})
    return Q(**{name("status"): Status.OPEN}) & unplanned & found


def stepless_at(now: dt.datetime, name: Name = same) -> Q:
    """Open deals for which nothing is planned, not even in the past."""
    return Q(**{name("status"): Status.OPEN, f"{name('next_step_on')}__isnull": True})


STALE = TruthField(
    "is_stale",
    label=_("Stale"),
    truth=stale_at,
    sources=SOURCES,
    of=lambda record: record.is_stale(now=timezone.now()),
)
STEPLESS = TruthField(
    "is_without_next_step",
    label=_("Without a next step"),
    truth=stepless_at,
    sources=("status", "next_step_on"),
    of=lambda record: record.is_open and record.next_step_on is None,
)


def step_of(deal: Any, *, today: dt.date) -> dict[str, str]:
    """The next step as a card shows it: its state, an icon, and what it is."""
    day = deal.next_step_on
    if not deal.is_open:
        return {"state": "none", "icon": "circle-check", "label": _now("Closed")}
    if day is None:
        return {"state": "none", "icon": "clock", "label": _now("Nothing planned")}
    what = deal.next_step or _now("Next step")
    if day < today:
        text = _now("%(what)s: %(days)s days overdue") % {"what": what, "days": (today - day).days}
        return {"state": "overdue", "icon": "calendar-x", "label": text}
    if day == today:
        return {"state": "today", "icon": "calendar-check", "label": _now("%(what)s: today") % {"what": what}}
    text = _now("%(what)s: in %(days)s days") % {"what": what, "days": (day - today).days}
    return {"state": "planned", "icon": "calendar-clock", "label": text}
