"""Who has something else at an hour, as far as the reader may know it."""

import datetime as dt
from collections.abc import Iterable, Set
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.accounts.models import Absence, User
from kairos.accounts.time_zones import zones_of
from kairos.activities.models import Activity, Answer, Attendee
from kairos.activities.models.choice import CalendarChoice, calendar_choices
from kairos.activities.slots import elsewhere
from kairos.core.fields import format

MOST_PEOPLE = 60
MOST = 200
LONGEST = dt.timedelta(days=14)


def conflicts(
    reader: Any, people: Iterable[int], start: dt.datetime, end: dt.datetime, *, apart_from: int | None = None
) -> list[dict[str, Any]]:
    """For each of the people what stands against this time, in words; of what the reader may not see only when it is.

    A fixed number of queries.
    """
    end = min(end, start + LONGEST)
    asked = list(User.objects.visible_to(reader).active().filter(pk__in=list(people)).order_by("name", "pk"))
    asked = asked[:MOST_PEOPLE]
    lines: dict[int, list[str]] = {one.pk: [] for one in asked}
    outside = [one for one in elsewhere(reader, lines, start, end) if not one.is_free]
    told = {one.activity for one in outside}
    _note_activities(reader, lines, start, end, {apart_from, *told} - {None})
    for entry in outside:
        if entry.activity is None or entry.activity != apart_from:
            lines[entry.person].append(f"{entry.title or _('Busy')}, {_span(entry)}")
    zones = zones_of(asked)
    _note_absences(lines, zones, start, end)
    choices = calendar_choices(asked)
    for one in asked:
        local = [moment.astimezone(zones[one.pk]) for moment in (start, end)]
        if not choices[one.pk].is_work(local[0], local[1]):
            lines[one.pk].append(_hours_in_words(choices[one.pk], local, zones[one.pk]))
    return [{"person": one, "lines": lines[one.pk]} for one in asked if lines[one.pk]]


def _note_activities(
    reader: Any, lines: dict[int, list[str]], start: dt.datetime, end: dt.datetime, apart_from: Set[Any]
) -> None:
    coming = Attendee.objects.filter(user__in=lines).exclude(answer=Answer.DECLINED)
    whose = Q(assignee__in=lines) | Q(pk__in=coming.values("activity"))
    then = Activity.objects.active().open().filter(whose, starts_at__lt=end, ends_at__gt=start)
    found = list(then.exclude(pk__in=apart_from).order_by("starts_at", "pk")[:MOST])
    ids = [one.pk for one in found]
    seen = set(Activity.objects.visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True))
    people = {(one.pk, one.assignee_id) for one in found}
    people |= set(coming.filter(activity__in=ids).values_list("activity", "user"))
    for one in found:
        what = one.summary if one.pk in seen else _("Busy")
        for pk in lines:
            if (one.pk, pk) in people:
                lines[pk].append(f"{what}, {_span(one)}")


def _note_absences(
    lines: dict[int, list[str]], zones: dict[int, Any], start: dt.datetime, end: dt.datetime
) -> None:
    day = dt.timedelta(days=1)
    days = Q(first_on__lte=end.date() + day, last_on__gte=start.date() - day)
    for absence in Absence.objects.active().filter(days, user__in=lines).order_by("first_on", "pk"):
        zone = zones[absence.user_id]
        if (
            absence.first_on <= end.astimezone(zone).date()
            and absence.last_on >= start.astimezone(zone).date()
        ):
            lines[absence.user_id].append(_("Away until %(day)s") % {"day": format.date(absence.last_on)})


def _span(activity: Any) -> str:
    start, end = timezone.localtime(activity.starts_at), timezone.localtime(activity.ends_at)
    if start.date() == end.date():
        return f"{format.time(start.time())} – {format.time(end.time())}"
    return f"{format.datetime(start)} – {format.datetime(end)}"


def _hours_in_words(choice: CalendarChoice, local: list[dt.datetime], zone: Any) -> str:
    told = {
        "hours": f"{format.time(choice.starts)} – {format.time(choice.ends)}",
        "there": format.time(local[0].time()),
        "zone": str(zone).replace("_", " "),
    }
    return _("Outside working hours (%(hours)s): it is %(there)s then in %(zone)s") % told


def business_hours(person: User, reader_zone: Any, day: dt.date) -> list[dict[str, Any]]:
    """When this person works, by the clock of the reader, as the calendar program takes it; around this day."""
    choice, zone = calendar_choices([person])[person.pk], zones_of([person])[person.pk]
    monday = day - dt.timedelta(days=day.weekday())
    found: list[dict[str, Any]] = []
    for weekday in choice.days:
        there = monday + dt.timedelta(days=weekday)
        times = (dt.datetime.combine(there, one, zone) for one in (choice.starts, choice.ends))
        start, end = (moment.astimezone(reader_zone) for moment in times)
        if start.date() == end.date():
            found.append(_hours(start, f"{start:%H:%M}", f"{end:%H:%M}"))
        else:
            found += [_hours(start, f"{start:%H:%M}", "24:00"), _hours(end, "00:00", f"{end:%H:%M}")]
    return found


def _hours(moment: dt.datetime, start: str, end: str) -> dict[str, Any]:
    return {"daysOfWeek": [moment.isoweekday() % 7], "startTime": start, "endTime": end}
