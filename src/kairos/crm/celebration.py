"""A won deal that deserves a moment: the one thing that is most special about it, as a sentence."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Min, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.core.fields.format import money
from kairos.core.history.as_of import midnight
from kairos.crm.models import Opportunity

EFFORT = 12
STREAK = 3
FEW = 5


def praise(deal: Opportunity, *, now: dt.datetime) -> str:
    """Why this win is special, the rarest reason first; empty for a win like others. Amounts compare by currency."""
    if deal.salesperson_id is None or deal.closed_at is None:
        return ""
    won = Opportunity.objects.won().exclude(pk=deal.pk)
    mine, who = won.filter(salesperson=deal.salesperson_id), {"who": deal.salesperson}
    year = timezone.localtime(now).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    found = mine.aggregate(ever=Count("pk"), this_year=Count("pk", filter=Q(closed_at__gte=year)))
    if not found["ever"]:
        return _("The first deal %(who)s has won.") % who
    if not found["this_year"]:
        return _("The first deal %(who)s has won this year.") % who
    return (
        _largest(deal, won, mine, year, now)
        or _fastest(deal, mine, year)
        or _streak(deal, mine, now)
        or _new(deal, won)
    )


def _largest(deal: Opportunity, won: Any, mine: Any, year: dt.datetime, now: dt.datetime) -> str:
    """The largest of the team this year, or of the person this year or in 90 days."""
    if not deal.expected_revenue:
        return ""
    words = {
        "who": deal.salesperson,
        "team": deal.team,
        "amount": money(Decimal(deal.expected_revenue), deal.currency),
    }
    of_team = won.filter(currency=deal.currency, closed_at__gte=year, team=deal.team_id)
    best = of_team.aggregate(best=Max("expected_revenue"))["best"]
    if deal.team_id and (best or Decimal(0)) < deal.expected_revenue:
        return _("The largest deal of %(team)s this year: %(amount)s.") % words
    own = mine.filter(currency=deal.currency).aggregate(
        year=Max("expected_revenue", filter=Q(closed_at__gte=year)),
        quarter=Max("expected_revenue", filter=Q(closed_at__gte=now - dt.timedelta(90))),
    )
    if (own["year"] or Decimal(0)) < deal.expected_revenue:
        return _("%(who)s’s largest deal this year: %(amount)s.") % words
    if (own["quarter"] or Decimal(0)) < deal.expected_revenue:
        return _("%(who)s’s largest deal in 90 days: %(amount)s.") % words
    return ""


def _fastest(deal: Opportunity, mine: Any, year: dt.datetime) -> str:
    """Sooner won than any other of the year; a deal that was entered only to be closed does not count."""
    took = (deal.closed_at or year) - deal.created_at
    if took < dt.timedelta(hours=1):
        return ""
    span = ExpressionWrapper(F("closed_at") - F("created_at"), output_field=DurationField())
    others = mine.filter(closed_at__gte=year).annotate(took=span).aggregate(least=Min("took"), n=Count("pk"))
    if others["n"] >= FEW and others["least"] is not None and took < others["least"]:
        return _("%(who)s’s fastest win this year.") % {"who": deal.salesperson}
    return ""


def _streak(deal: Opportunity, mine: Any, now: dt.datetime) -> str:
    """The first win of today, after one on each of the two days before."""
    today = timezone.localdate(now)
    since = midnight(today - dt.timedelta(STREAK))
    days = set(
        mine.filter(closed_at__gte=since)
        .annotate(day=TruncDate("closed_at", tzinfo=timezone.get_current_timezone()))
        .values_list("day", flat=True)
    )
    if today not in days and all(today - dt.timedelta(n) in days for n in range(1, STREAK)):
        return _("A deal a day for three days: %(who)s.") % {"who": deal.salesperson}
    return ""


def _new(deal: Opportunity, won: Any) -> str:
    """Where nothing was won before, and what took much."""
    if deal.source_id and not won.filter(source=deal.source_id).exists():
        return _("The first deal won from %(source)s.") % {"source": deal.source}
    country = deal.organisation.country if deal.organisation is not None else ""
    if country and not won.filter(organisation__country=country).exists():
        return _("The first deal won in this country.")
    touches = deal.touches.count()
    if touches >= EFFORT:
        return _("Won after %(count)s touches. That took patience.") % {"count": touches}
    return ""
