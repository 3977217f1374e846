"""What can be done to an opportunity. Every door (screen, drag, bulk, import, demo) comes through here."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.sharing import share_with
from kairos.accounts.models import Team
from kairos.core.history import ActionRefused, Changes, change_set
from kairos.core.history.bulk import chunks
from kairos.crm import events
from kairos.crm.actions.assignment import assign_new
from kairos.crm.actions.defaults import NAMING, completed, title_of
from kairos.crm.actions.derived import DERIVING, derived
from kairos.crm.actions.handing import note_hand, note_hands
from kairos.crm.actions.probability import following_again, of_reopened, of_stage
from kairos.crm.actions.stages import first_open_stage, matching_stage, won_stage
from kairos.crm.actions.touches import NAMES, Brought, add_touch
from kairos.crm.models import Channel, Competitor, Kind, Lead, LostReason, Opportunity, Stage, Status


class AlreadyClosed(ActionRefused):
    message = _("“%(opportunity)s” is already closed. Reopen it first.")


class AlreadyOpen(ActionRefused):
    message = _("“%(opportunity)s” is open already.")


class ReasonForOthers(ActionRefused):
    message = _(
        "“%(reason)s” is no reason for “%(record)s”: some are for leads only, some for opportunities."
    )


class StageOfAnotherTeam(ActionRefused):
    message = _("The stage “%(stage)s” belongs to another team's process.")


class NobodyNamed(ActionRefused):
    message = _("Say who it is: a title, a name, a company, an e-mail address or a phone number.")


def create_opportunity(
    *,
    values: Mapping[str, Any],
    by: Any,
    at: dt.datetime | None = None,
    model: type[Opportunity] = Opportunity,
) -> Opportunity:
    """A new open deal. What is not given comes from its salesperson, team and stage (see `defaults.completed`).

    Raises `StageOfAnotherTeam` when stage and team do not belong together.
    """
    full = derived(completed(values, by=by), at=at or timezone.now())
    _check_stage(full["stage"], full["team"], full.get("kind") or Kind.OPPORTUNITY)
    with change_set(
        by=by, summary=_("Created %(record)s"), params={"record": full["title"]}, at=at
    ) as changes:
        opportunity = changes.create(Opportunity, **{"stage_entered_at": changes.at, **full})
        note_hand(changes, opportunity, opportunity.salesperson)
        if opportunity.salesperson is None:
            assign_new(changes, teams=[opportunity.team_id])
        if opportunity.stage.is_won:
            win_opportunity(opportunity, by=by, at=at)
    return opportunity


def create_lead(
    *, values: Mapping[str, Any], by: Any, at: dt.datetime | None = None, model: type[Lead] = Lead
) -> Lead:
    """A lead somebody enters by hand, by the rules of `create_opportunity`; named after whoever it is.

    What brought them, where that is said, is the first touch. Raises `NobodyNamed`.
    """
    if not any(str(values.get(name) or "").strip() for name in NAMING):
        raise NobodyNamed()
    full = {**values, "title": title_of(values), "kind": Kind.LEAD}
    with change_set(
        by=by, summary=_("Created %(record)s"), params={"record": full["title"]}, at=at
    ) as changes:
        lead = create_opportunity(values=full, by=by, at=at)
        if any(values.get(name) for name in NAMES):
            source, medium, campaign = (values.get(name) for name in NAMES)
            brought = Brought(source, medium, campaign, at=at)
            add_touch(changes, lead, channel=lead.channel, brought=brought, heard=False)
        changes.event(events.LEAD_ADDED.name, lead, channel=Channel(lead.channel).label)
    return Lead.objects.get(pk=lead.pk)


def update_opportunity(opportunity: Opportunity, *, values: Mapping[str, Any], by: Any) -> Opportunity:
    """Write field values by the rules: the stage moves, the team brings its stage, the probability becomes manual.

    Raises `StageOfAnotherTeam`.
    """
    rest = dict(values)
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": opportunity}) as changes:
        changes.about(Opportunity)
        changes.lock(opportunity)
        rest = derived(rest, opportunity, at=changes.at)
        if "team" in rest:
            _hand_over(changes, opportunity, rest.pop("team"))
            if rest.get("salesperson", opportunity.salesperson) is None:
                assign_new(changes, teams=[opportunity.team_id])
        if rest.get("salesperson", opportunity.salesperson) != opportunity.salesperson:
            note_hand(changes, opportunity, rest["salesperson"])
        if "stage" in rest:
            move_opportunity(opportunity, stage=rest.pop("stage"), by=by)
        if "probability" in rest and rest["probability"] != opportunity.probability:
            rest["is_probability_manual"] = True
        if rest.get("is_probability_manual") is False:
            rest |= following_again(opportunity)
        if "shared_with" in rest:
            share_with(changes, opportunity, rest.pop("shared_with"))
        changes.update(opportunity, **rest)
    return opportunity


def update_opportunities(
    *, values_by_id: Mapping[int, Mapping[str, Any]], by: Any, model: type[Opportunity] = Opportunity
) -> int:
    """Write values to many deals; plain fields in few statements, fields with rules deal by deal."""
    ruled = {"team", "stage", "probability", "is_probability_manual", "shared_with"}
    params = {"count": len(values_by_id)}
    with change_set(by=by, summary=_("Changed %(count)s records"), params=params) as changes:
        changes.about(Opportunity)
        if not any(ruled & values.keys() for values in values_by_id.values()):
            note_hands(changes, values_by_id)
            return changes.update_many(Opportunity, _derived_many(values_by_id, at=changes.at))
        found = Opportunity.with_leads.select_related("stage", "team").in_bulk(list(values_by_id))
        for pk, opportunity in found.items():
            update_opportunity(opportunity, values=values_by_id[pk], by=by)
        return len(found)


def move_opportunity(opportunity: Opportunity, *, stage: Stage, by: Any) -> Opportunity:
    """Into another stage of its team's process; the probability follows unless set by hand.

    The won stage wins the deal; leaving it, or moving a lost deal, opens the deal again. Raises `StageOfAnotherTeam`.
    """
    params = {"record": opportunity, "stage": stage}
    with change_set(by=by, summary=_("Moved %(record)s to %(stage)s"), params=params) as changes:
        changes.lock(opportunity)
        _check_stage(stage, opportunity.team, opportunity.kind)
        if stage.is_won:
            return opportunity if opportunity.status == Status.WON else _win(changes, opportunity, stage)
        if not opportunity.is_open:
            changes.event(events.OPPORTUNITY_REOPENED.name, opportunity)
            changes.update(opportunity, status=Status.OPEN, closed_at=None, lost_reason=None, lost_note="")
        _enter(changes, opportunity, stage)
    return opportunity


def win_opportunity(opportunity: Opportunity, *, by: Any, at: dt.datetime | None = None) -> Opportunity:
    """Close as won, in the won stage of its process where there is one, at 100 %. Raises `AlreadyClosed`."""
    with change_set(by=by, summary=_("Won %(record)s"), params={"record": opportunity}, at=at) as changes:
        changes.lock(opportunity)
        if not opportunity.is_open:
            raise AlreadyClosed(opportunity=opportunity)
        _win(changes, opportunity, won_stage(opportunity.team))
    return opportunity


def lose_opportunity(
    opportunity: Opportunity,
    *,
    by: Any,
    lost_reason: LostReason | None = None,
    lost_note: str = "",
    competitor: Competitor | None = None,
    at: dt.datetime | None = None,
) -> Opportunity:
    """Close as lost, in the stage it has reached, at 0 %, with the reason, and to whom. Raises `AlreadyClosed`."""
    with change_set(by=by, summary=_("Lost %(record)s"), params={"record": opportunity}, at=at) as changes:
        changes.lock(opportunity)
        if not opportunity.is_open:
            raise AlreadyClosed(opportunity=opportunity)
        check_reason(lost_reason, opportunity)
        changes.update(
            opportunity,
            status=Status.LOST,
            closed_at=changes.at,
            probability=0,
            lost_reason=lost_reason,
            lost_note=lost_note,
            competitor=competitor or opportunity.competitor,
        )
        changes.event(events.OPPORTUNITY_LOST.name, opportunity, reason=lost_reason or _("no reason given"))
    return opportunity


def check_reason(reason: LostReason | None, deal: Opportunity) -> None:
    """Raises `ReasonForOthers` for a reason that is not meant for this kind."""
    if reason is not None and reason.loses not in (LostReason.Loses.BOTH, deal.kind):
        raise ReasonForOthers(reason=reason, record=deal)


def reopen_opportunity(opportunity: Opportunity, *, by: Any) -> Opportunity:
    """Open a closed deal again, out of the won stage, with its stage's probability. Raises `AlreadyOpen`."""
    with change_set(by=by, summary=_("Reopened %(record)s"), params={"record": opportunity}) as changes:
        changes.lock(opportunity)
        if opportunity.is_open:
            raise AlreadyOpen(opportunity=opportunity)
        is_won = opportunity.stage.is_won
        stage = first_open_stage(opportunity.team, opportunity.kind) if is_won else opportunity.stage
        changes.update(
            opportunity,
            status=Status.OPEN,
            closed_at=None,
            lost_reason=None,
            lost_note="",
            is_probability_manual=False,
            **of_reopened(stage, opportunity.team),
        )
        _enter(changes, opportunity, stage)
        changes.event(events.OPPORTUNITY_REOPENED.name, opportunity)
    return opportunity


