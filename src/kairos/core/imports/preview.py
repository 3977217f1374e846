"""The first rows as they would come out."""

from dataclasses import dataclass, field
from typing import Any

from kairos.core.imports.drafts import DraftReader
from kairos.core.imports.finders import Wish
from kairos.core.imports.layout import targets_of
from kairos.core.imports.mapping import Mapping
from kairos.core.imports.report import reason, stored
from kairos.core.tables import Table

ROWS = 5


@dataclass(slots=True)
class PreviewRow:
    """One row: its number, the text of each shown field, and what is wrong with it, if anything."""

    number: int
    cells: list[str]
    problem: str = ""


@dataclass(slots=True)
class Preview:
    labels: list[str] = field(default_factory=list)
    rows: list[PreviewRow] = field(default_factory=list)


def preview_of(record_type: Any, mapping: Mapping, table: Table, *, user: Any, fixes: Any) -> Preview:
    """The first rows read by the mapping. Raises a `TableError` for one that does not fit."""
    reader = DraftReader(record_type, mapping, table, user=user, fixes=fixes)
    targets = targets_of(record_type)
    names = [name for name in targets if name in mapping.fields | set(mapping.templates)]
    preview = Preview([str(targets[name].label) for name in names])
    for draft in next(reader.chunks(ROWS), []):
        if draft.problem is None and not draft.skips:
            reader.finish_new(draft)
        values = {**draft.values, **draft.later}
        cells = [_text(targets[name], values.get(name)) for name in names]
        problem = reason(stored(draft.problem)) if draft.problem is not None else ""
        preview.rows.append(PreviewRow(draft.number, cells, problem))
    return preview


def _text(target: Any, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Wish):
        return f"+ {value}"
    if isinstance(value, list) and target.kind in ("relations", "people", "tags"):
        return ", ".join(_text(target, item) for item in value)
    return str(value) if hasattr(value, "pk") else str(target.format(value))
