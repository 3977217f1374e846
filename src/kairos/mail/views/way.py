"""How mail leaves, chosen on screen."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from kairos.core.views.frame import render_page
from kairos.mail.actions.way import forget_way, hook_word
from kairos.mail.forms.way import WayForm
from kairos.mail.models import MailWay
from kairos.mail.providers import PROVIDERS
from kairos.mail.transport import Unreachable
from kairos.mail.views.outbox import administrators_only
from kairos.mail.way import chosen_way, is_free


@login_required
@sensitive_post_parameters("secret", "signing_key")
@sensitive_variables("form")
@require_http_methods(["GET", "POST"])
def way(request: HttpRequest) -> HttpResponse:
    """By which server or provider mail leaves; where the settings say it, there is nothing to choose."""
    administrators_only(request)
    if not is_free():
        raise Http404
    chosen = chosen_way()
    kind = request.GET.get("kind") or (chosen.kind if chosen else MailWay.Kind.SMTP)
    if kind not in MailWay.Kind.values:
        raise Http404
    form = WayForm(kind, chosen, request.POST if request.method == "POST" else None)
    if form.is_valid() and form.save(request.user):
        messages.success(request, _("Saved. Send yourself a mail to try it."))
        return redirect("outbox")
    status = 422 if form.errors else 200
    return render_page(request, "mail/way.html", _context(form, chosen), active="mail-way", status=status)


@login_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Let no mail leave any more."""
    administrators_only(request)
    forget_way()
    messages.success(request, _("No mail leaves any more: it is written into files."))
    return redirect("outbox")


def _context(form: WayForm, chosen: MailWay | None) -> dict[str, object]:
    address = f"{reverse('mail-way')}?kind="
    is_chosen = chosen is not None and chosen.kind == form.kind
    tabs = [
        {"label": label, "url": address + kind, "active": kind == form.kind}
        for kind, label in MailWay.Kind.choices
    ]
    return {
        "form": form,
        "chosen": chosen,
        "is_chosen": is_chosen,
        "tabs": tabs,
        "action": address + form.kind,
        "label": MailWay.Kind(form.kind).label,
        "hooks": _hooks(chosen) if chosen is not None and is_chosen else [],
    }


def _hooks(way: MailWay) -> list[dict[str, str]]:
    """The addresses at which the provider tells what became of mail, and brings what came."""
    provider = PROVIDERS.get(way.kind)
    if provider is None:
        return []
    try:
        word = hook_word(way)
    except Unreachable:
        return []
    found = [(_("What became of mail"), "mail-hook-tracking")]
    if provider.inbound:
        found.append((_("Mail that came"), "mail-hook-inbound"))
    house = settings.PUBLIC_URL.rstrip("/")
    return [
        {"label": label, "address": house + reverse(name, args=[word]), "name": name} for label, name in found
    ]
