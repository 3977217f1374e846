"""The outbox: what waits, what went wrong, and a mail to try it with."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairos.core.history import ActionRefused
from kairos.core.views.frame import render_page
from kairos.mail.actions import outbox as actions
from kairos.mail.models import OutgoingMail
from kairos.mail.overview import outbox_context


@login_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """What waits, what was sent, and what somebody should look at."""
    administrators_only(request)
    context = outbox_context(request.GET.get("shelf", ""), request.GET.get("before", ""))
    return render_page(request, "mail/outbox.html", context, active="outbox")


@login_required
@require_POST
def try_mail(request: HttpRequest) -> HttpResponse:
    """A mail to an address of the administrator's choice, by the way all mail goes."""
    administrators_only(request)
    try:
        actions.queue_mail(
            to=request.POST.get("to", ""),
            subject=_("Kairos can send mail"),
            text=_(
                "This mail left through the outbox of Kairos. Whoever asked for it can now send to customers."
            ),
            by=request.user,
        )
    except ActionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The mail is in the outbox. It leaves within seconds."))
    return redirect("outbox")


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send once more what failed or is uncertain."""
    return _decided(request, pk, actions.send_again)


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what waits."""
    return _decided(request, pk, actions.cancel_mail)


def _decided(request: HttpRequest, pk: int, action: Callable[[OutgoingMail], None]) -> HttpResponse:
    administrators_only(request)
    try:
        action(get_object_or_404(OutgoingMail, pk=pk))
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("outbox")


def administrators_only(request: HttpRequest) -> None:
    """For everybody else there is no such page."""
    if not getattr(request.user, "is_administrator", False):
        raise Http404
