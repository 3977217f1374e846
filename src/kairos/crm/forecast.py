"""The forecast: what is won, committed and hoped for, month by month, against what was set as a target."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.core.conditions import EVERYTHING, All, Leaf, combine, parse, to_query
from kairos.core.fields import format as shown
from kairos.core.history.as_of import midnight
from kairos.core.listing import Listing, axis
from kairos.core.listing.board import allowed_values, months_from
from kairos.core.listing.records import Asked
from kairos.core.rates import Rates, total_text
from kairos.crm.models import Forecast, Stage, Status, Target

Amounts = dict[str, Decimal]
WEIGHTED, WON = "weighted", "won"
ROWS = (Forecast.COMMIT, Forecast.BEST_CASE, Forecast.PIPELINE)


@dataclass(slots=True)
class Month:
    """One month in amounts by currency: won, what each category holds, and the weighted sum of what is open."""

    first: dt.date
    sums: dict[str, Amounts] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Decimal)))
    target: Amounts = field(default_factory=dict)

    def add(self, name: str, currency: str, amount: Decimal) -> None:
        self.sums[name][currency] += amount


def forecast_context(listing: Listing) -> dict[str, Any]:
    """The table above a board by closing date: this month and the next five, of what the listing shows."""
    months = months_of(listing)
    rates = Rates(listing.context().today)
    rows = [_row(name, label, listing, months, rates) for name, label in _names()]
    return {
        "months": [axis.label_of(listing.record_type.fields["expected_closing"], m.first) for m in months],
        "rows": rows,
        "reached": [_reached(month, rates) for month in months],
        "has_target": any(month.target for month in months),
    }


def _names() -> list[tuple[str, str]]:
    return [
        (WON, _("Won")),
        *((str(one.value), str(one.label)) for one in ROWS),
        (WEIGHTED, _("Won and weighted")),
    ]


def months_of(listing: Listing) -> list[Month]:
    """What is open by month and category, what is won by month, and the targets: three queries and the stages."""
    found = {first: Month(first) for first in months_from(listing.context().today)}
    first, end = min(found), (max(found) + dt.timedelta(32)).replace(day=1)
    _add_open(listing, found, first, end)
    _add_won(listing, found, first, end)
    for month, currency, amount in (
        _targets(listing).filter(month__range=(first, end)).values_list("month", "currency", "amount")
    ):
        if month in found:
            target = found[month].target
            target[currency] = target.get(currency, Decimal(0)) + amount
    return list(found.values())


def _add_open(listing: Listing, found: Mapping[dt.date, Month], first: dt.date, end: dt.date) -> None:
    asked = Asked(listing, fields=("expected_closing", "status", "forecast", "stage", "currency", *MONEY))
    day = asked.name("expected_closing")
    deals = asked.records.filter(
        **{asked.name("status"): Status.OPEN, f"{day}__gte": first, f"{day}__lt": end}
    )
    rows = (
        deals.order_by()
        .values(
            in_month=axis.MonthOf(day),
            own=F(asked.name("forecast")),
            at=F(asked.name("stage")),
            money=F(asked.name("currency")),
        )
        .annotate(expected=Sum(asked.name("expected_revenue")), weighted=Sum(asked.name("weighted_revenue")))
    )
    of_stage = dict(Stage.objects.values_list("pk", "forecast"))
    for row in rows:
        month = found[axis.normal(listing.record_type.fields["expected_closing"], row["in_month"])]
        name = row["own"] or of_stage.get(row["at"], Forecast.PIPELINE)
        if name != Forecast.OMITTED:
            month.add(name, row["money"], row["expected"] or Decimal(0))
            month.add(WEIGHTED, row["money"], row["weighted"] or Decimal(0))


MONEY = ("expected_revenue", "weighted_revenue")


def _add_won(listing: Listing, found: Mapping[dt.date, Month], first: dt.date, end: dt.date) -> None:
    """What was won, whatever the listing says about open and won: its other filters narrow it."""
    kept = [one for one in listing.filters if one.name not in ("open", "won", "lost")]
    wanted = Listing(listing.record_type, listing.user, filters=tuple(kept), where=_without_status(listing.where),
                     as_of=listing.as_of)  # fmt: skip
    asked = Asked(wanted, fields=("closed_at", "status", "currency", "expected_revenue"))
    at = asked.name("closed_at")
    bounds = {f"{at}__gte": midnight(first), f"{at}__lt": midnight(end)}
    deals = asked.records.filter(**{asked.name("status"): Status.WON, **bounds})
    zone = timezone.get_current_timezone()
    rows = deals.order_by().values(in_month=TruncMonth(at, tzinfo=zone), money=F(asked.name("currency")))
    for row in rows.annotate(expected=Sum(asked.name("expected_revenue"))):
        month = found[axis.normal(listing.record_type.fields["closed_at"], row["in_month"])]
        for name in (WON, WEIGHTED):
            month.add(name, row["money"], row["expected"] or Decimal(0))


def _without_status(where: Any) -> Any:
    parts = where.parts if isinstance(where, All) else (where,)
    kept = [one for one in parts if not (isinstance(one, Leaf) and one.field == "status")]
    return combine(all_of=kept) if kept else EVERYTHING


def _targets(listing: Listing) -> Any:
    """The targets of whom the listing is about: the people it names, else the teams, else all teams one sees."""
    visible = Target.objects.visible_to(listing.user).active()
    named = allowed_values(listing)
    if named.get("salesperson"):
        return visible.filter(user__in=named["salesperson"])
    if named.get("team"):
        return visible.filter(team__in=named["team"])
    return (
        visible.filter(user=None) if visible.filter(user=None).exists() else visible.filter(user=listing.user)
    )


# -- in words


def _row(name: str, label: str, listing: Listing, months: Iterable[Month], rates: Rates) -> dict[str, Any]:
    cells = [
        {**_text(month.sums.get(name, {}), rates), "url": _drill(listing, name, month.first)}
        for month in months
    ]
    return {"name": name, "label": label, "cells": cells}


def _text(amounts: Amounts, rates: Rates) -> dict[str, str]:
    return total_text(amounts, rates) if any(amounts.values()) else {"text": "–", "full": ""}


def _reached(month: Month, rates: Rates) -> dict[str, Any] | None:
    """How much of the target is won, and how much would be with what is committed; percent, at most 100 for the bar."""
    if not any(month.target.values()):
        return None
    target = rates.converted(month.target)
    if not target.amount:
        return None
    won = rates.converted(month.sums.get(WON, {})).amount
    committed = won + rates.converted(month.sums.get(Forecast.COMMIT, {})).amount
    share = round(won * 100 / target.amount)
    return {
        **total_text(month.target, rates),
        "won": min(share, 100),
        "committed": min(round(committed * 100 / target.amount), 100),
        "percent": shown.percent(share),
        "gap": shown.money_short(target.amount - won, target.currency) if won < target.amount else "",
    }


def _drill(listing: Listing, name: str, first: dt.date) -> str:
    """The list of the deals behind a cell."""
    last = axis.day_in(first, None)
    span = {"from": first.isoformat(), "to": last.isoformat()}
    kind = listing.record_type
    if name == WON:
        condition: list[Any] = [["status", "is", "won"], ["closed_at", "within", span]]
    else:
        condition = [["status", "is", "open"], ["expected_closing", "within", span]]
    parts = [parse({"all": condition}, kind)]
    if name in Forecast.values:
        own, stages = ["forecast", "is", name], ["stage.forecast", "is", name]
        parts.append(parse({"any": [own, {"all": [["forecast", "is_empty", None], stages]}]}, kind))
    kept = [one for one in listing.filters if one.name not in ("open", "won", "lost")]
    named = [parse(one.condition, kind) for one in kept]
    where = to_query(combine(all_of=[*named, _without_status(listing.where), *parts]))
    return f"{kind.url}?{listing.query(view='list', group='', filter='', where=where)}"
