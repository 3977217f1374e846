"""What the calendar shows of a span of days, and what a drop in it means."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.accounts.models import User
from kairos.activities.attending import attach_attendees
from kairos.activities.models import Activity, Answer, Attendee, Status
from kairos.activities.sight import only_invited
from kairos.activities.slots import Elsewhere, elsewhere
from kairos.activities.state import state_of
from kairos.core.editing.numbers import numbers_in
from kairos.core.history.as_of import midnight

MOST = 2000
LONGEST = dt.timedelta(days=62)


def shown_between(user: Any, people: Iterable[int], first: dt.date, last: dt.date) -> list[Activity]:
    """What these people have to do or come to, or have done, from the first day until before the last.

    Only what the reader may see. With one's own comes what waits in the queues of one's teams, and what one does not
    come to: that stays to be seen by oneself.
    """
    ids = list(people)
    coming = Attendee.objects.filter(user__in=ids)
    coming = coming.exclude(~Q(user=user.pk), answer=Answer.DECLINED)
    whose = Q(assignee__in=ids) | Q(pk__in=coming.values("activity"))
    if user.pk in ids:
        whose |= Q(assignee=None, team__in=user.team_ids())
    days = Q(starts_at=None, due_on__gte=first, due_on__lt=last)
    hours = Q(starts_at__lt=midnight(last), ends_at__gte=midnight(first))
    found = Activity.objects.visible_to(user).active().exclude(status=Status.CANCELLED)
    rows = found.filter(whose, days | hours).select_related("type", "assignee")
    return list(rows.order_by("due_on", "starts_at", "pk")[:MOST])


def entries_of(activities: list[Activity], reader: Any, *, today: dt.date) -> list[dict[str, Any]]:
    """The activities as the calendar program takes them, in a fixed number of queries."""
    attach_attendees(activities)
    fixed = only_invited(reader)
    return [_entry(one, reader, is_fixed=one.pk in fixed, today=today) for one in activities]


def _entry(activity: Activity, reader: Any, *, is_fixed: bool, today: dt.date) -> dict[str, Any]:
    """One of them, its times in the reader's zone and without it; `is_fixed` where the reader only comes to it."""
    whose = activity.assignee
    parts = [activity.summary, activity.place, activity.record_title]
    own = next((one.answer for one in activity.coming if one.user_id == reader.pk), "")
    if whose is not None and whose.pk != reader.pk:
        parts.append(whose.name)
    state = "done" if activity.status == Status.DONE else state_of(activity, today=today)
    return {
        "id": str(activity.pk),
        "title": ("↻ " if activity.series_id else "") + " · ".join(filter(None, parts)),
        "repeats": activity.series_id is not None,
        "start": _plain(activity.starts_at) if activity.starts_at else activity.due_on.isoformat(),
        "end": _plain(activity.ends_at) if activity.ends_at else None,
        "allDay": activity.starts_at is None,
        "editable": activity.is_open and not is_fixed,
        "className": ["calendar-entry", f"calendar-{state}", *([f"calendar-{own}"] if own else [])],
        "editUrl": reverse("activity-edit", args=[activity.pk]),
        "moveUrl": reverse("calendar-move", args=[activity.pk]),
    }


def entries_elsewhere(
    reader: Any, people: Iterable[User], first: dt.date, last: dt.date
) -> list[dict[str, Any]]:
    """What these people have in calendars elsewhere, as the calendar program takes it; nothing of it can be moved."""
    names = {one.pk: one.name for one in people}
    found = elsewhere(reader, names, midnight(first), midnight(last))
    return [_elsewhere(one, "" if one.person == reader.pk else names[one.person]) for one in found[:MOST]]


def _elsewhere(one: Elsewhere, whose: str) -> dict[str, Any]:
    is_whole = one.first_on is not None and one.last_on is not None
    parts = (one.title or _("Busy"), one.place, whose)
    return {
        "title": " · ".join(filter(None, parts)),
        "start": one.first_on.isoformat() if one.first_on else _plain(one.starts_at),
        "end": (one.last_on + dt.timedelta(days=1)).isoformat() if one.last_on else _plain(one.ends_at),
        "allDay": is_whole,
        "editable": False,
        "className": ["calendar-entry", "calendar-elsewhere", *(["calendar-free"] if one.is_free else [])],
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
    found = list(
        User.objects.visible_to(user).active().filter(pk__in=numbers_in(texts)).order_by("name", "pk")
    )
    return found or [user]
