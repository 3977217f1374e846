"""Writing the values of custom fields, all of which stand in one column."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kairos.core.custom import definitions
from kairos.core.custom.columns import Column

if TYPE_CHECKING:
    from kairos.core.history.change_set import Changes


def update_custom(changes: "Changes", record: Any, values: Mapping[str, Any]) -> set[str]:
    """Patch custom values into what is stored now, for other keys belong to others; the names of those that changed.

    The record is saved by whoever calls.
    """
    columns = definitions.hold().columns
    stored = type(record)._base_manager.values_list("custom", flat=True).get(pk=record.pk)
    record.custom = dict(stored)
    changed = set()
    for name, value in values.items():
        column: Column = columns[name]
        old, new = column.stored_in(record), column.encode(value)
        if old != new:
            changed.add(name)
            record.custom = {**record.custom, column.key: new}
            changes.note(type(record), record.pk, name, column.text_of(old), column.text_of(new))
    record.custom = {key: one for key, one in record.custom.items() if one is not None}
    return changed
