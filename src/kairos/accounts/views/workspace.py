from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kairos.accounts.actions.workspace import finish_step
from kairos.accounts.checklist import DISMISSED
from kairos.accounts.forms.workspace import LetterheadForm, WorkspaceForm
from kairos.accounts.views.decorators import administrators_only
from kairos.accounts.views.requests import SignedInRequest
from kairos.accounts.workspace import logo_address, workspace
from kairos.core.views.frame import render_page


@login_required
@require_http_methods(["GET", "POST"])
@administrators_only
def settings(request: SignedInRequest) -> HttpResponse:
    """What the house is called, and what its records start with."""
    form = WorkspaceForm(workspace(), request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save(request.user)
        messages.success(request, _("Saved."))
        return redirect("settings")
    return _settings(request, form, LetterheadForm(workspace()))


@login_required
@require_POST
@administrators_only
def letterhead(request: SignedInRequest) -> HttpResponse:
    """What stands on the papers of the house."""
    form = LetterheadForm(workspace(), request.POST, request.FILES)
    if form.is_valid() and form.save(request.user):
        messages.success(request, _("Saved."))
        return redirect("settings")
    return _settings(request, WorkspaceForm(workspace()), form)


def _settings(request: SignedInRequest, form: WorkspaceForm, letterhead: LetterheadForm) -> HttpResponse:
    context = {"form": form, "letterhead": letterhead, "logo": logo_address(workspace())}
    status = 422 if form.errors or letterhead.errors else 200
    return render_page(request, "accounts/settings.html", context, active="settings", status=status)


@login_required
@require_POST
@administrators_only
def dismiss_checklist(request: SignedInRequest) -> HttpResponse:
    """Put the first-run checklist away for everybody."""
    finish_step(DISMISSED)
    return HttpResponse(status=200) if request.htmx else redirect("/")
