"""Sums by group and currency: one grouped query a question, from which totals and ratios of any part follow."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from kairos.core.conditions import compile, mentions, parse
from kairos.core.history.as_of import ARCHIVED
from kairos.core.listing import Listing
from kairos.core.listing.records import Asked
from kairos.core.models import FieldChange
from kairos.core.records import Measure, Part
from kairos.core.records.measures import bound
from kairos.insight.dimension import Dimension

CURRENCY = "cube_currency"
Key = tuple[Any, ...]
Sums = dict[str, list[Any]]  # currency to one number for each part


@dataclass(slots=True)
class Cube:
    """The sums of every combination of values; `currencies` in use, the most frequent first."""

    parts: list[Part]
    leaves: dict[Key, Sums] = field(default_factory=dict)
    currencies: list[str] = field(default_factory=list)

    def rolled(self, places: Sequence[int]) -> dict[Key, Sums]:
        """The sums by some of the dimensions only: subtotals, and with none of them the grand total."""
        found: dict[Key, Sums] = {}
        for key, sums in self.leaves.items():
            add(found.setdefault(tuple(key[place] for place in places), {}), sums)
        return found


def add(into: Sums, more: Sums) -> None:
    for currency, numbers in more.items():
        present = into.get(currency)
        if present is None:
            into[currency] = list(numbers)
        else:
            for place, number in enumerate(numbers):
                present[place] += number


def cube(listing: Listing, measures: Iterable[Measure], dimensions: Sequence[Dimension]) -> Cube:
    """Count and sum the records of a listing. Of a past day, what has changed since is asked apart from the rest."""
    return _Query(listing, [*measures], dimensions).answer()


def part_key(part: Part) -> str:
    return repr((part.of, part.where))


class _Query:
    def __init__(self, listing: Listing, measures: list[Measure], dimensions: Sequence[Dimension]) -> None:
        self.listing = listing
        self.dimensions = dimensions
        parts = {part_key(part): part for one in measures for part in one.parts}
        self.parts = list(parts.values())
        self.currency = next((one.currency for one in measures if one.has_amounts), "")

    def answer(self) -> Cube:
        made = Cube(self.parts)
        used: Counter[str] = Counter()
        for records, asked, is_tally in self._sources():
            for row in self._rows(records, asked, is_tally):
                key = tuple(one.normal(row[f"d{place}"]) for place, one in enumerate(self.dimensions))
                currency = row.get(CURRENCY) or ""
                numbers = [row[f"p{place}"] or 0 for place in range(len(self.parts))]
                if any(numbers):
                    used[currency] += row["n"] or 0
                    add(made.leaves.setdefault(key, {}), {currency: numbers})
        made.currencies = [currency for currency, _count in used.most_common()]
        return made

    # -- where from

    def _sources(self) -> Iterable[tuple[QuerySet[Any], Asked | None, bool]]:
        if self.listing.cutoff is None:
            asked = Asked(self.listing)
            counted = asked.counted(self._names, Q()) if self._is_plain else None
            if counted is None:
                yield asked.records, asked, False
                return
            yield counted, asked, True
            if (beside := asked.uncounted(Q())) is not None:
                yield beside, asked, False
            return
        changed = FieldChange.objects.filter(
            record_type=self.listing.record_type.stored_name, at__gte=self.listing.cutoff
        )
        ids = changed.exclude(field="").values("record_id")
        yield self._unchanged(ids), None, False
        asked = Asked(self.listing, fields=self._names)
        yield asked.records.filter(pk__in=ids), asked, False

    def _unchanged(self, changed: Any) -> QuerySet[Any]:
        """The records that are today as they were on the past day."""
        listing = self.listing
        found = listing.record_type.visible_to(listing.user).filter(
            **{f"{ARCHIVED}__isnull": not listing.is_archived}, created_at__lt=listing.cutoff
        )
        found = found.filter(compile(listing.condition, listing.context())).exclude(pk__in=changed)
        if listing.q:
            from kairos.core.search import matching_ids

            found = found.filter(pk__in=matching_ids(listing.record_type.stored_name, listing.q))
        return found

    @cached_property
    def _names(self) -> set[str]:
        """The fields the answer is made from."""
        kind = self.listing.record_type
        names = {one.first for one in self.dimensions} | (
            {self.currency.split(".")[0]} if self.currency else set()
        )
        for part in self.parts:
            names |= part.names
            names |= mentions(parse(part.where, kind)) if part.where else set()
        return names

    @property
    def _is_plain(self) -> bool:
        """Whether a tally could know it: only fields are summed, and none of a computed span."""
        return all(part.of is None or isinstance(part.of, str) for part in self.parts)

    # -- what of

    def _rows(self, records: QuerySet[Any], asked: Asked | None, is_tally: bool) -> Iterable[dict[str, Any]]:
        keys = {f"d{place}": one.expression(self.listing, asked) for place, one in enumerate(self.dimensions)}
        if self.currency:
            keys[CURRENCY] = F(self._currency(asked))
        sums = {f"p{place}": self._sum(part, asked, is_tally) for place, part in enumerate(self.parts)}
        sums["n"] = Sum("count") if is_tally else Count("pk")
        rows = records.order_by()
        if not keys:
            return [rows.aggregate(**sums)]
        return rows.values(**keys).annotate(**sums)

    def _currency(self, asked: Asked | None) -> str:
        """What the record reaches through another one is as it is now, as everything related is."""
        through = self.currency.replace(".", "__")
        return through if through != self.currency else self._name(self.currency, asked)

    def _name(self, name: str, asked: Asked | None) -> str:
        return asked.name(name) if asked is not None else name

    def _sum(self, part: Part, asked: Asked | None, is_tally: bool) -> Any:
        where: dict[str, Any] = {}
        if part.where:
            context = self.listing.context(asked.names if asked is not None else {})
            where["filter"] = compile(parse(part.where, self.listing.record_type), context)
        if part.of is None:
            return Sum("count", **where) if is_tally else Count("pk", **where)
        return Sum(bound(part.of, lambda name: self._name(name, asked), self.listing.now), **where)


def moved(one: Cube, place: int, step: Any) -> Cube:
    """The cube with the days of one dimension moved, to stand beside another."""
    found = Cube(one.parts, defaultdict(dict), one.currencies)
    for key, sums in one.leaves.items():
        value = step(key[place]) if key[place] is not None else None
        add(found.leaves[(*key[:place], value, *key[place + 1 :])], sums)
    return found
