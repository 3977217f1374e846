"""What the losses teach: the reasons by where and with whom, and how lost deals were worked on beside those won."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Case, Count, F, IntegerField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from kairos.core.conditions import combine, parse, to_query
from kairos.core.fields import format as shown
from kairos.core.history.canonical import type_name
from kairos.core.listing import Listing, axis
from kairos.core.listing.records import Asked
from kairos.core.models import FieldChange
from kairos.core.rates import Rates, total_text
from kairos.core.records.measures import DAY, Elapsed
from kairos.crm.models import Opportunity, Status, Touch

BY = ("stage", "team", "salesperson", "source", "competitor", "size", "closed_at")
BANDS = (1_000, 10_000, 100_000, 1_000_000)
MOST_COLUMNS = 12
ENOUGH = 10
LARGER = 2


@dataclass(slots=True)
class Losses:
    """How many, and how much in each currency."""

    count: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)

    def add(self, count: int, currency: str, amount: Decimal | None) -> None:
        self.count += count
        self.amounts[currency] = self.amounts.get(currency, Decimal(0)) + (amount or Decimal(0))


def lost_of(listing: Listing) -> Listing:
    """What of a listing is lost, whatever it says about open and won."""
    kept = tuple(one for one in listing.filters if one.name not in ("open", "won", "lost"))
    lost = parse(["status", "is", "lost"], listing.record_type)
    return replace(listing, filters=kept, where=combine(all_of=[listing.where, lost]), view="list", group="")


def losses_by(listing: Listing, by: str) -> dict[str, Any]:
    """Reasons down, `by` across: counts and money, each with its deals. One query, and the names of what is across."""
    kind, lost = listing.record_type, lost_of(listing)
    names = ("lost_reason", "currency", "expected_revenue", *(() if by == "size" else (by,)))
    asked = Asked(lost, fields=names)
    across = _size(asked) if by == "size" else axis.expression(kind.fields[by], asked)
    rows = asked.records.order_by().values(
        why=F(asked.name("lost_reason")), across=across, money=F(asked.name("currency"))
    )
    cells: dict[tuple[Any, Any], Losses] = defaultdict(Losses)
    for row in rows.annotate(n=Count("pk"), amount=Sum(asked.name("expected_revenue"))):
        value = row["across"] if by == "size" else axis.normal(kind.fields[by], row["across"])
        for key in ((row["why"], value), (row["why"], ...), (..., value), (..., ...)):
            cells[key].add(row["n"], row["money"], row["amount"])
    return _table(listing, lost, by, cells)


def _size(asked: Asked) -> Case:
    """The band of an amount: below a thousand, below ten thousand …, in the deal's own currency."""
    amount = asked.name("expected_revenue")
    bands = [When(**{f"{amount}__lt": limit}, then=Value(n)) for n, limit in enumerate(BANDS)]
    return Case(*bands, default=Value(len(BANDS)), output_field=IntegerField())


def _table(
    listing: Listing, lost: Listing, by: str, cells: Mapping[tuple[Any, Any], Losses]
) -> dict[str, Any]:
    kind, rates = listing.record_type, Rates(listing.context().today)
    values = {value for _why, value in cells if value is not ...}
    across = _across(listing, by, values)
    reasons = axis.labelled(
        listing, kind.fields["lost_reason"], [why for why, at in cells if at is ... and why is not ...]
    )
    reasons.sort(key=lambda one: -cells[one.value, ...].count)
    whole = cells.get((..., ...), Losses())
    lines = [(one.label, one.value) for one in reasons]

    def cell(why: Any, at: Any) -> dict[str, Any] | None:
        found = cells.get((why, at))
        if found is None:
            return None
        return {
            "count": shown.number(found.count),
            **total_text(found.amounts, rates),
            "url": _url(lost, by, why, at),
        }

    return {
        "columns": [label for _value, label in across],
        "rows": [
            {
                "label": label,
                "share": shown.percent(round(cells[why, ...].count * 100 / whole.count))
                if whole.count
                else "",
                "cells": [cell(why, value) for value, _label in across],
                "total": cell(why, ...),
            }
            for label, why in lines
        ],
        "totals": [cell(..., value) for value, _label in across],
        "whole": cell(..., ...),
        "findings": findings(cells, dict(lines and [(value, label) for label, value in lines]), dict(across)),
    }


def _across(listing: Listing, by: str, values: Iterable[Any]) -> list[tuple[Any, str]]:
    if by == "size":
        return [(n, band_text(n)) for n in sorted(values)]
    labelled = axis.labelled(listing, listing.record_type.fields[by], list(values))
    found = [(one.value, one.label) for one in labelled]
    return found[:MOST_COLUMNS]


