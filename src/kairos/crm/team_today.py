"""For whoever leads: how each salesperson stands, on the start page, so that Monday's meeting can begin."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from kairos.accounts.models import User
from kairos.core.rates import Rates, total_text
from kairos.core.slots import TODAY_PANELS, TodayPanel
from kairos.crm.models import Opportunity, OpportunityTally, Status

SHOWN = 15


@dataclass(slots=True)
class Standing:
    """One salesperson's deals in numbers; amounts by currency."""

    person: User | None = None
    open: int = 0
    weighted: dict[str, Decimal] = field(default_factory=dict)
    won: dict[str, Decimal] = field(default_factory=dict)
    slipped: int = 0


@TODAY_PANELS.register(order=15)
class TeamStandings(TodayPanel):
    """Per salesperson: open deals, weighted revenue, won this month, and how many are past their date."""

    template_name = "crm/_today_team.html"
    width = "full"

    def shown_to(self, user: Any) -> bool:
        return bool(user.is_leader)

    def context(self, user: Any, now: dt.datetime) -> dict[str, Any]:
        rates = Rates(timezone.localdate(now))
        standings = sorted(standings_of(user, now), key=lambda one: (-one.open, str(one.person)))
        return {"rows": [_row(one, rates) for one in standings[:SHOWN]], "count": len(standings)}


def standings_of(user: Any, now: dt.datetime) -> list[Standing]:
    """How everybody stands whom this person answers for; three grouped queries whatever the number of deals.

    A deal that is only shared with a leader does not make its salesperson one of theirs.
    """
    found: dict[int | None, Standing] = defaultdict(Standing)
    tally = OpportunityTally.objects.within_reach_of(user).filter(status=Status.OPEN, archived_at=None)
    rows = tally.values_list("salesperson", "currency").annotate(n=Sum("count"), w=Sum("weighted_revenue"))
    for person, currency, count, weighted in rows.filter(n__gt=0):
        found[person].open += count
        found[person].weighted[currency] = weighted
    deals = Opportunity.objects.within_reach_of(user).active().order_by()
    month = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    won = deals.won().filter(closed_at__gte=month).values_list("salesperson", "currency")
    for person, currency, amount in won.annotate(e=Sum("expected_revenue")):
        found[person].won[currency] = amount
    slipped = deals.open().filter(expected_closing__lt=timezone.localdate(now)).values_list("salesperson")
    for person, count in slipped.annotate(n=Count("pk")):
        found[person].slipped = count
    people = User.objects.in_bulk([pk for pk in found if pk is not None])
    for pk, standing in found.items():
        standing.person = people.get(pk) if pk is not None else None
    return [standing for standing in found.values() if standing.open or standing.won or standing.slipped]


def _row(one: Standing, rates: Rates) -> dict[str, Any]:
    who = f"salesperson:is:{one.person.pk}" if one.person else "salesperson:is_empty"
    return {
        "person": one.person,
        "open": one.open,
        "weighted": _amounts(one.weighted, rates),
        "won": _amounts(one.won, rates),
        "slipped": one.slipped,
        "open_where": f"{who}~status:is:open",
        "won_where": f"{who}~status:is:won~closed_at:within:this.month",
        "slipped_where": f"{who}~status:is:open~expected_closing:before:today",
    }


def _amounts(by_currency: dict[str, Decimal], rates: Rates) -> dict[str, str]:
    """All of it in one currency where the rates are known, each currency in full."""
    return total_text(by_currency, rates) if by_currency else {"text": "–", "full": ""}
