"""A person's inbox: reading, marking, putting away."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from kairos.core.records import RecordType
from kairos.core.slots import PLACES
from kairos.core.views.frame import rail_count, render_page
from kairos.discuss.actions import inbox as actions
from kairos.discuss.inbox_page import SHOWS, inbox_page
from kairos.discuss.models import Notification
from kairos.discuss.views.found import of_thread


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What this person was told, newest first; `show` is unread, all or archived."""
    page = inbox_page(request.user, show=request.GET.get("show", ""), before=request.GET.get("before", ""))
    context = {"page": page, "shows": SHOWS, "user": request.user}
    if request.GET.get("part") == "lines":
        return render(request, "discuss/_inbox_lines.html", context)
    if request.GET.get("part") == "inbox":
        return render(request, "discuss/_inbox.html", context)
    return render_page(request, "discuss/inbox.html", context, active="inbox")


@login_required
@require_safe
def inbox_count(request: HttpRequest) -> HttpResponse:
    """How much waits, for the rail."""
    place = next(one for one in PLACES.contributions() if one.name == "inbox")
    return render(request, "core/_rail_count.html", {"item": rail_count(place, request.user)})


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one read, or unread with `on` 0."""
    own = Notification.objects.of(request.user)
    get_object_or_404(own, pk=pk)
    actions.mark_read(own.filter(pk=pk), by=request.user, is_read=request.POST.get("on", "1") == "1")
    return _lines(request)


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read."""
    actions.mark_read(Notification.objects.of(request.user).unread(), by=request.user)
    return _lines(request)


@login_required
@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one away, or take it back with `on` 0."""
    row = get_object_or_404(Notification.objects.of(request.user), pk=pk)
    actions.archive_notification(row, by=request.user, is_archived=request.POST.get("on", "1") == "1")
    return _lines(request)


@require_POST
@of_thread
def seen(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """The person has the record before them: what waited of it is read."""
    waiting = Notification.objects.of(request.user).unread()
    here = waiting.filter(record_type=record_type.stored_name, record_id=record.pk)
    actions.mark_read(here, by=request.user)
    return HttpResponse(status=204)


def _lines(request: HttpRequest) -> HttpResponse:
    page = inbox_page(request.user, show=request.POST.get("show", ""))
    return render(request, "discuss/_inbox.html", {"page": page, "shows": SHOWS, "user": request.user})
