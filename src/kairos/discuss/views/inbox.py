"""A person's inbox: reading, marking, putting away."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairos.core.editing.answers import notice as notice_only
from kairos.core.records import RecordType
from kairos.core.slots import PLACES
from kairos.core.views.frame import render_page
from kairos.core.views.rail import rail_count
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
    """Mark everything read; the notice takes it back."""
    moment = actions.mark_all_read(by=request.user)
    undo = reverse("inbox-unread-again", args=[moment.isoformat()]) if moment else ""
    return _lines(request, notice=_("Everything is read.") if moment else "", undo=undo)


@login_required
@require_POST
def unread_again(request: HttpRequest, moment: str) -> HttpResponse:
    """Take back that everything was marked read at that moment."""
    actions.unread_again(by=request.user, moment=_read(moment))
    return notice_only(request, _("Unread again."), trigger="")


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


def _read(moment: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(moment)
    except ValueError as error:
        raise Http404 from error
    if found.tzinfo is None:
        raise Http404
    return found


def _lines(request: HttpRequest, *, notice: str = "", undo: str = "") -> HttpResponse:
    page = inbox_page(request.user, show=request.POST.get("show", ""))
    context = {"page": page, "shows": SHOWS, "user": request.user, "notice": notice, "undo_url": undo}
    return render(request, "discuss/_inbox_answer.html", context)
