"""What came in: taken, nobody's, ignored, and what was too odd to be read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairos.core.views.frame import render_page
from kairos.mail.actions.incoming import route_again
from kairos.mail.incoming.keeping import kept
from kairos.mail.models import Came, IncomingMail
from kairos.mail.overview import incoming_context
from kairos.mail.shown import shown_parts
from kairos.mail.views.outbox import administrators_only


@login_required
@require_safe
def incoming(request: HttpRequest) -> HttpResponse:
    """The mails that came in, by what became of them."""
    administrators_only(request)
    wanted, before = request.GET.get("shelf", ""), request.GET.get("before", "")
    context = incoming_context(wanted, before, user=request.user)
    return render_page(request, "mail/incoming.html", context, active="incoming-mail")


@login_required
@require_safe
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """A mail as it came, as a file: never as a page. For administrators, and for those in whose mailbox it lies."""
    mail = get_object_or_404(IncomingMail, pk=pk)
    shown = shown_parts([mail], request.user)[mail.pk]
    if not shown.is_whole:
        raise Http404
    if not shown.is_own:
        administrators_only(request)
    try:
        content = kept(mail.digest)
    except FileNotFoundError as gone:
        raise Http404 from gone
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{mail.digest[:16]}.eml"'
    return answer


@login_required
@require_POST
def route(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more to find out whose it is."""
    administrators_only(request)
    mail = route_again(get_object_or_404(IncomingMail, pk=pk))
    if mail.state == Came.TAKEN:
        messages.success(request, _("It found its place."))
    else:
        messages.warning(request, _("Still unclaimed. %(reason)s") % {"reason": mail.reason})
    return redirect("incoming-mail")
