"""What has just been given to somebody, wherever they are in the house."""

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kairos.crm.assignment.news import new_for
from kairos.crm.models import Assignment

SHOWN = 3


@login_required
@require_safe
def assignment_news(request: HttpRequest) -> HttpResponse:
    """The notices of what came since `after`, and the place that will ask for the next."""
    now = timezone.now()
    found = list(new_for(request.user, since=_moment(request.GET.get("after", ""), now)))
    context = {
        "lines": found[:SHOWN],
        "more": max(0, len(found) - SHOWN),
        "after": now.timestamp(),
        "user": request.user,
    }
    return render(request, "crm/_assignment_news.html", context)


@login_required
@require_POST
def assignment_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """The person has opened what was given to them."""
    line = get_object_or_404(Assignment.objects.filter(user=request.user.pk), pk=pk)
    Assignment.objects.filter(user=request.user.pk, opportunity=line.opportunity_id, seen_at=None).update(
        seen_at=timezone.now()
    )
    return HttpResponse(status=204)


def _moment(text: str, now: dt.datetime) -> dt.datetime:
    """The time an earlier answer gave; anything else, or more than a day ago, is now: old news is on Today."""
    try:
        moment = dt.datetime.fromtimestamp(float(text), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return moment if now - dt.timedelta(days=1) < moment <= now else now
