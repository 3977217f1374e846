"""Days, weeks and months of oneself and of colleagues."""

import datetime as dt
import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kairos.activities.actions.occurrences import Scope, change_occurrence
from kairos.activities.busy import business_hours
from kairos.activities.calendar import dropped, entries_elsewhere, entries_of, people_of, shown_between, span
from kairos.activities.fields import colleagues
from kairos.activities.models import Activity
from kairos.activities.repeating import sentence_of
from kairos.activities.views.dialog import scope_in
from kairos.core.editing.answers import CHANGED, acting, notice, refused
from kairos.core.editing.found import record_or_404
from kairos.core.editing.once import new_key, once
from kairos.core.fields.format import locale
from kairos.core.languages import is_chinese
from kairos.core.records import type_of
from kairos.core.views.frame import render_page

VIEWS = ("day", "week", "month")


@login_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The page; `?part=pulse` is what an open page asks for when an activity has changed."""
    if request.GET.get("part") == "pulse":
        answer = render(request, "activities/_calendar_pulse.html")
        answer.headers["HX-Trigger"] = CHANGED
        return answer
    view, people = request.GET.get("view", ""), people_of(request.user, request.GET.getlist("people"))
    day = _day(request.GET.get("day", ""))
    zone = timezone.get_current_timezone()
    context = {
        "hours": json.dumps(business_hours(people[0], zone, day)) if len(people) == 1 else "[]",
        "view": view if view in VIEWS else "",
        "day": day,
        "people": people,
        "colleagues": [one for one in colleagues() if one.pk != request.user.pk],
        "first_day": (locale().first_week_day + 1) % 7,
        "moment": timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S"),
        "calendar_language": "zh-tw" if is_chinese(get_language() or "") else "en",
    }
    return render_page(request, "activities/calendar.html", context, active="calendar")


@login_required
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The entries of a span of days, for the calendar program."""
    try:
        first, last = span(request.GET.get("start", ""), request.GET.get("end", ""))
    except ValueError:
        return HttpResponseBadRequest(_("This is no span of days."))
    people = people_of(request.user, request.GET.getlist("people"))
    found = shown_between(request.user, [one.pk for one in people], first, last)
    entries = entries_of(found, request.user, today=timezone.localdate())
    return JsonResponse(entries + entries_elsewhere(request.user, people, first, last), safe=False)


@require_http_methods(["GET", "POST"])
@login_required
@acting
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """An entry was dropped on another day or hour, or made longer; GET asks of which times of a series that is."""
    kind = type_of(Activity)
    activity = record_or_404(kind, pk, request.user)
    try:
        values = dropped(request.GET if request.method == "GET" else request.POST)
    except ValueError:
        return refused(request, _("This is no time of a day."), status=422)
    if not kind.access.can_edit(request.user, activity):
        return refused(
            request, _("Only the organiser moves a meeting. You can answer whether you come."), status=403
        )
    if not activity.is_open:
        return refused(request, _("What is done stays where it was."))
    if request.method == "GET":
        return render(request, "activities/_move_scope.html", _asked(request, activity))
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is None:
            change_occurrence(activity, values=values, by=request.user, scope=scope_in(request.POST))
    trigger = json.dumps({CHANGED: "", "dialog:close": ""})
    undo = attempt.written or attempt.earlier
    return notice(request, _("Moved: “%(what)s”") % {"what": activity}, undo=undo, trigger=trigger)


def _asked(request: HttpRequest, activity: Activity) -> dict[str, Any]:
    """Where it was dropped, and how it repeats."""
    return {
        **{name: request.GET.get(name, "") for name in ("start", "end", "whole")},
        "activity": activity,
        "words": sentence_of(activity),
        "scopes": Scope.choices,
        "url": request.path,
        "key": new_key(),
    }


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
    return day if 1900 <= day.year <= 2200 else timezone.localdate()
