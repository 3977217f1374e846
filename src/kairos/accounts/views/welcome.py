from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kairos.accounts.actions.welcome import LinkUnusable, find_link
from kairos.accounts.forms.welcome import WelcomeForm
from kairos.accounts.models import User
from kairos.accounts.workspace import workspace


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link is for; only the form uses it up, so that a mail scanner's look costs nothing."""
    try:
        link = find_link(token)
        form = WelcomeForm(
            request.POST if request.method == "POST" else None, link=link, workspace=workspace()
        )
        person = form.accept() if form.is_valid() else None
    except LinkUnusable as refusal:
        return render(request, "accounts/link_unusable.html", {"refusal": refusal}, status=404)
    if person is not None:
        return _sign_in(request, person)
    return render(
        request, "accounts/welcome.html", {"form": form, "person": link.user, "workspace": workspace()}
    )


def _sign_in(request: HttpRequest, person: User) -> HttpResponse:
    """Through the same door as with a password typed in, so that a second factor is still asked for."""
    return perform_password_login(request, {"email": person.email}, Login(user=person))
