"""Writing many deals at once by the rules for one: few statements however many, with the history of each."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.sharing import share_many
from kairos.core.history import Changes, change_set
from kairos.core.history.bulk import chunks
from kairos.crm.actions.assignment import assign_new
from kairos.crm.actions.derived import DERIVING, derived
from kairos.crm.actions.handing import note_gifts, note_hands
from kairos.crm.actions.lookups import Processes
from kairos.crm.actions.plans import Plan, plans_for, write_plans
from kairos.crm.models import Opportunity

# What brings something along that hangs on the deal; everything else is written as it is.
RULED = frozenset({"team", "stage", "probability", "is_probability_manual", "shared_with"})


def update_opportunities(
    *, values_by_id: Mapping[int, Mapping[str, Any]], by: Any, model: type[Opportunity] = Opportunity
) -> int:
    """Write values to many deals by the rules of `update_opportunity`; returns how many changed.

    Raises `StageOfAnotherTeam`, and nothing is written.
    """
    params = {"count": len(values_by_id)}
    with change_set(by=by, summary=_("Changed %(count)s records"), params=params) as changes:
        changes.about(Opportunity)
        if not any(RULED & values.keys() for values in values_by_id.values()):
            note_hands(changes, values_by_id)
            return changes.update_many(Opportunity, _derived_many(values_by_id, at=changes.at))
        return _by_the_rules(changes, values_by_id)


def _by_the_rules(changes: Changes, values_by_id: Mapping[int, Mapping[str, Any]]) -> int:
    processes, changed = Processes(), 0
    waiting: set[int | None] = set()
    for plans in plans_for(changes, values_by_id, processes, related=("recurring_plan",)):
        shared: dict[int, Any] = {}
        gifts: list[tuple[int, int | None, Any]] = []
        for plan in plans:
            deal, values = plan.deal, values_by_id[plan.deal.pk]
            plan.rewrite(values)
            if "shared_with" in plan.values:
                shared[deal.pk] = plan.values.pop("shared_with")
            team, whose = plan.number("team"), plan.number("salesperson")
            if whose != deal.salesperson_id:
                gifts.append((deal.pk, team, plan.values["salesperson"]))
            if "team" in values and whose is None:
                waiting.add(team)
        changed += write_plans(changes, plans)
        note_gifts(changes, gifts)
        _share(changes, plans, shared)
    assign_new(changes, teams=waiting)
    return changed


def _share(changes: Changes, plans: Iterable[Plan], people_of: Mapping[int, Any]) -> None:
    deals = [plan.deal for plan in plans if plan.deal.pk in people_of]
    share_many(changes, deals, lambda pk, _present: people_of[pk])


def reopen_opportunities(opportunities: Iterable[Opportunity], *, by: Any) -> int:
    """Open many closed deals again, as `reopen_opportunity` does; those that are open stay as they are."""
    ids = [deal.pk for deal in opportunities]
    processes, changed = Processes(), 0
    with change_set(by=by, summary=_("Reopened %(count)s deals"), params={"count": len(ids)}) as changes:
        for plans in plans_for(changes, ids, processes):
            closed = [plan for plan in plans if not plan.deal.is_open]
            for plan in closed:
                plan.reopen()
            changed += write_plans(changes, closed)
    return changed


def follow_stage_probabilities(opportunities: Iterable[Opportunity], *, by: Any) -> int:
    """Let the probability of many follow again what their teams have chosen: the stage, or the score."""
    values = {deal.pk: {"is_probability_manual": False} for deal in opportunities}
    return update_opportunities(values_by_id=values, by=by)


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
