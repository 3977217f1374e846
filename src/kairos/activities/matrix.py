"""A page of records, and for each what is planned of every type."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from kairos.activities.actions.types import shown_types
from kairos.activities.models import Activity, ActivityType
from kairos.activities.panel import line_of
from kairos.core.listing import records_of
from kairos.core.listing.related import attach

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    record: Any
    url: str
    plan_url: str
    cells: list[tuple[ActivityType, list[dict[str, Any]]]]


@dataclass(frozen=True, slots=True)
class Table:
    types: list[ActivityType]
    rows: list[Row]
    page: int
    has_more: bool


def matrix_of(listing: Any, page: int) -> Table:
    """Fifty records in the order of the list, with their open activities by type: four queries however many."""
    kind = listing.record_type
    types = shown_types(listing.user)
    name = listing.order.removeprefix("-")
    field = kind.fields.get(name)
    sign = "-" if listing.order.startswith("-") else ""
    order = [sign + path for path in field.order_by()] if field is not None else []
    start = (max(1, page) - 1) * PAGE
    found = list(records_of(listing).order_by(*order, "-pk")[start : start + PAGE + 1])
    records = found[:PAGE]
    planned = _planned(kind.stored_name, [one.pk for one in records])
    rows = [
        Row(
            one,
            kind.url_of(one),
            f"{kind.url_of(one)}/plan",
            [(type_, planned[one.pk, type_.pk]) for type_ in types],
        )
        for one in records
    ]
    return Table(types, rows, max(1, page), len(found) > PAGE)


def _planned(record_type: str, ids: list[int]) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """Lines by record and type, soonest first."""
    today = timezone.localdate()
    found = list(Activity.objects.of(record_type, ids).active().open().order_by("due_on", "starts_at", "pk"))
    attach(found, ["type", "assignee"])
    cells: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for one in found:
        cells[int(one.record_id or 0), one.type_id].append(line_of(one, today=today))
    return cells