def assign_opportunities(opportunities: Iterable[Opportunity], *, salesperson: Any, by: Any) -> int:
    """Give deals to a salesperson; returns how many changed hands."""
    values: dict[int, Any] = {opportunity.pk: {"salesperson": salesperson} for opportunity in opportunities}
    params = {"count": len(values), "salesperson": salesperson or _("nobody")}
    with change_set(
        by=by, summary=_("Assigned %(count)s deals to %(salesperson)s"), params=params
    ) as changes:
        changes.about(Opportunity)
        note_hands(changes, values)
        return changes.update_many(Opportunity, _derived_many(values, at=changes.at))


def follow_stage_probability(opportunity: Opportunity, *, by: Any) -> Opportunity:
    """Let the probability follow again what the team has chosen: its stage, or its score."""
    return update_opportunity(opportunity, values={"is_probability_manual": False}, by=by)


def _derived_many(
    values_by_id: Mapping[int, Mapping[str, Any]], *, at: dt.datetime
) -> Mapping[int, Mapping[str, Any]]:
    """As `derived`, over many deals, which are read at once where something follows from the values."""
    if not any(DERIVING & values.keys() for values in values_by_id.values()):
        return values_by_id
    found: dict[int, Mapping[str, Any]] = {}
    for ids in chunks(list(values_by_id)):
        for pk, deal in Opportunity.with_leads.select_related("recurring_plan").in_bulk(list(ids)).items():
            found[pk] = derived(values_by_id[pk], deal, at=at)
    return found


