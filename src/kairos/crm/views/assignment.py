"""Assignment: how teams and people stand, and how a team gives out its leads."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kairos.accounts.models import Team, User
from kairos.core.conditions.form_field import words_of
from kairos.core.editing.answers import undo_url
from kairos.core.models import ChangeSet
from kairos.core.records import type_of
from kairos.core.views.frame import render_page
from kairos.crm.access import teams_arranged_by
from kairos.crm.actions.assignment import assign_waiting, undo_run
from kairos.crm.actions.assignment_rules import pause as pause_member
from kairos.crm.actions.assignment_rules import update_member_rules
from kairos.crm.actions.processes import update_team_process
from kairos.crm.assignment.forms import MemberForm, RulesForm, SharesForm
from kairos.crm.assignment.looking_back import look_back
from kairos.crm.assignment.overview import arrivals, desks_of, in_words, queues_of, runs_of, trial
from kairos.crm.assignment.seats import Roster, rosters_of
from kairos.crm.models import AssignmentRun, Lead, TeamProcess
from kairos.crm.views.process import team_to_arrange

TRIED = 50


@login_required
@require_safe
def assignment(request: HttpRequest) -> HttpResponse:
    """Whoever leads sees queues, people and runs of their teams; everybody else their own share."""
    now, led = timezone.now(), list(teams_arranged_by(request.user))
    mine = list(Team.objects.active().filter(members=request.user.pk))
    if not led and not mine:
        raise Http404
    may_all = bool(getattr(request.user, "is_administrator", False))
    context = {
        "desks": desks_of(led, now=now),
        "own": _own_shares(mine, request.user, now),
        "unclaimed": queues_of([None]).get(None) if may_all else None,
        "runs": runs_of(led, of_none=may_all) if led else [],
        "moment": now,
        "teams_url": type_of(Team).url,
    }
    return render_page(request, "crm/assignment.html", context, active="assignment")


def _own_shares(teams: list[Team], user: Any, now: Any) -> list[Any]:
    desks = desks_of(teams, now=now, with_plan=False)
    return [(desk, one) for desk in desks for one in desk.standings if one.seat.user.pk == user.pk]


@require_http_methods(["GET", "POST"])
def team_assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """How a team gives out its leads; `try` shows what would become of the queue, or would have in the past."""
    team = team_to_arrange(pk, request.user)
    roster = _roster(team)
    is_rules = request.method == "POST" and "assignment_mode" in request.POST
    rules = RulesForm(_process(roster), request.POST if is_rules else None)
    shares = SharesForm(roster.seats, request.POST if request.method == "POST" and not is_rules else None)
    if rules.is_valid():
        update_team_process(team, values=rules.cleaned_data, by=request.user)
    elif shares.is_valid():
        update_member_rules(team, values_by_user=shares.values_by_user(), by=request.user)
    else:
        return _team_page(request, roster, rules, shares)
    messages.success(request, _("Saved."))
    return redirect("team-assignment", pk=team.pk)


def _team_page(request: HttpRequest, roster: Roster, rules: RulesForm, shares: SharesForm) -> HttpResponse:
    now, team = timezone.now(), roster.team
    [desk] = desks_of([team], now=now, with_plan=False)
    tried = request.GET.get("try", "")
    coming = arrivals(now=now).get(team.pk, []) if tried == "now" else []
    desk.coming = len(coming)
    turns = trial(roster, coming, now=now) if tried == "now" else []
    context = {
        "team": team,
        "team_url": type_of(Team).url_of(team),
        "desk": desk,
        "rules": rules,
        "condition": _shown(rules, "condition", request.user),
        "shares": shares,
        "takes": {seat.user.pk: _takes(seat.rule, request.user) for seat in roster.seats},
        "tried": tried,
        "turns": in_words(turns[:TRIED], roster),
        "more_turns": max(0, len(turns) - TRIED),
        "past": look_back(team, now=now) if tried == "past" else None,
        "leads": type_of(Lead),
    }
    is_refused = rules.errors or shares.errors
    return render_page(
        request, "crm/team_assignment.html", context, active="teams", status=422 if is_refused else 200
    )


@require_http_methods(["GET", "POST"])
def team_member(request: HttpRequest, pk: int) -> HttpResponse:
    """What one member of a team takes; `person` says which."""
    team = team_to_arrange(pk, request.user)
    wanted = request.GET.get("person", "")
    seat = next((one for one in _roster(team).seats if str(one.user.pk) == wanted), None)
    if seat is None:
        raise Http404
    form = MemberForm(seat.rule, request.POST if request.method == "POST" else None)
    if form.is_valid():
        update_member_rules(team, values_by_user={seat.user.pk: form.values()}, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("team-assignment", pk=team.pk)
    shown = {name: _shown(form, name, request.user) for name in ("condition", "preferred")}
    context = {"form": form, "team": team, "person": seat.user, "shown": shown, "leads": type_of(Lead)}
    return render_page(
        request, "crm/team_member.html", context, active="teams", status=422 if form.errors else 200
    )


@require_POST
def run_assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Give out a team's queue now."""
    team = team_to_arrange(pk, request.user)
    runs = assign_waiting([team], by=request.user)
    mine = next((run for run in runs if run.team_id == team.pk), None)
    parts = mine.report["change_sets"] if mine else []
    part = ChangeSet.objects.filter(pk__in=parts).first() if len(parts) == 1 else None
    messages.success(request, _outcome(mine), extra_tags=undo_url(part))
    return redirect(_back(request, team))


