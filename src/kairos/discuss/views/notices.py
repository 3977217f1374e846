"""How one wants to hear of things, and the address in each mail that ends it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kairos.core.history import ActionRefused
from kairos.core.views.frame import render_page
from kairos.discuss.actions import notices as actions
from kairos.discuss.actions import pushing
from kairos.discuss.emails import notices_mail, whom_to_stop
from kairos.discuss.forms.notices import NoticesForm
from kairos.discuss.inbox_page import inbox_page
from kairos.discuss.models import PushSubscription
from kairos.discuss.push.keys import own_public_key


@login_required
@require_http_methods(["GET", "POST"])
def choose_notices(request: HttpRequest) -> HttpResponse:
    """For each reason whether it is told, and whether it is mailed; when mail comes."""
    form = NoticesForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("notices")
    context = {"form": form, "browsers": PushSubscription.objects.of(request.user)}
    context |= {"push_key": own_public_key()}
    return render_page(request, "discuss/notices.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """From now on this browser tells whoever is signed in."""
    given = {name: request.POST.get(name, "") for name in ("endpoint", "browser_key", "secret")}
    try:
        agent = request.headers.get("User-Agent", "")
        pushing.subscribe_browser(by=request.user, user_agent=agent, **given)
    except ActionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("This browser tells you from now on, also while Kairos is closed."))
    return redirect("notices")


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """One of one's own browsers tells one no more."""
    found = get_object_or_404(PushSubscription.objects.of(request.user), pk=pk)
    pushing.forget_browser(found, by=request.user)
    messages.success(request, _("%(browser)s tells you no more.") % {"browser": found})
    return redirect("notices")


@login_required
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """The mail that would come now, of what is unread; its looks are its own, and it may load nothing."""
    lines = inbox_page(request.user, show="unread").lines
    if not lines:
        messages.info(request, _("Nothing waits for you"))
        return redirect("notices")
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return HttpResponse(notices_mail(request.user, lines).html, headers={"Content-Security-Policy": policy})


@csrf_exempt
@require_http_methods(["GET", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """One click ends the mail, by the button here or the mail program's own; the signature says whose it is."""
    person: Any = get_object_or_404(get_user_model()._default_manager, pk=whom_to_stop(token))
    if request.method == "POST":
        actions.stop_mail(by=person)
    with override(person.language or None):
        return render(request, "discuss/notices_stop.html", {"is_done": request.method == "POST"})
