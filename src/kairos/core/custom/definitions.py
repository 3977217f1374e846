"""The custom fields there are, known to the process without asking the database again and again.

They are read once and looked at again after two seconds at the earliest, by one small question: so long may another
process lag behind, and nothing wrong is written meanwhile (see `hold`). Inside a transaction that has written
definitions they are its own, until it commits or is rolled back.
"""

from collections.abc import Iterable
from itertools import count
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Sum

from kairos.core.custom.columns import Column
from kairos.core.custom.making import is_searched, make_column, make_field
from kairos.core.fields import Field
from kairos.core.models.custom_field import CustomField
from kairos.core.models.custom_values import PREFIX

RECHECKED_AFTER = 2.0
LOCK = 7_041_977


_numbers = count(1)


class Definitions:
    """All custom fields at one moment. `columns` are those of archived ones, too; `fields_of` gives what is shown."""

    def __init__(self, rows: Iterable[CustomField] = (), stamp: Any = None) -> None:
        self.rows = list(rows)
        self.stamp = stamp
        self.number = next(_numbers)
        self.columns: dict[str, Column] = {PREFIX + row.key: make_column(row) for row in self.rows}
        self.shown = [row for row in self.rows if not row.is_archived]
        self._fields: dict[str, dict[str, Field]] = {}

    def of(self, record_type: Any) -> list[CustomField]:
        """The definitions shown for a record type, in order."""
        return [row for row in self.shown if row.applies_to(record_type)]

    def searched(self, record_types: Iterable[Any]) -> list[str]:
        """The names of the fields by which records of these types, which share a table, are found."""
        names = {one.name for one in record_types}
        return [PREFIX + row.key for row in self.shown if is_searched(row) and names & set(row.record_types)]

    def fields_of(self, record_type: Any) -> dict[str, Field]:
        """The whole set of a record type's fields: its own, then the custom ones."""
        found = self._fields.get(record_type.name)
        if found is None:
            own = {
                PREFIX + row.key: make_field(row, self.columns[PREFIX + row.key])
                for row in self.of(record_type)
            }
            found = self._fields[record_type.name] = {**record_type.own_fields, **own}
        return found


_shared: Definitions | None = None
_checked_at = 0.0


def current() -> Definitions:
    """The definitions as this process, or the transaction it is in, knows them."""
    own = _own()
    if own is not None:
        return own.known()
    if _shared is None or monotonic() - _checked_at > RECHECKED_AFTER:
        return _looked_again()
    return _shared


def _looked_again() -> Definitions:
    global _shared, _checked_at
    stamp = _stamp()
    if _shared is None or _shared.stamp != stamp:
        _shared = _read(stamp)
    _checked_at = monotonic()
    return _shared


def _stamp() -> Any:
    """What differs as soon as any definition does."""
    asked = CustomField._base_manager.aggregate(Count("pk"), Max("pk"), Sum("version"), Max("updated_at"))
    return tuple(asked.values())


def _read(stamp: Any) -> Definitions:
    return Definitions(CustomField._base_manager.order_by("position", "pk"), stamp)


class _Own:
    """The definitions of a transaction that has written some. It waits among what is done on commit: there it is lost
    when the transaction, or the savepoint it was written in, is rolled back."""

    def __init__(self) -> None:
        self.definitions: Definitions | None = None

    def known(self) -> Definitions:
        if self.definitions is None:
            self.definitions = _read(None)
        return self.definitions

    def __call__(self) -> None:
        reset()


def _own() -> _Own | None:
    """What the transaction has written last and not taken back, if it has written any."""
    waiting: Any = (entry[1] for entry in reversed(connection.run_on_commit))
    return next((one for one in waiting if isinstance(one, _Own)), None)


def written() -> None:
    """This transaction has written a definition, or is about to: it knows better now than anybody else."""
    transaction.on_commit(_Own())


def reset(known: Definitions | None = None) -> None:
    """Forget what the process knows; `known` is what it knows from now on without looking again."""
    global _shared, _checked_at
    _shared = known
    _checked_at = float("inf") if known is not None else 0.0


def hold() -> Definitions:
    """The definitions for certain, kept until the end of the transaction; called before values are written.

    Raises `FieldsAreChanging` while somebody changes them: waiting with records locked could be for ever.
    """
    if not _lock("pg_try_advisory_xact_lock_shared"):
        from kairos.core.custom.refusals import FieldsAreChanging

        raise FieldsAreChanging()
    return current() if _own() is not None or _checked_at == float("inf") else _looked_again()


def hold_alone() -> None:
    """Let nobody write values until the end of the transaction; called before the type of a field changes."""
    _lock("pg_advisory_xact_lock")


def _lock(function: str) -> bool:
    # SQLite lets only one write at a time anyway.
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [LOCK])
        return cursor.fetchone()[0] is not False
