from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from kairos.accounts.actions.welcome import welcome_link_for
from kairos.accounts.models import User
from kairos.accounts.views.decorators import administrators_only
from kairos.accounts.views.requests import SignedInRequest


@login_required
@require_POST
@administrators_only
def make_welcome_link(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make the one-time link and show it, this once: only its hash is kept."""
    person = get_object_or_404(User.objects.visible_to(request.user).active(), pk=pk)
    link = welcome_link_for(person, by=request.user, base_url=request.build_absolute_uri("/"))
    template = "accounts/_welcome_link.html" if request.htmx else "accounts/welcome_link.html"
    response = render(request, template, {"record": person, "link": link})
    response["Cache-Control"] = "no-store"
    return response