def _check_stage(stage: Stage, team: Team | None, kind: str) -> None:
    own = team.pk if team is not None and team.has_own_stages else None
    if stage.team_id != own or stage.kind != kind:
        raise StageOfAnotherTeam(stage=stage)


def _enter(changes: Changes, opportunity: Opportunity, stage: Stage) -> None:
    """Stand in a stage, from now; the caller has checked that the stage is the team's."""
    old = opportunity.stage
    values: dict[str, Any] = {}
    if old.pk != stage.pk:
        values |= {"stage": stage, "stage_entered_at": changes.at}
        changes.event(events.STAGE_CHANGED.name, opportunity, old=old, new=stage)
    if not opportunity.is_probability_manual:
        values |= of_stage(stage, opportunity.team)
    changes.update(opportunity, **values)


def _win(changes: Changes, opportunity: Opportunity, stage: Stage | None) -> Opportunity:
    values: dict[str, Any] = {"status": Status.WON, "closed_at": changes.at, "probability": 100}
    if stage is not None and stage.pk != opportunity.stage_id:
        values |= {"stage": stage, "stage_entered_at": changes.at}
    changes.update(opportunity, **values, is_probability_manual=False, lost_reason=None, lost_note="")
    changes.event(events.OPPORTUNITY_WON.name, opportunity)
    return opportunity


def _hand_over(changes: Changes, opportunity: Opportunity, team: Team | None) -> None:
    """To another team: into its stage of the same name, or its first open one; never a foreign stage."""
    if opportunity.team == team:
        return
    changes.event(events.TEAM_CHANGED.name, opportunity, old=opportunity.team or "–", new=team or "–")
    stage = matching_stage(opportunity.stage, team)
    changes.update(opportunity, team=team)
    if stage.pk != opportunity.stage_id:
        values: dict[str, Any] = {"stage": stage, "stage_entered_at": timezone.now()}
        if opportunity.is_open and not opportunity.is_probability_manual:
            values |= of_stage(stage, team)
        changes.update(opportunity, **values)
