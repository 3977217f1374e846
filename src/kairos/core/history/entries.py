"""Field changes on their way into the store, without an object for each."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection

from kairos.core.history.rows import insert_rows
from kairos.core.models import FieldChange

COLUMNS = ("change_set_id", "record_type", "record_id", "field", "old", "new", "at")


class Entry(NamedTuple):
    """One field's old and new value, waiting to be stored; see `FieldChange`."""

    record_type: str
    record_id: int
    field: str
    old: str | None
    new: str | None
    at: dt.datetime


def store_entries(change_set_id: int, entries: Sequence[Entry]) -> None:
    """Insert these as field changes of a change set, in order."""
    if entries:
        insert_rows(FieldChange._meta.db_table, COLUMNS, _adapted(change_set_id, entries), count=len(entries))


def _adapted(change_set_id: int, entries: Sequence[Entry]) -> Iterable[Any]:
    """Rows as the database's driver takes them; an import has few different times, so each is converted once."""
    times: dict[dt.datetime, Any] = {}
    for *values, at in entries:
        if at not in times:
            times[at] = connection.ops.adapt_datetimefield_value(at)
        yield (change_set_id, *values, times[at])
