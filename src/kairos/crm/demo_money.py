"""What the example company plans with: rates, targets, recurring revenue, how surely stages count."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team
from kairos.core.actions.rates import create_rate
from kairos.core.actions.records import create_record
from kairos.core.demo import DAYS, Story
from kairos.core.history import change_set
from kairos.core.listing.board import months_from
from kairos.crm.actions.recurring import with_mrr
from kairos.crm.actions.targets import set_target
from kairos.crm.models import Competitor, Forecast, LostReason, Opportunity, RecurringPlan, Stage

RATES = (("EUR", "1.087"), ("TWD", "0.03125"))
TARGETS = {"USD": 120_000, "TWD": 4_000_000, "EUR": 90_000}
PLANS = (("Monthly", 1), ("Yearly", 12))
RIVALS = ("Caliper & Sons", "Orion Gauges")


def tell_money(story: Story) -> None:
    """After the deals have been lived through: what stands around them today."""
    kai, start = story.found["kai"], story.ago(DAYS + 1)
    for currency, rate in RATES:
        values = {"currency": currency, "on": start.date(), "rate": Decimal(rate), "base": "USD"}
        create_rate(values=values, by=kai, at=start)
    with change_set(by=kai, summary=_("Arranged the forecast")) as changes:
        for stage in Stage.objects.active().filter(kind="opportunity", is_won=False):
            if stage.probability >= 50:
                counted = Forecast.COMMIT if stage.probability >= 65 else Forecast.BEST_CASE
                changes.update(stage, forecast=counted)
    for team in Team.objects.active().exclude(currency=""):
        for month in months_from(timezone.localdate())[:3]:
            amount = TARGETS.get(team.currency, 100_000)
            set_target(values={"team": team, "month": month, "amount": amount}, by=kai)
    plans = [create_record(model=RecurringPlan, values={"name": n, "months": m}, by=kai) for n, m in PLANS]
    rivals = [create_record(model=Competitor, values={"name": name}, by=kai) for name in RIVALS]
    with change_set(by=kai, summary=_("Went through the open deals")) as changes:
        changes.update_many(Opportunity, _open(plans) | _lost(rivals))


def _open(plans: list[RecurringPlan]) -> dict[int, dict[str, Any]]:
    """One in five brings something every month."""
    found: dict[int, dict[str, Any]] = {}
    for deal in Opportunity.objects.open().order_by("pk"):
        values: dict[str, Any] = {}
        if deal.pk % 5 == 0:
            amount = Decimal(deal.expected_revenue) // 10
            values |= with_mrr({"recurring_revenue": amount, "recurring_plan": plans[deal.pk % 2]})
        if values:
            found[deal.pk] = values
    return found


def _lost(rivals: list[Competitor]) -> dict[int, dict[str, Any]]:
    """Those who chose a competitor chose one of these."""
    reason = LostReason.objects.order_by("pk")[1:2].first()
    deals = Opportunity.objects.lost().filter(lost_reason=reason).order_by("pk")
    return {deal.pk: {"competitor": rivals[deal.pk % len(rivals)]} for deal in deals}
