"""What the pipeline's board does beyond any other: which stages it shows, what stands in them, how a card moves."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Reach, Team
from kairos.accounts.rights import shared_only
from kairos.accounts.sight import sight_of
from kairos.core.history import ActionRefused
from kairos.crm.actions.many import assign_opportunities
from kairos.crm.actions.opportunities import move_opportunity, update_opportunity
from kairos.crm.actions.stages import matching_stage
from kairos.crm.models import Kind, Opportunity, OpportunityTally, Stage, Status


class CannotMoveHere(ActionRefused):
    message = _("Use Won, Lost or Reopen to change whether a deal is open.")


def lead_stages_for(user: Any, values: dict[str, list[Any]]) -> list[Stage]:
    """As `stages_for`, of the leads' process."""
    return stages_for(user, values, kind=Kind.LEAD)


def stages_for(user: Any, values: dict[str, list[Any]], *, kind: str = Kind.OPPORTUNITY) -> list[Stage]:
    """The columns: the stages of the teams the condition names, else of the person's teams.

    `values` holds, per field, the values the condition allows. When the teams sell by different stages the board shows
    each process after the other. The shared stages come first where one of the teams sells by them. Whatever the teams,
    the processes in which the person has an open deal are there, so that none is missing from the board.
    """
    teams = Team.objects.filter(pk__in=values["team"]) if values.get("team") else teams_of(user)
    found = list(teams.active().order_by("position", "pk"))
    owners = [team.pk for team in found if team.has_own_stages]
    shared = not found or len(owners) < len(found)
    if not values.get("team") and sight_of(user).reach != Reach.ALL:
        elsewhere = _processes_seen(user, kind)
        shared = shared or None in elsewhere
        more = [pk for pk in elsewhere if pk is not None and pk not in owners]
        others = Team.objects.filter(pk__in=more).order_by("position", "pk")
        owners += list(others.values_list("pk", flat=True)) if more else []
    kept = Stage.objects.active().filter(kind=kind)
    stages = kept.filter(team__in=owners) | kept.filter(team=None)
    order = {pk: n for n, pk in enumerate([None, *owners] if shared else owners)}
    chosen = [stage for stage in stages.select_related("team") if stage.team_id in order]
    return sorted(chosen, key=lambda stage: (order[stage.team_id], stage.position, stage.pk))


def teams_of(user: Any) -> Any:
    """The teams within a person's reach."""
    sight = sight_of(user)
    if sight.reach == Reach.ALL:
        return Team.objects.all()
    return Team.objects.filter(pk__in=sight.teams | (sight.led if sight.reach == Reach.TREE else frozenset()))


def _processes_seen(user: Any, kind: str) -> set[int | None]:
    """The teams in whose stages this person has open deals; None for the shared stages."""
    tallied = OpportunityTally.objects.visible_to(user).filter(
        kind=kind, status=Status.OPEN, archived_at=None, count__gt=0
    )
    found = set(tallied.order_by().values_list("stage__team", flat=True).distinct())
    beside = shared_only(user, Opportunity)
    if beside is not None:
        deals = Opportunity.with_leads.filter(beside, kind=kind).active().open()
        found |= set(deals.order_by().values_list("stage__team", flat=True).distinct())
    return found


def scope_to_stage(queryset: Any, stage: Stage | None) -> Any:
    """Without a word about the status, a won stage shows what is won and every other column what is open.

    `stage` is None where the columns are no stages.
    """
    return queryset.filter(status=Status.WON if stage is not None and stage.is_won else Status.OPEN)


def move_card(opportunity: Opportunity, *, field: str, column: Any, by: Any) -> Opportunity:
    """Put a card into another column. A stage of another process is answered by the matching one of the deal's own.

    Raises `CannotMoveHere` on a board by status.
    """
    if field == "status":
        raise CannotMoveHere()
    if field == "stage":
        return move_opportunity(opportunity, stage=_own(column, opportunity), by=by)
    if field == "salesperson":
        assign_opportunities([opportunity], salesperson=column, by=by)
        return opportunity
    return update_opportunity(opportunity, values={field: column}, by=by)


def _own(stage: Stage, opportunity: Opportunity) -> Stage:
    team = opportunity.team
    own = team.pk if team is not None and team.has_own_stages else None
    return stage if stage.team_id == own else matching_stage(stage, team)
