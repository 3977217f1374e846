"""Recurring revenue: what a deal brings every month, whatever the rhythm it is paid in."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.history import change_set
from kairos.crm.models import Opportunity, RecurringPlan

CENT = Decimal("0.01")
ASKED = frozenset({"recurring_revenue", "recurring_plan"})


def monthly(amount: Any, plan: RecurringPlan | None) -> Decimal:
    """The amount a month, to the cent; an amount without a plan is a monthly one."""
    months = plan.months if plan is not None else 1
    return (Decimal(amount or 0) / months).quantize(CENT, ROUND_HALF_EVEN)


def with_mrr(values: Mapping[str, Any], opportunity: Opportunity | None = None) -> dict[str, Any]:
    """The values with the monthly amount they come to; unchanged where they say nothing about it."""
    if not ASKED & values.keys():
        return dict(values)
    amount = values.get("recurring_revenue", opportunity.recurring_revenue if opportunity else 0)
    plan = values.get("recurring_plan", opportunity.recurring_plan if opportunity else None)
    return {**values, "recurring_revenue": amount or Decimal(0), "mrr": monthly(amount, plan)}


def update_plan(plan: RecurringPlan, *, values: Mapping[str, Any], by: Any) -> RecurringPlan:
    """Write a plan's values; the deals on it come to another monthly amount at once."""
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": plan}) as changes:
        if "months" in changes.update(plan, **values):
            deals = Opportunity.with_leads.filter(recurring_plan=plan)
            amounts = deals.values_list("pk", "recurring_revenue")
            changes.update_many(Opportunity, {pk: {"mrr": monthly(amount, plan)} for pk, amount in amounts})
    return plan


def update_plans(
    *, values_by_id: Mapping[int, Mapping[str, Any]], by: Any, model: type[RecurringPlan] = RecurringPlan
) -> int:
    """Write values to several plans; returns how many were given."""
    params = {"count": len(values_by_id)}
    with change_set(by=by, summary=_("Changed %(count)s records"), params=params):
        for plan in RecurringPlan.objects.filter(pk__in=list(values_by_id)):
            update_plan(plan, values=values_by_id[plan.pk], by=by)
    return len(values_by_id)
