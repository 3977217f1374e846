"""Rows of a file as drafts of records: values understood, mistakes named, existing records recognised."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from kairos.core.custom.columns import model_field
from kairos.core.imports import patterns
from kairos.core.imports.cells import written
from kairos.core.imports.columns import ColumnReader
from kairos.core.imports.finders import Later, Wish
from kairos.core.imports.layout import check_mapping, finder_for, own_names, readers_for, targets_of
from kairos.core.imports.mapping import Column
from kairos.core.imports.mapping import Mapping as Meaning
from kairos.core.imports.problems import Refused, ValueMissing, WrongDefault
from kairos.core.tables import Problem, Row, Table

CHUNK = 2_000


@dataclass(slots=True)
class Draft:
    """One row on its way: its values by field, the record it is about if there is one, and what is wrong with it."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    later: dict[str, Later] = field(default_factory=dict)
    problem: Problem | None = None
    value: Any = ""
    skips: bool = False
    record: Any = None
    changes: dict[str, Any] = field(default_factory=dict)
    key: str = ""


class DraftReader:
    """Reads a table chunk by chunk as drafts, with a handful of queries for each chunk."""

    def __init__(
        self,
        record_type: Any,
        mapping: Meaning,
        table: Table,
        *,
        user: Any,
        fixes: Mapping[str, Mapping[str, str]],
    ) -> None:
        check_mapping(record_type, mapping, table.header, user=user)
        self.record_type, self.mapping, self.table, self.user = record_type, mapping, table, user
        self.fixes = {int(row): cells for row, cells in fixes.items()}
        self.wishes: dict[tuple[str, str], Wish] = {}
        self.places = {header: place for place, header in enumerate(table.header)}
        self.names = own_names(record_type, mapping, table, self._rows())
        self.readers = readers_for(
            record_type, mapping, table.header, user=user, wishes=self.wishes, names=self.names
        )
        self.defaults = self._read_defaults()
        self.required = [
            field
            for field in map(record_type.field, record_type.custom_fields)
            if field.required and not field.model_field.has_default()
        ]

    def _read_defaults(self) -> dict[str, Any]:
        targets = targets_of(self.record_type)
        values: dict[str, Any] = {}
        for name, given in self.mapping.defaults.items():
            finder = finder_for(
                self.record_type, targets[name], self.mapping, user=self.user, wishes=self.wishes
            )
            column = Column(name, values={"": given} if isinstance(given, dict) else {})
            reader = ColumnReader(name, 0, column, targets[name], user=self.user, finder=finder)
            cell = "" if isinstance(given, dict) else given
            reader.learn({cell})
            reading = reader.read(cell)
            if reading.problem:
                raise WrongDefault(field=name, reason=reading.problem.sentence)
            values |= reading.values
        return values

    def _rows(self) -> Iterator[Row]:
        """The rows of the table with the cells that were corrected by hand."""
        for row in self.table.rows():
            fixed = self.fixes.get(row.number)
            if fixed:
                cells = list(row.cells)
                for header, text in fixed.items():
                    if header in self.places:
                        cells[self.places[header]] = text
                row = Row(row.number, cells, None)
            yield row

    def chunks(self, size: int = CHUNK) -> Iterator[list[Draft]]:
        """All rows as drafts, `size` at a time."""
        rows = self._rows()
        while part := list(islice(rows, size)):
            for reader in self.readers:
                reader.learn({row.cells[reader.index] for row in part} if reader.finder else set())
            yield [self._draft(row) for row in part]

    def _draft(self, row: Row) -> Draft:
        draft = Draft(row.number)
        if row.problem is not None:
            draft.problem = row.problem
            return draft
        for reader in self.readers:
            cell = row.cells[reader.index]
            reading = reader.read(cell)
            if reading.problem is not None:
                params = {**reading.problem.params, "row": row.number}
                draft.problem, draft.value = Refused(**params), written(cell)
                return draft
            if reading.skips:
                draft.skips = True
                return draft
            draft.values.update(reading.values)
        self._set_later_aside(draft)
        if self.mapping.templates:
            draft.texts = {
                name: self._template(pattern, draft, row) for name, pattern in self.mapping.templates.items()
            }
        return draft

    def _set_later_aside(self, draft: Draft) -> None:
        if not self.names:
            return
        for name, value in list(draft.values.items()):
            if isinstance(value, Later):
                draft.later[name] = draft.values.pop(name)
            elif isinstance(value, list) and any(isinstance(item, Later) for item in value):
                draft.values[name] = [item for item in value if not isinstance(item, Later)]

    def _template(self, pattern: str, draft: Draft, row: Row) -> str:
        def text_of(name: str) -> str:
            column = self.mapping.columns.get(name)
            value = draft.values.get(column.field if column else name)
            if value is not None and not isinstance(value, list) and hasattr(value, "pk"):
                return str(value)
            return written(row.cells[self.places[name]]) if name in self.places else str(value or "")

        return patterns.fill(pattern, text_of)

    def finish_new(self, draft: Draft) -> None:
        """Complete the values of a row that becomes a new record; names what is still missing."""
        values = draft.values
        for name, text in draft.texts.items():
            if not values.get(name):
                limit = model_field(self.record_type.model, name).max_length
                values[name] = text[:limit] if limit else text
        for name, value in self.defaults.items():
            values.setdefault(name, value)
        self.record_type.import_rules.complete(values)
        if missing := self._missing_in(draft):
            draft.problem = ValueMissing(row=draft.number, field=missing)

    def _missing_in(self, draft: Draft) -> str:
        """The first field, as the file calls it, that a new record must have and the row does not give."""
        title, team = self.record_type.title_field, getattr(draft.values.get("team"), "pk", None)
        wanted = {title: title}
        wanted |= {one.name: one.label for one in self.required if one.team_id in (None, team)}
        for name, label in wanted.items():
            if draft.values.get(name) in (None, "", []) and name not in draft.later:
                return self.mapping.header_of(name) or label
        return ""


def wishes_in(drafts: Iterable[Draft]) -> list[Wish]:
    """The records that these drafts need and that are not made yet, each once."""
    found: dict[int, Wish] = {}
    for draft in drafts:
        for value in draft.values.values():
            for item in value if isinstance(value, list) else (value,):
                if isinstance(item, Wish) and item.record is None:
                    found.setdefault(id(item), item)
    return list(found.values())
