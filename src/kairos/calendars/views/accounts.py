"""Getting into a calendar account, and what is done with each of its calendars."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from kairos.calendars.forms.accounts import AccountForm, CalendarsForm
from kairos.calendars.models import CalendarAccount
from kairos.core.records import type_of
from kairos.core.views.connections import connecting
from kairos.core.views.frame import render_page


@login_required
@sensitive_post_parameters("password")
@sensitive_variables("form")
@require_http_methods(["GET", "POST"])
def connection(request: HttpRequest, pk: int) -> HttpResponse:
    """How to get in; it is kept when it works, and then it is chosen what for."""
    account = _own_or_404(request, pk)
    form = AccountForm(account, request.POST if request.method == "POST" else None)
    works = _("It works. Choose what is done with each calendar.")
    then = reverse("calendar-account-calendars", args=[account.pk])
    return connecting(request, account, form, "calendars/connection.html", works=works, then=then)


@login_required
@require_http_methods(["GET", "POST"])
def calendars(request: HttpRequest, pk: int) -> HttpResponse:
    """What is taken in from each calendar, and to which one's own meetings are written."""
    account = _own_or_404(request, pk)
    form = CalendarsForm(account, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save(request.user)
        messages.success(request, _("Saved. Both sides are being brought in step."))
        return redirect("record", "calendar-accounts", account.pk)
    context = {"form": form, "account": account, "account_url": type_of(CalendarAccount).url_of(account)}
    status = 422 if form.errors else 200
    return render_page(
        request, "calendars/calendars.html", context, active="calendar-accounts", status=status
    )


def _own_or_404(request: HttpRequest, pk: int) -> CalendarAccount:
    """An account of one's own; for everybody else there is no such page."""
    mine = CalendarAccount.objects.visible_to(request.user).active().select_related("owner")
    found: CalendarAccount = get_object_or_404(mine, pk=pk)
    if found.owner_id != request.user.pk:
        raise Http404
    return found