def _outcome(run: AssignmentRun | None) -> str:
    if run is None or not (run.assigned or run.left):
        return _("Nothing waits.")
    given = ngettext("%(count)s lead was given out", "%(count)s leads were given out", run.assigned)
    left = ngettext("%(count)s is left", "%(count)s are left", run.left)
    return _("%(given)s, %(left)s.") % {
        "given": given % {"count": run.assigned},
        "left": left % {"count": run.left},
    }


@login_required
@require_POST
def undo_assignment_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a run back: for those who lead its team; what came to teams, for administrators."""
    run = get_object_or_404(AssignmentRun.objects.select_related("team"), pk=pk)
    may_all = bool(getattr(request.user, "is_administrator", False))
    if not may_all and not teams_arranged_by(request.user).filter(pk=run.team_id).exists():
        raise Http404
    kept = {conflict.record_id for conflict in undo_run(run, by=request.user) if conflict.field}
    if kept:
        text = ngettext(
            "Undone. %(count)s lead stays as it is: somebody has changed it since.",
            "Undone. %(count)s leads stay as they are: somebody has changed them since.",
            len(kept),
        )
        messages.warning(request, text % {"count": len(kept)})
    else:
        messages.success(request, _("Undone."))
    return redirect("assignment")


@login_required
@require_POST
def pause_own(request: HttpRequest, pk: int) -> HttpResponse:
    """Take oneself out of a team's turns, or in again."""
    team = get_object_or_404(Team.objects.active().filter(members=request.user.pk), pk=pk)
    person = User.objects.get(pk=request.user.pk)
    pause_member(team, person=person, is_paused=request.POST.get("pause") == "1", by=request.user)
    messages.success(request, _("Saved."))
    return redirect("assignment")


def _roster(team: Team) -> Roster:
    return rosters_of([team], now=timezone.now())[0]


def _process(roster: Roster) -> TeamProcess:
    return roster.process or TeamProcess(team=roster.team)


def _back(request: HttpRequest, team: Team) -> Any:
    return "assignment" if request.POST.get("from") == "overview" else f"/teams/{team.pk}/assignment"


def _shown(form: Any, name: str, user: Any) -> dict[str, Any]:
    """A condition's field as its macro needs it; one that was refused is shown as it was sent."""
    field, text = form.fields[name], form[name].value() or ""
    is_refused = bool(form[name].errors)
    words = words_of(json.loads(text), field.record_type, user=user) if text and not is_refused else ""
    return {
        "text": text,
        "words": words,
        "unset": field.unset,
        "label": field.label,
        "errors": form[name].errors,
    }


def _takes(rule: Any, user: Any) -> dict[str, Any]:
    """What a member takes, in a few words for the table."""
    leads = type_of(Lead)
    return {
        "condition": "" if rule.condition is None else words_of(rule.condition, leads, user=user),
        "preferred": "" if rule.preferred is None else words_of(rule.preferred, leads, user=user),
        "languages": rule.languages,
        "countries": rule.countries,
    }
