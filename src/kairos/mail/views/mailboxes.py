"""Getting into a mailbox: how, and whether it works. Everything else of a mailbox is declared."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from kairos.core.records import type_of
from kairos.core.views.connections import connecting
from kairos.mail.forms.mailboxes import MailboxForm
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
    form = MailboxForm(mailbox, request.POST if request.method == "POST" else None)
    works = _("It works. The mail is being fetched.")
    return connecting(
        request, mailbox, form, "mail/connection.html", works=works, then=type_of(Mailbox).url_of(mailbox)
    )


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
        messages.error(request, fault.in_full)
    else:
        messages.success(request, _("It works: the server lets us in, and every folder is there."))
    return redirect("record", "mailboxes", mailbox.pk)


def _own_or_404(request: HttpRequest, pk: int) -> Mailbox:
    """A mailbox this person arranges; for everybody else there is no such page."""
    found: Mailbox = get_object_or_404(Mailbox.objects.visible_to(request.user), pk=pk)
    if not type_of(Mailbox).access.can_edit(request.user, found):
        raise Http404
    return found
