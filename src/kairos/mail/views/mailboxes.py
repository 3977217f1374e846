"""Getting into a mailbox: how, and whether it works. Everything else of a mailbox is declared."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from kairos.core.records import type_of
from kairos.core.views.frame import render_page
from kairos.mail.forms.mailboxes import ConnectionForm
from kairos.mail.mailboxes.connection import MailboxFault
from kairos.mail.mailboxes.trying import try_mailbox
from kairos.mail.models import Mailbox


@login_required
@sensitive_post_parameters("password")
@sensitive_variables("form")
@require_http_methods(["GET", "POST"])
def connection(request: HttpRequest, pk: int) -> HttpResponse:
    """How to get into a mailbox; it is kept when it works."""
    mailbox = _own_or_404(request, pk)
    form = ConnectionForm(mailbox, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save(request.user)
        messages.success(request, _("It works. The mail is being fetched."))
        return redirect("record", "mailboxes", mailbox.pk)
    context = {"form": form, "mailbox": mailbox, "mailbox_url": type_of(Mailbox).url_of(mailbox)}
    status = 422 if form.errors else 200
    return render_page(request, "mail/connection.html", context, active="mailboxes", status=status)


@login_required
@require_POST
def try_connection(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the mailbox can be read now, in plain words."""
    mailbox = _own_or_404(request, pk)
    if not hasattr(mailbox, "state"):
        return redirect("mailbox-connection", mailbox.pk)
    try:
        try_mailbox(mailbox)
    except MailboxFault as fault:
        messages.error(request, " ".join(filter(None, (str(fault), fault.said))))
    else:
        messages.success(request, _("It works: the server lets us in, and every folder is there."))
    return redirect("record", "mailboxes", mailbox.pk)


def _own_or_404(request: HttpRequest, pk: int) -> Mailbox:
    """A mailbox this person arranges; for everybody else there is no such page."""
    found: Mailbox = get_object_or_404(Mailbox.objects.visible_to(request.user), pk=pk)
    if not type_of(Mailbox).access.can_edit(request.user, found):
        raise Http404
    return found
