"""What can be done to an opportunity. Every door (screen, drag, bulk, import, demo) comes through here."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.sharing import share_with
from kairos.core.history import ActionRefused, change_set
from kairos.crm import events
from kairos.crm.actions.assignment import assign_new
from kairos.crm.actions.defaults import NAMING, completed, title_of
from kairos.crm.actions.derived import derived
from kairos.crm.actions.handing import note_hand
from kairos.crm.actions.plans import check_stage, plan_for
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
    check_stage(full["stage"], full["team"], full.get("kind") or Kind.OPPORTUNITY)
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
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": opportunity}) as changes:
        changes.about(Opportunity)
        plan = plan_for(changes, opportunity)
        before = opportunity.salesperson_id
        plan.rewrite(values)
        shared = plan.values.pop("shared_with", None)
        plan.write()
        if opportunity.salesperson_id != before:
            note_hand(changes, opportunity, opportunity.salesperson)
        if "team" in values and opportunity.salesperson_id is None:
            assign_new(changes, teams=[opportunity.team_id])
        if shared is not None:
            share_with(changes, opportunity, shared)
    return opportunity


def move_opportunity(opportunity: Opportunity, *, stage: Stage, by: Any) -> Opportunity:
    """Into another stage of its team's process; the probability follows unless set by hand.

    The won stage wins the deal; leaving it, or moving a lost deal, opens the deal again. Raises `StageOfAnotherTeam`.
    """
    params = {"record": opportunity, "stage": stage}
    with change_set(by=by, summary=_("Moved %(record)s to %(stage)s"), params=params) as changes:
        plan = plan_for(changes, opportunity)
        plan.move(stage)
        return plan.write()


def win_opportunity(opportunity: Opportunity, *, by: Any, at: dt.datetime | None = None) -> Opportunity:
    """Close as won, in the won stage of its process where there is one, at 100 %. Raises `AlreadyClosed`."""
    with change_set(by=by, summary=_("Won %(record)s"), params={"record": opportunity}, at=at) as changes:
        plan = plan_for(changes, opportunity)
        if not opportunity.is_open:
            raise AlreadyClosed(opportunity=opportunity)
        plan.win(plan.processes.won(opportunity.team))
        return plan.write()


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
        plan = plan_for(changes, opportunity)
        if opportunity.is_open:
            raise AlreadyOpen(opportunity=opportunity)
        plan.reopen()
        return plan.write()


def follow_stage_probability(opportunity: Opportunity, *, by: Any) -> Opportunity:
    """Let the probability follow again what the team has chosen: its stage, or its score."""
    return update_opportunity(opportunity, values={"is_probability_manual": False}, by=by)
