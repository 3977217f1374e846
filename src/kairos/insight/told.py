"""What became of records between two days: new, moved, slipped, won … as their type tells it (`changes_told`)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from kairos.core.history.as_of import midnight
from kairos.core.history.bulk import chunks
from kairos.core.history.canonical import from_text
from kairos.core.listing import Listing
from kairos.core.listing.records import Asked
from kairos.core.models import FieldChange
from kairos.core.rates import Rates, total_text
from kairos.core.records import Told


@dataclass(slots=True)
class Change:
    """What happened to one record: the value at the beginning, the one at the end, and the money it is about."""

    record_id: int
    old: Any = None
    new: Any = None
    amount: Decimal = Decimal(0)
    currency: str = ""


@dataclass(slots=True)
class Kind:
    """All changes of one kind, the largest first; `money` in words."""

    told: Told
    changes: list[Change] = field(default_factory=list)
    money: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.changes)


class ToldSpan:
    """The changes of a listing's records from the beginning of a day until the end of the listing's, or until now.

    A record that is new in the span is told as new, and beyond that only where the declaration says so (`of_new`).
    """

    def __init__(self, listing: Listing, since: dt.date) -> None:
        self.listing = listing
        self.since = since
        self.kind = listing.record_type
        self.start = midnight(since)
        self.end = listing.cutoff or listing.now

    @cached_property
    def kinds(self) -> list[Kind]:
        """Every declared kind with its changes; three queries, however many there are."""
        found = {one.name: Kind(one) for one in self.kind.changes_told}
        new = self._created()
        values = self._nets()
        for one in found.values():
            told = one.told
            if not told.field:
                one.changes = [Change(pk, new=at) for pk, at in new.items()]
                continue
            one.changes = [
                Change(pk, old, now)
                for pk, (old, now) in values.get(told.field, {}).items()
                if (told.of_new or pk not in new) and told.when(old, now)
            ]
        for one in found.values():
            more = {change.record_id for name in one.told.unless for change in found[name].changes}
            one.changes = [change for change in one.changes if change.record_id not in more]
        self._weigh(list(found.values()))
        return list(found.values())

    @cached_property
    def _asked(self) -> Asked:
        """The records as they are at the end of the span."""
        return Asked(self.listing, fields={name for name in (*self._amounts, self._currency) if name})

    @property
    def _amounts(self) -> list[str]:
        return list(dict.fromkeys(one.amount for one in self.kind.changes_told if one.amount))

    @property
    def _currency(self) -> str:
        named = [self.kind.fields[name] for name in self._amounts]
        return str(getattr(named[0], "currency_field", "")) if named else ""

    def _created(self) -> dict[int, dt.datetime]:
        found = self._asked.records.filter(created_at__gte=self.start, created_at__lt=self.end)
        return dict(found.order_by().values_list("pk", "created_at"))

    def _nets(self) -> dict[str, dict[int, tuple[Any, Any]]]:
        """By field and record, the value before the first change of the span and after the last."""
        names = {one.field for one in self.kind.changes_told if one.field}
        rows = FieldChange.objects.filter(
            record_type=self.kind.stored_name,
            field__in=names,
            at__gte=self.start,
            at__lt=self.end,
            record_id__in=self._asked.records.order_by().values("pk"),
        ).order_by("at", "pk")
        texts: dict[str, dict[int, list[str | None]]] = defaultdict(dict)
        for pk, name, old, new in rows.values_list("record_id", "field", "old", "new").iterator(5000):
            present = texts[name].setdefault(pk, [old, new])
            present[1] = new
        read = {name: self.kind.model._meta.get_field(name) for name in texts}
        return {
            name: {pk: (from_text(read[name], o), from_text(read[name], n)) for pk, (o, n) in found.items()}
            for name, found in texts.items()
        }

    def _weigh(self, kinds: list[Kind]) -> None:
        """Give every change its money: what the record is about, or by how much that changed."""
        ids = sorted({change.record_id for one in kinds for change in one.changes})
        amounts = {row[0]: row[1:] for part in chunks(ids) for row in self._money(part)}
        rates = Rates(self.listing.context().today)
        for one in kinds:
            if not one.told.amount:
                continue
            place = self._amounts.index(one.told.amount)
            for change in one.changes:
                *present, change.currency = amounts[change.record_id]
                is_itself = one.told.field == one.told.amount
                change.amount = change.new - change.old if is_itself else present[place] or Decimal(0)
            one.changes.sort(key=lambda change: (-abs(change.amount), change.record_id))
            sums: dict[str, Decimal] = defaultdict(Decimal)
            for change in one.changes:
                sums[change.currency] += change.amount
            one.money = total_text(sums, rates)

    def _money(self, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        names = [self._asked.name(name) for name in (*self._amounts, self._currency) if name]
        yield from self._asked.records.filter(pk__in=ids).order_by().values_list("pk", *names)
