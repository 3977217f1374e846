"""What figures are split up by: a field, or one reached through a relation; days by week, month, quarter or year."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.utils import timezone

from kairos.core.conditions import Leaf
from kairos.core.conditions.days import Day, Span
from kairos.core.conditions.paths import Path, find_path, related_type
from kairos.core.listing import Listing, axis
from kairos.core.listing.records import Asked
from kairos.core.records import RecordType
from kairos.insight import grain as grains


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to split figures up; written in addresses as `salesperson.manager` or `closed_at:month`."""

    path: Path
    grain: str = ""

    @property
    def name(self) -> str:
        return f"{self.path.name}:{self.grain}" if self.grain else self.path.name

    @property
    def label(self) -> str:
        return self.path.label

    @property
    def field(self) -> Any:
        return self.path.field

    @property
    def first(self) -> str:
        """The record type's own field the path begins with."""
        return (self.path.through[0] if self.path.through else self.path.field).name

    # -- asking

    def expression(self, listing: Listing, asked: Asked | None) -> Any:
        """What the query groups by. `asked` gives the names of a past day; related records are as they are now."""
        name = asked.name(self.first) if asked is not None else self.first
        if not self.path.through:
            return self._grained(F(name))
        inner = "__".join(one.name for one in (*self.path.through[1:], self.path.field))
        related = related_type(self.path.through[0])
        seen = related.visible_to(listing.user) if related is not None else None
        if name != self.first:
            there = seen.filter(pk=OuterRef(name))  # type: ignore[union-attr]
            return self._grained(Subquery(there.order_by().values(inner)[:1]))
        reached = self._grained(F(f"{self.first}__{inner}"))
        if seen is None or not seen.query.where:
            return reached
        # What the person may not see of the related records counts as nothing.
        return Case(
            When(Q(**{f"{self.first}__in": seen.order_by().values("pk")}), then=reached), default=None
        )

    def _grained(self, value: Any) -> Any:
        if not self.grain:
            return value
        zone = timezone.get_current_timezone_name() if self.field.kind == "datetime" else ""
        return grains.StartOf(value, self.grain, zone)

    def normal(self, value: Any) -> Any:
        """One value for everything that is the same group."""
        if self.grain:
            return value
        return axis.normal(self.field, value)

    # -- showing

    def values(self, listing: Listing, found: list[Any]) -> list[axis.Value]:
        """The found values with their words, in the order people expect; between months none is left out."""
        if not self.grain:
            return axis.labelled(listing, self.field, found)
        days = sorted(value for value in found if value is not None)
        if days and self.grain != "day":
            days = _filled(days, self.grain)
        named = [axis.Value(day.isoformat(), day, grains.label(day, self.grain)) for day in days]
        empty = [axis.Value(axis.NOTHING, None, axis.nothing_label(self.field))] if None in found else []
        return [*named, *empty]

    def leaf(self, value: Any) -> Leaf:
        """The condition of the records of one value."""
        name = self.path.name
        if value is None:
            return Leaf(name, "is_empty")
        if self.grain:
            last = grains.last_day(value, self.grain)
            return Leaf(name, "within", Span(Day(value.isoformat()), Day(last.isoformat())))
        return Leaf(name, "is", value)


MOST_FILLED = 120


def _filled(days: list[dt.date], grain: str) -> list[dt.date]:
    whole = grains.between(days[0], min(days[-1], dt.date(2200, 1, 1)), grain)
    return whole if len(whole) <= MOST_FILLED else days


def read_dimension(text: str, record_type: RecordType) -> Dimension:
    """The dimension an address names. Raises `LookupError` for what the record type does not offer."""
    name, _colon, grain = text.partition(":")
    if name not in record_type.all_dimensions:
        raise LookupError(text)
    path = find_path(name, record_type)
    if path.field.kind in axis.DAYS:
        return Dimension(path, grain if grain in grains.GRAINS else grains.USUAL)
    return Dimension(path)


def offered(record_type: RecordType) -> list[Dimension]:
    """Everything figures of this kind of record can be split up by; lists of many values cannot."""
    found = []
    for name in record_type.all_dimensions:
        path = find_path(name, record_type)
        if path.field.model_field is not None and path.field.kind not in ("relations", "people", "tags"):
            found.append(Dimension(path, grains.USUAL if path.field.kind in axis.DAYS else ""))
    return found
