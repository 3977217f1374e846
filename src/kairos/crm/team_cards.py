"""For whoever leads: a card for each team, with what is open, what waits, and what was won against the target."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.translation import ngettext

from kairos.accounts.models import Team
from kairos.accounts.sight import sight_of
from kairos.core.conditions.days import start_of
from kairos.core.fields import format as shown
from kairos.core.history.as_of import midnight
from kairos.core.rates import Rates, total_text
from kairos.core.slots import TODAY_PANELS, TodayPanel
from kairos.crm.models import Kind, Opportunity, OpportunityTally, Target
from kairos.crm.stale import stale_at, stepless_at

SHOWN = 12
WEEKS = 8
WIDE, HIGH, GAP = 10, 24, 2


@dataclass(slots=True)
class Card:
    """One team in numbers; amounts by currency, `weeks` the deals won in each of the last weeks."""

    team: Team
    open: int = 0
    waiting: int = 0
    expected: dict[str, Decimal] = field(default_factory=dict)
    weighted: dict[str, Decimal] = field(default_factory=dict)
    won: dict[str, Decimal] = field(default_factory=dict)
    target: dict[str, Decimal] = field(default_factory=dict)
    overdue: int = 0
    stale: int = 0
    stepless: int = 0
    weeks: dict[dt.date, int] = field(default_factory=dict)


@TODAY_PANELS.register(order=12)
class TeamCards(TodayPanel):
    """A card for each team one leads; an administrator who leads none sees all."""

    template_name = "crm/_today_teams.html"
    width = "full"

    def shown_to(self, user: Any) -> bool:
        return bool(user.is_leader)

    def context(self, user: Any, now: dt.datetime) -> dict[str, Any]:
        rates = Rates(timezone.localdate(now))
        return {"cards": [_shown(one, rates) for one in cards_of(user, now)]}


def teams_of(user: Any) -> list[Team]:
    """The teams a person leads and all below; every team for an administrator who leads none."""
    led = sight_of(user).led
    teams = Team.objects.active().order_by("position", "pk")
    if led or not user.is_administrator:
        teams = teams.filter(pk__in=led)
    return list(teams[:SHOWN])


def cards_of(user: Any, now: dt.datetime) -> list[Card]:
    """How each team stands; a handful of grouped queries, whatever the number of teams and deals."""
    teams = teams_of(user)
    if not teams:
        return []
    today = timezone.localdate(now)
    weeks = [start_of(today, "week") - dt.timedelta(weeks=n) for n in reversed(range(WEEKS))]
    found = {team.pk: Card(team, weeks=dict.fromkeys(weeks, 0)) for team in teams}
    _count(found, user)
    deals = Opportunity.objects.within_reach_of(user).active().filter(team__in=teams).order_by()
    _look(found, deals.open(), now)
    _add_won(found, deals.won(), today)
    rows = Target.objects.visible_to(user).active().filter(team__in=teams, month=today.replace(day=1))
    for team, currency, amount in rows.values_list("team", "currency", "amount"):
        found[team].target[currency] = amount
    return list(found.values())


def _count(found: dict[int, Card], user: Any) -> None:
    """From the tally: what is open, and the leads nobody has."""
    tally = OpportunityTally.objects.within_reach_of(user).open().filter(archived_at=None, team__in=found)
    rows = tally.values_list("team", "kind", "currency").annotate(
        n=Sum("count"),
        nobodys=Sum("count", filter=Q(salesperson=None)),
        e=Sum("expected_revenue"),
        w=Sum("weighted_revenue"),
    )
    for team, kind, currency, count, nobodys, expected, weighted in rows:
        if kind == Kind.LEAD:
            found[team].waiting += nobodys or 0
        elif count:
            found[team].open += count
            found[team].expected[currency] = expected
            found[team].weighted[currency] = weighted


def _look(found: dict[int, Card], deals: Any, now: dt.datetime) -> None:
    rows = deals.values_list("team").annotate(
        overdue=Count("pk", filter=Q(expected_closing__lt=timezone.localdate(now))),
        stale=Count("pk", filter=stale_at(now)),
        stepless=Count("pk", filter=stepless_at(now)),
    )
    for team, *counts in rows:
        card = found[team]
        card.overdue, card.stale, card.stepless = counts


def _add_won(found: dict[int, Card], deals: Any, today: dt.date) -> None:
    month = deals.filter(closed_at__gte=midnight(today.replace(day=1))).values_list("team", "currency")
    for team, currency, amount in month.annotate(e=Sum("expected_revenue")):
        found[team].won[currency] = amount
    since = min(next(iter(found.values())).weeks)
    week = TruncWeek("closed_at", tzinfo=timezone.get_current_timezone())
    weekly = deals.filter(closed_at__gte=midnight(since)).values_list("team", week)
    for team, first, count in weekly.annotate(n=Count("pk")):
        day = first.date() if isinstance(first, dt.datetime) else first
        found[team].weeks[day] = found[team].weeks.get(day, 0) + count


# -- in words


def _shown(card: Card, rates: Rates) -> dict[str, Any]:
    team = f"team:is:{card.team.pk}"
    is_open = f"{team}~status:is:open"
    return {
        "team": card.team,
        "open": card.open,
        "expected": _amounts(card.expected, rates),
        "weighted": _amounts(card.weighted, rates),
        "won": _amounts(card.won, rates),
        "reached": _reached(card, rates),
        "open_where": is_open,
        "won_where": f"{team}~status:is:won~closed_at:within:this.month",
        "waiting": card.waiting,
        "waiting_where": f"{is_open}~salesperson:is_empty",
        "needs": [
            (card.overdue, "overdue", f"{is_open}~expected_closing:before:today"),
            (card.stale, "stale", f"{team}~is_stale:is:true"),
            (card.stepless, "stepless", f"{team}~is_without_next_step:is:true"),
        ],
        "bars": _bars(list(card.weeks.items())),
        "bars_where": f"{team}~status:is:won~closed_at:after:{min(card.weeks) - dt.timedelta(1)}",
        "bars_label": ngettext(
            "%(n)s deal won in %(weeks)s weeks",
            "%(n)s deals won in %(weeks)s weeks",
            sum(card.weeks.values()),
        )
        % {"n": sum(card.weeks.values()), "weeks": WEEKS},
    }


def _amounts(by_currency: dict[str, Decimal], rates: Rates) -> dict[str, str]:
    return total_text(by_currency, rates) if by_currency else {"text": "–", "full": ""}


def _reached(card: Card, rates: Rates) -> dict[str, Any] | None:
    """How much of the month's target is won; percent, at most 100 for the bar."""
    if len(card.target) == 1 and {*card.won} <= {*card.target}:
        target, won = sum(card.target.values()), sum(card.won.values())
    else:
        target, won = rates.converted(card.target).amount, rates.converted(card.won).amount
    if not target:
        return None
    share = round(won * 100 / target)
    return {**total_text(card.target, rates), "percent": shown.percent(share), "bar": min(share, 100)}


def _bars(weeks: Sequence[tuple[dt.date, int]]) -> list[dict[str, Any]]:
    """A bar for each week, as high as its share of the best one."""
    most = max([1, *(count for _day, count in weeks)])
    highs = [round(count * (HIGH - GAP) / most) + GAP for _day, count in weeks]
    return [
        {
            "x": place * WIDE,
            "y": HIGH - high,
            "height": high,
            "title": f"{shown.date(day)}: {shown.number(count)}",
        }
        for place, ((day, count), high) in enumerate(zip(weeks, highs, strict=True))
    ]