def band_text(number: int) -> str:
    """What a band of amounts is called."""
    if number == 0:
        return _("below %(limit)s") % {"limit": shown.number(BANDS[0])}
    if number == len(BANDS):
        return _("%(limit)s and more") % {"limit": shown.number(BANDS[-1])}
    return _("%(from)s to %(to)s") % {
        "from": shown.number(BANDS[number - 1]),
        "to": shown.number(BANDS[number]),
    }


def _url(lost: Listing, by: str, why: Any, at: Any) -> str:
    """The list of the deals behind a number."""
    kind = lost.record_type
    parts: list[Any] = []
    if why is not ...:
        parts.append(["lost_reason", "is_empty", None] if why is None else ["lost_reason", "is", why])
    if at is not ... and by == "size":
        if at > 0:
            parts.append(["expected_revenue", ">=", BANDS[at - 1]])
        if at < len(BANDS):
            parts.append(["expected_revenue", "<", BANDS[at]])
    elif at is not ...:
        parts.append(_is(by, at))
    where = combine(all_of=[lost.where, *(parse(one, kind) for one in parts)])
    return f"{kind.url}?{lost.query(where=to_query(where))}"


def _is(by: str, value: Any) -> list[Any]:
    if value is None:
        return [by, "is_empty", None]
    if isinstance(value, dt.date):
        last = axis.day_in(value, None)
        return [by, "within", {"from": value.isoformat(), "to": last.isoformat()}]
    return [by, "is", value]


def findings(
    cells: Mapping[tuple[Any, Any], Losses], reasons: Mapping[Any, str], across: Mapping[Any, str]
) -> list[str]:
    """Where a reason weighs at least twice as much as elsewhere, with enough deals on both sides to say so."""
    whole = cells.get((..., ...), Losses()).count
    found: list[tuple[float, str]] = []
    for (why, at), one in cells.items():
        if why is ... or at is ... or at not in across or one.count < ENOUGH:
            continue
        here, all_of_it = cells[..., at].count, cells[why, ...].count
        elsewhere = whole - here
        if elsewhere < ENOUGH or here < ENOUGH:
            continue
        share, others = one.count / here, (all_of_it - one.count) / elsewhere
        if share >= LARGER * max(others, 0.01):
            words = {
                "reason": reasons.get(why, ""),
                "share": shown.percent(round(share * 100)),
                "place": across[at],
                "others": shown.percent(round(others * 100)),
                "count": one.count,
            }
            text = _(
                "“%(reason)s” is %(share)s of what is lost at %(place)s, and %(others)s elsewhere (%(count)s deals)."
            )
            found.append((share - others, text % words))
    return [text for _weight, text in sorted(found, reverse=True)[:5]]


def worked(listing: Listing) -> list[dict[str, Any]]:
    """How lost deals were worked on beside won ones, on average: what was done before they ended. One query."""
    closed = replace(
        lost_of(listing),
        where=combine(all_of=[listing.where, parse(["status", "in", ["won", "lost"]], listing.record_type)]),
    )
    asked = Asked(closed, fields=("status",))
    changes = FieldChange.objects.filter(
        record_type=type_name(Opportunity), record_id=OuterRef("pk")
    ).order_by()
    counted = {
        "moves": changes.filter(field="stage"),
        "changes": changes.exclude(field=""),
        "came": Touch.objects.filter(opportunity=OuterRef("pk")).order_by(),
    }
    deals = asked.records.order_by().annotate(
        took=Elapsed("created_at", "closed_at"),
        put_off=F("closing_slips"),
        heard=Case(
            When(last_customer_event_at__isnull=False, then=Elapsed("last_customer_event_at", "closed_at"))
        ),
        **{name: _count(rows, name) for name, rows in counted.items()},
    )
    names = ("took", "heard", "came", "moves", "changes", "put_off")
    rows = deals.values("status").annotate(n=Count("pk"), **{f"mean_{name}": Avg(name) for name in names})
    by_status = {row["status"]: row for row in rows}
    return [_compared(name, label, by_status) for name, label in zip(names, _labels(), strict=True)]


def _count(rows: Any, name: str) -> Coalesce:
    key = "opportunity" if name == "came" else "record_id"
    counted = rows.values(key).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _labels() -> list[str]:
    return [
        _("Days open"),
        _("Days since the customer was heard"),
        _("Touches"),
        _("Moves between stages"),
        _("Changes"),
        _("Times put off"),
    ]


def _compared(name: str, label: str, by_status: Mapping[str, Any]) -> dict[str, Any]:
    def mean(status: str) -> str:
        value = by_status.get(status, {}).get(f"mean_{name}")
        if value is None:
            return "–"
        value = Decimal(value) / DAY if name in ("took", "heard") else Decimal(value)
        return shown.number(round(value, 1).normalize() + 0)

    return {"label": label, "won": mean(Status.WON), "lost": mean(Status.LOST)}
