"""The page of what changed: every kind with its count and money, and the records of one."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.core.conditions import SAFE
from kairos.core.conditions.days import start_of
from kairos.core.fields import format as shown
from kairos.core.listing import Listing, axis, read_listing
from kairos.core.records import RecordType
from kairos.insight.page import chips_of, named_filters
from kairos.insight.told import Change, Kind, ToldSpan

PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a kind of change, in words."""

    title: str
    url: str
    old: str
    new: str
    amount: str


def read_days(params: Mapping[str, str]) -> tuple[dt.date, dt.date | None, list[str]]:
    """From which day until which (None for now); as a rule since Monday, on a Monday since the last one."""
    today, notices = timezone.localdate(), []
    usual = start_of(today - dt.timedelta(days=1), "week")
    found = {}
    for name in ("since", "until"):
        try:
            day = dt.date.fromisoformat(params[name]) if params.get(name) else None
        except ValueError:
            day = dt.date.max
        if day is not None and not dt.date(1900, 1, 1) <= day <= today:
            notices.append(_("“%(value)s” is no past day and was left out.") % {"value": params[name][:40]})
            day = None
        found[name] = day
    since, until = found["since"] or usual, found["until"]
    if until is not None and until < since:
        since, until = until, since
    return since, until if until != today else None, notices


def told_context(record_type: RecordType, params: Mapping[str, str], *, user: Any) -> dict[str, Any]:
    since, until, notices = read_days(params)
    asked = {name: params[name] for name in ("filter", "where") if params.get(name)}
    listing = read_listing(record_type, {**asked, "view": "list", "saved": "0"}, user=user)
    listing = replace(listing, view=record_type.views[0], has_default=False, as_of=until)
    span = ToldSpan(listing, since)
    address = reverse("report-changes", args=[record_type.plural])
    kept = {"since": since.isoformat(), "until": until.isoformat() if until else ""}
    kept |= {name: value for name, value in listing.params.items() if name in asked}

    def url(**changes: str) -> str:
        merged = {**kept, **changes}
        return f"{address}?{urlencode({n: v for n, v in merged.items() if v}, safe=SAFE)}"

    chosen = next((one for one in span.kinds if one.told.name == params.get("kind")), None)
    chosen = chosen or next((one for one in span.kinds if one.count), span.kinds[0])
    page = int(params.get("page", "")) if params.get("page", "").isdecimal() else 1
    first = (min(page, 1_000_000) - 1) * PAGE if page > 0 else 0
    part = chosen.changes[first : first + PAGE]
    query = url().partition("?")[2]
    return {
        "record_type": record_type,
        "kinds": [(one, url(kind=one.told.name)) for one in span.kinds],
        "chosen": chosen,
        "lines": lines(listing, chosen, part),
        "amount_label": _amount_label(record_type, chosen),
        "first": first,
        "newer_url": url(kind=chosen.told.name, page=str(page - 1)) if first else "",
        "older_url": url(kind=chosen.told.name, page=str(page + 1)) if first + PAGE < chosen.count else "",
        "since": since.isoformat(),
        "until": (until or timezone.localdate()).isoformat(),
        "today": timezone.localdate().isoformat(),
        "notices": [*notices, *listing.notices],
        "named_filters": named_filters(listing, url),
        "chips": chips_of(listing, url),
        "builder_url": reverse("condition-builder", args=[record_type.plural])
        + f"?{query}&{urlencode({'to': address})}",
        "hidden": [(name, value) for name, value in listing.params.items() if name in asked],
        "address": address,
    }


def _amount_label(record_type: RecordType, one: Kind) -> str:
    told = one.told
    if not told.amount:
        return ""
    label = str(record_type.fields[told.amount].label)
    return str(_("Difference")) if told.field == told.amount else label


def lines(listing: Listing, one: Kind, changes: list[Change]) -> list[Line]:
    """The records of a kind of change in words; one query for the records, one for what their values name."""
    record_type = listing.record_type
    records = record_type.visible_to(listing.user).in_bulk([change.record_id for change in changes])
    words = _words(listing, one, changes)
    return [
        Line(
            title=record_type.title(records[change.record_id]),
            url=record_type.url_of(change.record_id),
            old=words(change.old, change),
            new=words(change.new, change),
            amount=_signed(one, change),
        )
        for change in changes
        if change.record_id in records
    ]


def _signed(one: Kind, change: Change) -> str:
    if not one.told.amount:
        return ""
    is_difference = one.told.field == one.told.amount
    sign = "+" if is_difference and change.amount > 0 else "−" if change.amount < 0 else ""
    return f"{sign}{shown.money(abs(change.amount), change.currency)}"


def _words(listing: Listing, one: Kind, changes: list[Change]) -> Callable[[Any, Change], str]:
    """What turns a value of these changes into words."""
    if not one.told.field:
        return lambda value, change: shown.datetime(value)
    field: Any = listing.record_type.fields[one.told.field]
    if field.kind in axis.RELATED:
        values = {value for change in changes for value in (change.old, change.new) if value is not None}
        titles = {value.value: value.label for value in axis.labelled(listing, field, list(values))}
        return lambda value, change: titles.get(value, "–")
    if field.kind == "money":
        return lambda value, change: shown.money(value, change.currency) or "–"
    return lambda value, change: field.format(value) or "–"
