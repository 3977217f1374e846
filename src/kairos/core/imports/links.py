"""Links between rows of one file: a company that belongs to another one further down."""

from collections import defaultdict
from typing import Any

from kairos.core.history import Changes
from kairos.core.history.bulk import chunks
from kairos.core.imports.drafts import Draft
from kairos.core.imports.finders import Later
from kairos.core.imports.problems import InACircle, LinkLeftOut
from kairos.core.imports.report import Report
from kairos.core.tables import name_key


class Links:
    """Collects the links of a file while its rows come by, and sets them when all are in."""

    def __init__(self, record_type: Any) -> None:
        self.record_type = record_type
        self._ids: dict[str, int | None] = {}
        self._new: set[int] = set()
        self._wanted: list[tuple[Draft, str, Later, int | None]] = []

    def note(self, draft: Draft, pk: int | None) -> None:
        """A row became a new record; its number is None while nothing is written."""
        self._ids[_key(self.record_type, draft)] = pk
        if pk is not None:
            self._new.add(pk)
        self._wanted += [(draft, name, later, pk) for name, later in draft.later.items()]

    def known(self, draft: Draft) -> None:
        """A row whose record was there already."""
        if draft.record is not None:
            self._ids[_key(self.record_type, draft)] = draft.record.pk
            self._wanted += [(draft, name, later, draft.record.pk) for name, later in draft.later.items()]

    def settle(self, changes: Changes | None, report: Report) -> None:
        """Set the links; one that closes a circle or whose other end is missing is left out and said."""
        above: dict[str, dict[str, str]] = defaultdict(dict)
        for draft, name, later, _pk in self._wanted:
            above[name][_key(self.record_type, draft)] = later.key
        good: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for draft, name, later, pk in self._wanted:
            if later.key not in self._ids:
                report.notice(LinkLeftOut(row=draft.number, value=later.title))
            elif _is_circle(above[name], _key(self.record_type, draft)):
                report.notice(InACircle(row=draft.number, value=later.title))
            elif pk is not None and (target := self._ids[later.key]) is not None:
                good[name].append((pk, target))
        if changes is not None:
            for name, pairs in good.items():
                self._set(changes, name, pairs)

    def _set(self, changes: Changes, name: str, pairs: list[tuple[int, int]]) -> None:
        """New records are still being made, so their links are part of that; others change with history."""
        model = self.record_type.model
        changes.update_many(model, {pk: {name: target} for pk, target in pairs if pk not in self._new})
        by_target: dict[int, list[int]] = defaultdict(list)
        for pk, target in pairs:
            if pk in self._new:
                by_target[target].append(pk)
        for target, ids in by_target.items():
            for part in chunks(ids):
                model._base_manager.filter(pk__in=part).update(**{f"{name}_id": target})


def _key(record_type: Any, draft: Draft) -> str:
    return name_key(str(draft.values.get(record_type.title_field) or ""))


def _is_circle(above: dict[str, str], start: str) -> bool:
    seen, key = {start}, above.get(start)
    while key is not None:
        if key in seen:
            return key == start
        seen.add(key)
        key = above.get(key)
    return False
