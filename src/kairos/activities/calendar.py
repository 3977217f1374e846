"""What the calendar shows of a span of days, and what a drop in it means."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from kairos.accounts.models import User
from kairos.activities.models import Activity, Status
from kairos.activities.state import midnight, state_of

MOST = 2000
LONGEST = dt.timedelta(days=62)


def shown_between(user: Any, people: Iterable[int], first: dt.date, last: dt.date) -> list[Activity]:
    """What these people have to do, or have done, from the first day until before the last; what the reader may see.

    With one's own comes what waits in the queues of one's teams.
    """
    ids = list(people)
    whose = Q(assignee__in=ids)
    if user.pk in ids:
        whose |= Q(assignee=None, team__in=user.team_ids())
    days = Q(starts_at=None, due_on__gte=first, due_on__lt=last)
    hours = Q(starts_at__lt=midnight(last), ends_at__gte=midnight(first))
    found = Activity.objects.visible_to(user).active().exclude(status=Status.CANCELLED)
    rows = found.filter(whose, days | hours).select_related("type", "assignee")
    return list(rows.order_by("due_on", "starts_at", "pk")[:MOST])


def entry_of(activity: Activity, reader: Any, *, today: dt.date) -> dict[str, Any]:
    """One activity as the calendar program takes it, its times in the reader's zone and without it."""
    whose = activity.assignee
    parts = [activity.summary, activity.record_title]
    if whose is not None and whose.pk != reader.pk:
        parts.append(whose.name)
    state = "done" if activity.status == Status.DONE else state_of(activity, today=today)
    return {
        "id": str(activity.pk),
        "title": " · ".join(filter(None, parts)),
        "start": _plain(activity.starts_at) if activity.starts_at else activity.due_on.isoformat(),
        "end": _plain(activity.ends_at) if activity.ends_at else None,
        "allDay": activity.starts_at is None,
        "editable": activity.is_open,
        "className": ["calendar-entry", f"calendar-{state}"],
        "editUrl": reverse("activity-edit", args=[activity.pk]),
        "moveUrl": reverse("calendar-move", args=[activity.pk]),
    }


def _plain(moment: dt.datetime | None) -> str | None:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M:%S") if moment else None


def span(start: str, end: str) -> tuple[dt.date, dt.date]:
    """The asked days. Raises `ValueError` for what are no days, or too many."""
    first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    if not first < last <= first + LONGEST:
        raise ValueError(start)
    return first, last


def dropped(data: Any) -> dict[str, Any]:
    """Where an entry was dropped: a day, or an hour of the reader's zone. Raises `ValueError`."""
    if data.get("whole"):
        return {
            "due_on": dt.date.fromisoformat(data.get("start", "")[:10]),
            "starts_at": None,
            "ends_at": None,
        }
    start = timezone.make_aware(dt.datetime.fromisoformat(data.get("start", "")))
    end = data.get("end", "")
    return {
        "starts_at": start,
        "ends_at": timezone.make_aware(dt.datetime.fromisoformat(end)) if end else None,
    }


def people_of(user: Any, texts: Iterable[str]) -> list[User]:
    """The colleagues whose days are shown: those named, else oneself."""
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
    found = list(User.objects.visible_to(user).active().filter(pk__in=ids).order_by("name", "pk"))
    return found or [user]
