"""Scores on screen: why a deal has its score, how good scores have been, and what counts in them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kairos.core.views.frame import render_page
from kairos.crm.actions import scoring as actions
from kairos.crm.models import Opportunity
from kairos.crm.scoring import pages, tables
from kairos.crm.scoring.factors import candidates


class SettingsForm(forms.Form):
    """What counts in scores."""

    factors = forms.MultipleChoiceField(
        label=_("Fields that count"), required=False, widget=forms.CheckboxSelectMultiple
    )
    starts_on = forms.DateField(
        label=_("Only deals opened since"),
        required=False,
        help_text=_("Leave out times when you sold otherwise. Empty: all."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    least = forms.IntegerField(label=_("Values count from so many closed deals"), min_value=1, max_value=1000)
    least_tags = forms.IntegerField(
        label=_("Tags count from so many closed deals"), min_value=1, max_value=1000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["factors"]
        field.choices = [(name, factor.label) for name, factor in candidates().items()]


@login_required
@require_safe
def deal_score(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a deal has its score: the part of its page that is fetched when the page stands.

    Of a deal that was closed meanwhile there is nothing to say; its page is about to hear of it.
    """
    deals = Opportunity.with_leads.visible_to(request.user).select_related("stage", "team")
    deal = get_object_or_404(deals, pk=pk)
    if not deal.is_open or deal.archived_at is not None:
        return HttpResponse()
    return render(request, "crm/_score.html", pages.score_context(deal, request.user))


@login_required
@require_safe
def scoring(request: HttpRequest) -> HttpResponse:
    """How good the score has been, of all teams or of one."""
    _leaders_only(request.user)
    context = pages.trial_context(request.user, request.GET.get("team", ""))
    return render_page(request, "crm/scoring.html", context, active="scoring")


@login_required
@require_POST
def learn(request: HttpRequest) -> HttpResponse:
    """Learn from all closed deals and score the open ones, in the background."""
    _leaders_only(request.user)
    actions.request_learning()
    return progress(request)


@login_required
def progress(request: HttpRequest) -> HttpResponse:
    """How far learning is; the page is fetched again when it has ended."""
    _leaders_only(request.user)
    run = pages.last_run()
    response = render(request, "crm/_score_progress.html", {"run": run})
    if run is None or run.finished_at is not None:
        response.headers["HX-Refresh"] = "true"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """What counts in scores."""
    _leaders_only(request.user)
    found = tables.settings()
    initial = {name: getattr(found, name) for name in SettingsForm.base_fields}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        actions.change_score_settings(values=form.cleaned_data, by=request.user)
        messages.success(request, _now("Saved. Open deals are scored anew in the background."))
        return redirect("scoring")
    context = {"form": form, "chosen": form["factors"].value() or []}
    return render_page(
        request, "crm/scoring_settings.html", context, active="scoring", status=422 if form.errors else 200
    )


def _leaders_only(user: Any) -> None:
    if not user.is_leader:
        raise Http404
