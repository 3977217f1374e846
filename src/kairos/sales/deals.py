"""What quotations and orders do to their deal: its expected revenue follows them, and an order may win it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from kairos.core.history import ActionRefused, Changes
from kairos.core.history.parts import snapshots_of
from kairos.core.prepared import prepared
from kairos.core.rates import Rates
from kairos.core.slots import FOLLOWERS, Follower
from kairos.crm.actions.opportunities import win_opportunity
from kairos.crm.models import Opportunity, Status
from kairos.sales.models import OrderRule, Quotation, RevenueFollows, State
from kairos.sales.reckoning import rounded, smallest_unit

WATCHED = frozenset({"", "state", "untaxed", "opportunity", "archived_at"})
COUNTED = {
    RevenueFollows.HIGHEST: frozenset({State.DRAFT, State.SENT, State.CONFIRMED}),
    RevenueFollows.ORDERED: frozenset({State.CONFIRMED}),
}


@FOLLOWERS.register(order=20, for_type="quotation")
class DealsFollowQuotations(Follower):
    """Screens that show the deals, and their expected revenue where their team lets it follow what was offered."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        if deleted:
            kept = (json.loads(text) for _pk, text in snapshots_of(Quotation, {*deleted}))
            changes.show(Opportunity, [int(one["opportunity"]) for one in kept])
        touched = [pk for pk, names in fields_by_id.items() if names & WATCHED and pk not in deleted]
        if touched:
            changes.show(Opportunity, _deals_of(changes, touched))
            settle_revenue(changes, touched)


def _deals_of(changes: Changes, quotations: Iterable[int]) -> set[int]:
    in_hand = changes.known(Quotation, quotations)
    others = [pk for pk in quotations if pk not in in_hand]
    rows = Quotation._base_manager.filter(pk__in=others).values_list("opportunity", flat=True)
    return {one.opportunity_id for one in in_hand.values()} | {*(rows if others else ())}


def settle_revenue(changes: Changes, quotations: Iterable[int]) -> None:
    """Write what the deals of these quotations are expected to bring, those that are open or won by this very change.

    A deal keeps what it has while nothing is offered, or ordered, that counts; and where a rate is missing.
    """
    rules = {one.team_id: one.revenue_follows for one in _following()}
    if not rules:
        return
    # An order that wins its deal still counts for it.
    concerned = Q(status=Status.OPEN) | Q(status=Status.WON, closed_at=changes.at)
    deals = Opportunity.with_leads.filter(concerned, quotations__in=list(quotations), team__in=rules)
    wanted: dict[int, dict[str, Any]] = {}
    offers = _offers(deals.values("pk"))
    rates: dict[str, Rates] = {}
    for deal in deals.distinct():
        known = rates.setdefault(deal.currency, Rates(timezone.localdate(), target=deal.currency))
        found = _revenue(deal, RevenueFollows(rules[deal.team_id]), offers.get(deal.pk, []), known)
        if found is not None:
            wanted[deal.pk] = {"expected_revenue": found}
    changes.settle(Opportunity, wanted)


@prepared
def _following() -> Any:
    return OrderRule.objects.active().exclude(revenue_follows=RevenueFollows.NOTHING)


def _offers(deals: Any) -> dict[int, list[tuple[str, str, Decimal]]]:
    """State, currency and amount without taxes of what was offered, by deal."""
    found: dict[int, list[tuple[str, str, Decimal]]] = defaultdict(list)
    rows = Quotation.objects.active().filter(opportunity__in=deals)
    for deal, *offer in rows.values_list("opportunity", "state", "currency", "untaxed"):
        found[deal].append(tuple(offer))
    return found


def _revenue(
    deal: Opportunity, rule: RevenueFollows, offers: Iterable[tuple[str, str, Decimal]], rates: Rates
) -> Decimal | None:
    amounts: list[Decimal] = []
    for state, currency, amount in offers:
        if state in COUNTED[rule]:
            rate = rates.rate(currency)
            if rate is None:
                return None
            amounts.append(amount * rate)
    if not amounts:
        return None
    whole = max(amounts) if rule == RevenueFollows.HIGHEST else sum(amounts, Decimal(0))
    return rounded(whole, smallest_unit(deal.currency))


def win_by_order(quotation: Quotation, *, by: Any) -> None:
    """Win the deal of what was ordered, where its team wants that; a deal that cannot be won now stays open."""
    deal = quotation.opportunity
    rule = OrderRule.objects.active().filter(team=deal.team_id, wins_deal=True)
    if not deal.is_open or not rule.exists():
        return
    try:
        win_opportunity(deal, by=by)
    except ActionRefused:
        return
