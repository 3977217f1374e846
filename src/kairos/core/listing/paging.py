"""Pages by place in the order, not by number: the thousandth page costs what the first one costs.

A place is the sorted value and key of a record. Records without a value stand at the end in both directions, and are
asked for by a query of their own, so that every query follows an index.
"""

import base64
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from kairos.core.history.canonical import from_text, to_text
from kairos.core.listing.order import Order, ordered
from kairos.core.models.custom_values import PREFIX

PAGE = 80
COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """Records in order, and the places to go on from; an empty place is an end."""

    records: list[Any]
    before: str = ""
    after: str = ""


class BadPlace(ValueError):
    """A place in an address that nobody gave out."""


def page_of(
    queryset: models.QuerySet[Any], order: Order, *, after: str = "", before: str = "", size: int = PAGE
) -> Page:
    """The records after (or before) a place. Raises `BadPlace`."""
    backwards = bool(before) and not after
    place = _read(after or before, order) if after or before else None
    found = _following(queryset, order, place, size + 1, backwards=backwards)
    has_more = len(found) > size
    shown = found[:size]
    if backwards:
        shown.reverse()
    if not shown:
        return Page([])
    is_first = not has_more if backwards else place is None
    is_last = False if backwards else not has_more
    return Page(
        shown,
        before="" if is_first else place_of(shown[0], order),
        after="" if is_last else place_of(shown[-1], order),
    )


def count_of(queryset: models.QuerySet[Any], *, exact: bool = False) -> tuple[int, bool]:
    """How many, and whether that is all: beyond ten thousand only on request."""
    plain = queryset.order_by()
    if exact:
        return plain.count(), True
    count = plain.values("pk")[: COUNTED + 1].count()
    return min(count, COUNTED), count <= COUNTED


def _following(
    queryset: models.QuerySet[Any], order: Order, place: Any, size: int, *, backwards: bool
) -> list[Any]:
    """So many records on from a place; without one from the start."""
    if not order.can_be_empty:
        return list(_beyond(queryset, order, place, backwards)[:size])
    empty = queryset.filter(**{f"{order.path}__isnull": True})
    filled = queryset.filter(**{f"{order.path}__isnull": False})
    starts_empty = place is not None and place[0] is None
    parts = [(empty, True), (filled, False)] if backwards else [(filled, False), (empty, True)]
    if place is not None and starts_empty != parts[0][1]:
        parts = parts[1:]
    found: list[Any] = []
    for number, (part, is_empty) in enumerate(parts):
        if len(found) < size:
            here = place if number == 0 else None
            wanted = _beyond(part, order, here, backwards, only_key=is_empty)
            found += wanted[: size - len(found)]
    return found


def _beyond(
    queryset: models.QuerySet[Any], order: Order, place: Any, backwards: bool, *, only_key: bool = False
) -> models.QuerySet[Any]:
    if only_key:
        order = Order("pk", None, order.is_descending, False)
    found = ordered(queryset, order, backwards=backwards)
    if place is None:
        return found
    value, pk = place
    side = "lt" if order.is_descending != backwards else "gt"
    if order.is_key:
        return found.filter(**{f"pk__{side}": pk})
    # Written with the plain bound first, so that an index on the field is followed.
    further = Q(**{f"{order.path}__{side}": value}) | Q(**{f"pk__{side}": pk})
    return found.filter(Q(**{f"{order.path}__{side}e": value}) & further)


def place_of(record: Any, order: Order) -> str:
    """The place of a record in an order, as an address writes it."""
    value = None if order.is_key else to_text(order.model_field, value_at(record, order.path))
    packed = json.dumps([value, record.pk], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def value_at(record: Any, path: str) -> Any:
    """The value a lookup path leads to from a loaded record."""
    if path.startswith(PREFIX):
        return getattr(record, path)
    for name in path.split("__"):
        record = getattr(record, name) if record is not None else None
    return record


def _read(text: str, order: Order) -> tuple[Any, int]:
    try:
        unpacked = json.loads(base64.urlsafe_b64decode(text[:2000] + "=" * (-len(text) % 4)))
        value, pk = unpacked
        if type(pk) is not int or not 0 <= pk < 2**63 or not isinstance(value, str | None):
            raise BadPlace(text)
        return None if value is None or order.is_key else from_text(order.model_field, value), pk
    except (ValueError, TypeError, ArithmeticError, RecursionError, ValidationError) as error:
        raise BadPlace(text) from error
