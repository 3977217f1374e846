"""What a board's column shows beyond its value: what its declaration says, unless the condition speaks of it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from kairos.core.fields import Field
from kairos.core.listing import axis
from kairos.core.listing.listing import Listing


class _Collected:
    """Stands in for a queryset and remembers what it was filtered by."""

    def __init__(self) -> None:
        self.condition = Q()

    def filter(self, *conditions: Q, **lookups: Any) -> "_Collected":
        self.condition &= Q(*conditions, **lookups)
        return self

    def exclude(self, *conditions: Q, **lookups: Any) -> "_Collected":
        self.condition &= ~Q(*conditions, **lookups)
        return self


class Scope:
    """The condition of each column of a board, in the record type's own field names."""

    def __init__(self, listing: Listing, field: Field) -> None:
        board = listing.board
        self.field = field
        self.is_main = field.name == board.columns
        self.names = set(board.scope_fields) if board.scope else set()
        is_asked = bool(self.names & listing.mentioned) or field.name in self.names
        self.scope = None if is_asked or listing.is_archived else board.scope

    def own(self, value: axis.Value) -> Q:
        """What the declaration adds for this column."""
        if self.scope is None:
            return Q()
        collected = _Collected()
        self.scope(collected, value.record if self.is_main else None)
        return collected.condition

    def of(self, value: axis.Value) -> Q:
        """The records of one column."""
        return axis.only(self.field, value.value) & self.own(value)

    def condition(self, values: Sequence[axis.Value] | None) -> Q:
        """The records of all these columns together, columns of the same rule in one comparison; None is no limit."""
        if values is None:
            return Q()
        by_rule: dict[Q, list[axis.Value]] = defaultdict(list)
        for value in values:
            by_rule[self.own(value)].append(value)
        whole = Q(pk__in=[])
        for number, (rule, members) in enumerate(by_rule.items()):
            part = self._in(members) & rule
            whole = part if number == 0 else whole | part
        return whole

    def _in(self, values: Sequence[axis.Value]) -> Q:
        ids = [value.value for value in values if value.value is not None]
        if self.field.kind in axis.RELATED and len(ids) == len(values):
            return Q(**{f"{self.field.name}__in": ids})
        joined = Q(pk__in=[])
        for value in values:
            joined |= axis.only(self.field, value.value)
        return joined
