"""When one works, how one hears of meetings, and who has something else at an hour."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kairos.activities.busy import conflicts
from kairos.activities.forms.choices import CalendarForm
from kairos.activities.views.dialog import asked_hours
from kairos.core.editing.numbers import number_in, numbers_in
from kairos.core.views.frame import render_page


@login_required
@require_http_methods(["GET", "POST"])
def choose_calendar(request: HttpRequest) -> HttpResponse:
    """Working hours, reminders, invitations by mail."""
    form = CalendarForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("calendar-choices")
    return render_page(request, "activities/choices.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_safe
def busy(request: HttpRequest) -> HttpResponse:
    """What stands against the hours in a dialog, for who is to come; nothing where they are no hours."""
    hours = asked_hours(request.GET)
    people = [request.GET.get("assignee", ""), *request.GET.getlist("people")]
    apart_from = number_in(request.GET.get("apart_from", ""))
    found = conflicts(request.user, numbers_in(people), *hours, apart_from=apart_from) if hours else []
    return render(request, "activities/_busy.html", {"conflicts": found})
