"""A person's own calendar for other programs: its address, and what stands there."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from kairos.activities.actions.feeds import end_feed, feed_of
from kairos.activities.actions.feeds import make_feed as make
from kairos.activities.feed import calendar_of
from kairos.activities.models import CalendarFeed


@require_http_methods(["GET", "POST"])
@login_required
def make_feed(request: HttpRequest) -> HttpResponse:
    """GET tells whether there is an address; POST makes a new one and shows it this once, or ends the present one."""
    address = ""
    if request.method == "POST" and request.POST.get("end"):
        end_feed(by=request.user)
    elif request.method == "POST":
        address = settings.PUBLIC_URL + reverse("calendar-ics", args=[make(by=request.user)])
    found = CalendarFeed.objects.filter(user=request.user.pk).first()
    return render(request, "activities/_feed.html", {"feed": found, "address": address})


@require_safe
def read_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar, for whoever knows the address: without signing in, and nothing but this person's own activities."""
    found = feed_of(token)
    if found is None:
        raise Http404
    user = found.user
    zone = ZoneInfo(user.time_zone) if user.time_zone else None
    with translation.override(user.language or None), timezone.override(zone):
        body = calendar_of(user, timezone.now())
    headers = {"Cache-Control": "private, max-age=300"}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
