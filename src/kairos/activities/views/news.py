"""What others have just given to somebody to do, and what begins soon."""

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kairos.activities.events import PLANNED, REASSIGNED, REMINDER
from kairos.activities.models import Activity
from kairos.core.models import EventEntry
from kairos.core.records import type_of

SHOWN = 3


@login_required
@require_safe
def activities_news(request: HttpRequest) -> HttpResponse:
    """The notices of what came to the reader since `after`, and the place that will ask for the next."""
    now = timezone.now()
    since = _moment(request.GET.get("after", ""), now)
    told = EventEntry.objects.filter(
        name__in=(PLANNED.name, REASSIGNED.name), change_set__at__gt=since, params__user=str(request.user.pk)
    )
    ids = [int(params["activity"]) for params in told.order_by("-pk").values_list("params", flat=True)[:50]]
    reminded = EventEntry.objects.filter(name=REMINDER.name, change_set__at__gt=since)
    soon = [
        int(params["activity"])
        for params in reminded.order_by("-pk").values_list("params", flat=True)[:50]
        if str(request.user.pk) in params["people"].split(",")
    ]
    found = Activity.objects.filter(pk__in=ids, assignee=request.user.pk, status="open").order_by("-pk")
    context = {
        "found": list(found[:SHOWN]),
        "soon": list(
            Activity.objects.visible_to(request.user).open().filter(pk__in=soon).order_by("starts_at")[:SHOWN]
        ),
        "more": max(0, len(set(ids)) - SHOWN),
        "activities": type_of(Activity),
        "after": now.timestamp(),
        "user": request.user,
    }
    return render(request, "activities/_news.html", context)


def _moment(text: str, now: dt.datetime) -> dt.datetime:
    """The time an earlier answer gave; anything else, or more than a day ago, is now: old news is on Today."""
    try:
        moment = dt.datetime.fromtimestamp(float(text), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return moment if now - dt.timedelta(days=1) < moment <= now else now
