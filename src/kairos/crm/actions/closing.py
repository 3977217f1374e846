"""Closing many deals at once, and saying what happens next: set-based, with the history of each."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.activities.actions.activities import plan_activity
from kairos.activities.models import Activity
from kairos.core.history import change_set
from kairos.crm import events
from kairos.crm.actions.lookups import Processes
from kairos.crm.actions.opportunities import check_reason
from kairos.crm.actions.plans import plans_for, write_plans
from kairos.crm.models import Competitor, LostReason, Opportunity, Status


def lose_opportunities(
    opportunities: Iterable[Opportunity],
    *,
    by: Any,
    lost_reason: LostReason | None = None,
    lost_note: str = "",
    competitor: Competitor | None = None,
) -> int:
    """Close many as lost for one reason, each in the stage it has reached; those closed already stay as they are."""
    found = [deal for deal in opportunities if deal.is_open]
    params = {"count": len(found)}
    with change_set(by=by, summary=_("Lost %(count)s deals"), params=params) as changes:
        for deal in found:
            check_reason(lost_reason, deal)
        values: dict[str, Any] = {
            "status": Status.LOST,
            "closed_at": changes.at,
            "probability": 0,
            "lost_reason": lost_reason,
            "lost_note": lost_note,
        }
        if competitor is not None:
            values["competitor"] = competitor
        changed = changes.update_many(Opportunity, {deal.pk: values for deal in found})
        for deal in found:
            changes.event(events.OPPORTUNITY_LOST.name, deal, reason=lost_reason or _("no reason given"))
    return changed


def win_opportunities(opportunities: Iterable[Opportunity], *, by: Any) -> int:
    """Close many as won, each in the won stage of its process; those closed already stay as they are."""
    ids = [deal.pk for deal in opportunities if deal.is_open]
    processes, changed = Processes(), 0
    with change_set(by=by, summary=_("Won %(count)s deals"), params={"count": len(ids)}) as changes:
        for plans in plans_for(changes, ids, processes):
            still_open = [plan for plan in plans if plan.deal.is_open]
            for plan in still_open:
                plan.win(processes.won(plan.deal.team))
            changed += write_plans(changes, still_open)
    return changed


def plan_next_step(
    opportunity: Opportunity, *, on: dt.date, what: str = "", by: Any, assignee: Any = None
) -> Activity:
    """What happens next with a deal, and when: a to-do of its salesperson, which the next step then follows."""
    who = assignee or opportunity.salesperson
    return plan_activity(opportunity, by=by, due_on=on, summary=what, assignee=who)


def heard_from_customer(opportunity: Opportunity, *, at: dt.datetime, by: Any = None) -> Opportunity:
    """Something came from the customer's side; an earlier event than the last one changes nothing."""
    params = {"record": opportunity}
    with change_set(by=by, summary=_("Heard from the customer of %(record)s"), params=params) as changes:
        changes.lock(opportunity)
        if different := opportunity.once_heard(at):
            changes.update(opportunity, **different)
    return opportunity
