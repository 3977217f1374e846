"""A person's activities as iCalendar (RFC 5545), for the calendar on their phone."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from kairos.activities.models import Activity, Attendee, Status
from kairos.core.records import type_of

BACK = dt.timedelta(days=90)
MOST = 5000


def calendar_of(user: Any, now: dt.datetime) -> bytes:
    """What this person has to do or comes to, and did in the last 90 days; hours in UTC, days as days."""
    made = Calendar()
    made.add("prodid", "-//Kairos//Activities//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("Kairos: %(person)s") % {"person": user.name})
    recent = Q(status=Status.OPEN) | Q(status=Status.DONE, due_on__gte=timezone.localdate(now) - BACK)
    coming = Attendee.objects.coming().filter(user=user.pk).values("activity")
    whose = Q(assignee=user) | Q(pk__in=coming)
    found = Activity.objects.filter(recent, whose).active().select_related("type")
    for activity in found.order_by("-due_on", "-pk")[:MOST]:
        made.add_component(_event(activity))
    return bytes(made.to_ical())


def _event(activity: Activity) -> Event:
    title = " · ".join(filter(None, (activity.summary, activity.record_title)))
    made = Event()
    made.add("uid", activity.uid)
    made.add("dtstamp", activity.updated_at)
    made.add("last-modified", activity.updated_at)
    made.add("sequence", activity.version)
    made.add("summary", f"✓ {title}" if activity.status == Status.DONE else title)
    if activity.starts_at and activity.ends_at:
        made.add("dtstart", activity.starts_at.astimezone(dt.UTC))
        made.add("dtend", activity.ends_at.astimezone(dt.UTC))
    else:
        made.add("dtstart", activity.due_on)
        made.add("dtend", activity.due_on + dt.timedelta(days=1))
        made.add("transp", "TRANSPARENT")
    made.add("categories", [str(activity.type)])
    told = (activity.description, activity.note, activity.feedback)
    made.add("description", "\n\n".join(filter(None, told)))
    if activity.place:
        made.add("location", activity.place)
    made.add("url", f"{settings.PUBLIC_URL}{type_of(Activity).url_of(activity)}")
    return made
