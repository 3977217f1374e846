"""The one way a file becomes records, tried first (`check`) and then done (`apply`) by the same steps."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused, Changes, change_set, door
from kairos.core.imports.drafts import Draft, DraftReader, wishes_in
from kairos.core.imports.existing import Differences, Matcher
from kairos.core.imports.finders import Wish
from kairos.core.imports.links import Links
from kairos.core.imports.mapping import Mapping as Meaning
from kairos.core.imports.problems import refused
from kairos.core.imports.report import Report
from kairos.core.models import Source
from kairos.core.planner import refresh_statistics
from kairos.core.records.import_rules import grown
from kairos.core.tables import Table, TableError

REFUSALS = (ActionRefused, ValidationError, IntegrityError)
Tell = Callable[[int, Report], None]
BATCH = 500
MANY = 1_000


class NeedsCare(Exception):
    """Something was refused while writing without a way back; only a fresh start with savepoints finds the row."""


def write_table(
    record_type: Any,
    mapping: Meaning,
    table: Table,
    *,
    user: Any,
    filename: str,
    fixes: Mapping[str, Mapping[str, str]] | None = None,
    tell: Tell = lambda done, report: None,
    finish: Callable[[Changes, Report], None] = lambda changes, report: None,
) -> Report:
    """Import a table as one change set, in one transaction; `finish` is called inside, at its end.

    Savepoints make inserting several times slower on SQLite, so they are taken only when a first try was refused.
    """
    for is_careful in (False, True):
        try:
            with (
                door(Source.IMPORT),
                change_set(
                    by=user, summary=_("Imported “%(filename)s”"), params={"filename": filename}
                ) as changes,
            ):
                changes.about(record_type.model)
                importer = Importer(
                    record_type,
                    mapping,
                    table,
                    user=user,
                    fixes=fixes,
                    changes=changes,
                    is_careful=is_careful,
                )
                report = importer.run(tell)
                record_type.import_rules.finish(changes, report)
                finish(changes, report)
            if report.created + report.updated >= MANY:
                refresh_statistics()
            return report
        except NeedsCare:
            continue
    raise AssertionError  # the careful way names the row instead


class Importer:
    """Goes through a table once. Without `changes` nothing is written, and the report says what would be."""

    def __init__(
        self,
        record_type: Any,
        mapping: Meaning,
        table: Table,
        *,
        user: Any,
        fixes: Mapping[str, Mapping[str, str]] | None = None,
        changes: Changes | None = None,
        is_careful: bool = False,
    ) -> None:
        self.record_type = record_type
        self.changes: Any = changes
        self.is_careful = is_careful
        self.reader = DraftReader(record_type, mapping, table, user=user, fixes=fixes or {})
        match_by = mapping.match_by
        self.matcher = Matcher(record_type, match_by, mapping.fields, user=user)
        self.differences = Differences(record_type, user=user)
        self.links = Links(record_type)
        self.report = Report()
        self._counted: set[int] = set()
        self._may_create = record_type.access.can_create(user)

    def run(self, tell: Tell = lambda done, report: None) -> Report:
        """Take all rows; `tell` hears after each chunk how far it is, and may raise to stop.

        A fault of the file itself ends a check with what is known so far, and an import with that fault.
        """
        began, done = monotonic(), 0
        try:
            for drafts in self.reader.chunks():
                self._take(drafts)
                done += len(drafts)
                self.report.seconds = monotonic() - began
                tell(done, self.report)
        except TableError as error:
            if self.changes is not None:
                raise
            self.report.refuse(error)
        self.links.settle(self.changes, self.report)
        self.report.seconds = monotonic() - began
        return self.report

    def _take(self, drafts: list[Draft]) -> None:
        self.matcher.match(drafts)
        usable = [draft for draft in drafts if draft.problem is None and not draft.skips]
        new = [draft for draft in usable if draft.record is None]
        for draft in new:
            self.reader.finish_new(draft)
        self.differences.find(
            [draft for draft in usable if draft.record is not None and draft.problem is None]
        )
        new = [draft for draft in new if draft.problem is None]
        changed = [d for d in usable if d.record is not None and d.problem is None and (d.changes or d.later)]
        self._make_wishes([*new, *changed])
        if self.changes is None:
            for draft in new:
                self.links.note(draft, None)
        else:
            self._write(new, self._create)
            self._write(changed, self._update)
            self.changes.write_pending()
        self._count(drafts, new, changed)

    def _count(self, drafts: list[Draft], new: list[Draft], changed: list[Draft]) -> None:
        self.report.created += sum(draft.problem is None for draft in new)
        self.report.updated += sum(draft.problem is None for draft in changed)
        for draft in drafts:
            if draft.problem is not None:
                self.report.refuse(draft.problem, value=draft.value)
                continue
            known = draft.record is not None or draft.skips
            self.report.skipped += known and not (draft.changes or draft.later)
            self.links.known(draft)

    # -- other records named on the way

    def _make_wishes(self, drafts: list[Draft]) -> None:
        wishes = [wish for wish in wishes_in(drafts) if id(wish) not in self._counted]
        nested = [v for w in wishes for v in w.values.values() if isinstance(v, Wish) and v.record is None]
        wishes = list({id(w): w for w in [*nested, *wishes] if id(w) not in self._counted}.values())
        for wish in wishes:
            self._counted.add(id(wish))
            self.report.made[wish.record_type.name] += 1
        if self.changes is None:
            return
        simple = [wish for wish in wishes if not any(isinstance(v, Wish) for v in wish.values.values())]
        for group in (simple, [wish for wish in wishes if wish not in simple]):
            for record_type in dict.fromkeys(wish.record_type for wish in group):
                self._make(record_type, [wish for wish in group if wish.record_type is record_type])

    def _make(self, record_type: Any, wishes: list[Wish]) -> None:
        rows = [{name: _made(value) for name, value in wish.values.items()} for wish in wishes]
        for wish, record in zip(wishes, record_type.import_new(self.changes, rows), strict=True):
            wish.record, wish.pk = record, record.pk

    # -- writing

    def _write(self, drafts: list[Draft], write: Callable[[list[Draft]], None]) -> None:
        """Write all at once; where a rule or the database refuses, by halves, down to the row that is at fault."""
        for start in range(0, len(drafts), BATCH * 4):
            self._attempt(drafts[start : start + BATCH * 4], write)

    def _attempt(self, drafts: list[Draft], write: Callable[[list[Draft]], None]) -> None:
        if not self.is_careful:
            try:
                return write(drafts)
            except REFUSALS as error:
                raise NeedsCare from error
        try:
            with self.changes.attempt():
                write(drafts)
        except REFUSALS as error:
            if isinstance(error, DatabaseError) and connection.needs_rollback:
                raise
            if len(drafts) == 1:
                reason = error if not isinstance(error, IntegrityError) else ActionRefused()
                drafts[0].problem = refused(reason, row=drafts[0].number)
                return None
            middle = len(drafts) // 2
            self._attempt(drafts[:middle], write)
            self._attempt(drafts[middle:], write)

    def _create(self, drafts: list[Draft]) -> None:
        rows = [{name: _made(value) for name, value in draft.values.items()} for draft in drafts]
        for draft, record in zip(drafts, self.record_type.import_new(self.changes, rows), strict=True):
            self.links.note(draft, record.pk)

    def _update(self, drafts: list[Draft]) -> None:
        values = {
            draft.record.pk: {
                name: grown(draft.record, name, _made(value)) for name, value in draft.changes.items()
            }
            for draft in drafts
            if draft.changes
        }
        if values:
            self.record_type.import_existing(self.changes, values)


def _made(value: Any) -> Any:
    """The value with every wish replaced by the record it became."""
    if isinstance(value, Wish):
        return value.record
    return [_made(item) for item in value] if isinstance(value, list) else value
