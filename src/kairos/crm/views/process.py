"""How a team sells, for its leaders."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kairos.accounts.models import Team
from kairos.core.editing.found import record_or_404, type_or_404
from kairos.core.records import type_of
from kairos.core.views.frame import render_page
from kairos.crm.actions.processes import MailAddressTaken, process_of, update_team_process
from kairos.crm.models import ProbabilityMode


class ProcessForm(forms.Form):
    """The choices of a selling process."""

    uses_leads = forms.BooleanField(
        label=_("Leads are looked at before they enter the pipeline"),
        help_text=_("Without it, whoever shows interest is an opportunity at once."),
        required=False,
    )
    probability_mode = forms.ChoiceField(
        label=_("The probability comes from"), choices=ProbabilityMode.choices
    )
    mail_address = forms.EmailField(
        label=_("Address for leads"),
        help_text=_("Mail that comes in to this address is a lead of the team."),
        required=False,
    )


@require_http_methods(["GET", "POST"])
def process(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may change the team sees and changes it; for everybody else there is no such page."""
    team = team_to_arrange(pk, request.user)
    found = process_of(team)
    initial = {name: getattr(found, name) for name in ProcessForm.base_fields}
    form = ProcessForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and _written(form, team, request.user):
        messages.success(request, _now("Saved."))
        return redirect("team-process", pk=team.pk)
    context = {"form": form, "team": team, "team_url": type_of(Team).url_of(team)}
    return render_page(
        request, "crm/process.html", context, active="teams", status=422 if form.errors else 200
    )


def _written(form: ProcessForm, team: Team, user: Any) -> bool:
    try:
        update_team_process(team, values=form.cleaned_data, by=user)
    except MailAddressTaken as refused:
        form.add_error("mail_address", str(refused))
        return False
    return True


def team_to_arrange(pk: int, user: Any) -> Team:
    """The team, for those who lead it; 404 for others."""
    if not user.is_authenticated:
        raise Http404
    kind = type_or_404("teams", user)
    team: Team = record_or_404(kind, pk, user)
    if not kind.access.can_edit(user, team):
        raise Http404
    return team
