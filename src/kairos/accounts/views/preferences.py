from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kairos.accounts.actions.sessions import end_all_sessions
from kairos.accounts.actions.users import update_user
from kairos.accounts.forms.preferences import PreferencesForm, SignOutEverywhereForm, language_codes
from kairos.accounts.models import User
from kairos.accounts.own_panels import OWN_PANELS
from kairos.accounts.second_factor import second_factor
from kairos.accounts.views.requests import SignedInRequest
from kairos.core.views.frame import render_page


@login_required
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "POST"])
def preferences(request: SignedInRequest) -> HttpResponse:
    """One's own name, language, time zone, looks and locks; the user menu sends a single field here."""
    if request.method == "GET":
        return _page(request)
    form = PreferencesForm(request.user, request.POST)
    if not form.is_valid() or not form.save():
        return _page(request, form=form)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"} if "language" in form.fields else {})
    with override(request.user.language or None):
        messages.success(request, _("Saved."))
    return redirect("preferences")


@login_required
@sensitive_post_parameters()
@require_POST
def sign_out_everywhere(request: SignedInRequest) -> HttpResponse:
    """End every other session of this person; this one goes on under a new key."""
    form = SignOutEverywhereForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, everywhere=form)
    end_all_sessions(request.user, password=form.cleaned_data["password"])
    update_session_auth_hash(request, request.user)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("preferences")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Before signing in the browser remembers the language; afterwards the person does."""
    language, back = request.POST.get("language", ""), request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    if language in language_codes():
        _remember(response, language, secure=request.is_secure())
        if isinstance(request.user, User):
            update_user(request.user, values={"language": language}, by=request.user)
    return response


def _remember(response: HttpResponse, language: str, *, secure: bool) -> None:
    name = settings.LANGUAGE_COOKIE_NAME
    response.set_cookie(name, language, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)


YEAR = 365 * 24 * 3600


def _page(request: SignedInRequest, **forms: Any) -> HttpResponse:
    """The whole page; a form that was refused stands in place of its fresh twin."""
    everywhere = forms.get("everywhere") or SignOutEverywhereForm(request.user)
    form = PreferencesForm(request.user)
    refused = forms.get("form")
    context = {
        "form": form,
        "refused": refused,
        "everywhere": everywhere,
        "own_panels": OWN_PANELS.contributions(),
        "second_factor": second_factor(request.user),
    }
    status = 422 if any(shown.errors for shown in (refused, everywhere) if shown) else 200
    return render_page(request, "accounts/preferences.html", context, status=status)
