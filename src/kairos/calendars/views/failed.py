"""Events that failed: as they came, and once more."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairos.calendars.actions.accounts import try_event_again
from kairos.calendars.models import RemoteEvent


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at it, or write it, once more."""
    event = _own_or_404(request, pk)
    try_event_again(event, by=request.user)
    messages.success(request, _("It is being tried again."))
    return redirect("record", "calendar-accounts", event.calendar.account_id)


@login_required
@require_safe
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The event as it came, to look at elsewhere."""
    event = _own_or_404(request, pk)
    headers = {
        "Content-Disposition": f'attachment; filename="event-{event.pk}.ics"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(event.raw, content_type="text/plain; charset=utf-8", headers=headers)


def _own_or_404(request: HttpRequest, pk: int) -> RemoteEvent:
    mine = RemoteEvent.objects.filter(calendar__owner=request.user.pk).exclude(failure="")
    found: RemoteEvent = get_object_or_404(mine.select_related("calendar"), pk=pk)
    return found
