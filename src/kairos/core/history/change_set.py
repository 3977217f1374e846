"""The only way to write records: one transaction, its history, its search text, its news to open screens."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import override

from kairos.core.custom import definitions
from kairos.core.custom.columns import column_named, model_field
from kairos.core.history import bulk
from kairos.core.history.canonical import (
    canonical_equal,
    kept_fields,
    snapshot,
    to_text,
    tracked_fields,
    type_name,
)
from kairos.core.history.custom_values import update_custom
from kairos.core.history.entries import Entry, store_entries
from kairos.core.history.refusals import RecordGone
from kairos.core.history.surroundings import (
    door,
    is_whole,
    recorded,
    the_door,
    the_form_key,
    the_record,
    whole,
)
from kairos.core.models import ChangeSet, CustomField, EventEntry, Source

M = TypeVar("M", bound=models.Model)

__all__ = ["Changes", "change_set", "door", "recorded", "whole"]

_current: ContextVar["Changes | None"] = ContextVar("kairos_changes", default=None)


@contextmanager
def change_set(
    *,
    by: Any,
    summary: Any,
    params: Mapping[str, Any] | None = None,
    at: dt.datetime | None = None,
    undoes: ChangeSet | None = None,
) -> Iterator["Changes"]:
    """One transaction of writes with their history. Inside another change set it becomes part of that one.

    `summary` is a lazy translation whose placeholders `params` fills; `at` is when the changes took effect (now, unless
    an import knows better). A change set that writes nothing leaves nothing. Any exception leaves nothing either.
    """
    outer = _current.get()
    if outer is not None:
        with outer.effective(at):
            yield outer
        return
    with transaction.atomic(savepoint=not is_whole.get()):
        changes = Changes(by=by, summary=summary, params=dict(params or {}), at=at, undoes=undoes)
        token = _current.set(changes)
        try:
            yield changes
            changes.flush()
        finally:
            _current.reset(token)
    rows = the_record.get()
    if rows is not None and changes.is_stored:
        rows.append(changes.row)


def _table(model: type[models.Model]) -> type[models.Model]:
    """The model that has the table: a proxy's records are its model's."""
    return model._meta.concrete_model or model


class Changes:
    """What one change set writes. Field changes wait in memory until `flush`, in the same transaction."""

    def __init__(
        self,
        *,
        by: Any,
        summary: Any,
        params: dict[str, Any],
        at: dt.datetime | None = None,
        undoes: ChangeSet | None = None,
    ) -> None:
        self.by = by if getattr(by, "pk", None) else None
        # Demo data pretends to have been entered on the days it tells of.
        self.recorded_at = at if at and the_door.get() == Source.DEMO else timezone.now()
        self.at = at or self.recorded_at
        with override(None):
            text = str(summary)
        key = {"key": the_form_key.get()} if the_form_key.get() else {}
        self._row = ChangeSet(
            at=self.recorded_at,
            by=self.by,
            source=Source.UNDO if undoes else the_door.get(),
            summary=text,
            params={name: str(value) for name, value in params.items()} | key,
            undoes=undoes,
        )
        self._pending: list[Entry] = []
        self._events: list[EventEntry] = []
        self._in_hand: dict[tuple[type[models.Model], int], list[Any]] = {}
        self._touched: dict[type[models.Model], dict[int, set[str]]] = {}
        self._deleted: dict[type[models.Model], set[int]] = {}
        self._tasks: dict[Any, None] = {}
        self._shown: dict[type[models.Model], set[int]] = {}

    # -- one record

    def lock(self, record: M) -> M:
        """Read the record again, held until the end of the transaction. Raises `RecordGone`."""
        key = (_table(type(record)), record.pk)
        if key not in self._in_hand:
            try:
                record.refresh_from_db(
                    from_queryset=type(record)._base_manager.select_for_update(of=("self",))
                )
            except type(record).DoesNotExist as error:  # type: ignore[attr-defined]
                raise RecordGone() from error
            self._in_hand[key] = []
        if not any(one is record for one in self._in_hand[key]):
            self._in_hand[key].append(record)
        return record

    def create(self, model: type[M], **values: Any) -> M:
        """A new record; many-to-many values are lists of records or ids."""
        related = {name: values.pop(name) for name in list(values) if model_field(model, name).many_to_many}
        if any(map(column_named, values)):
            definitions.hold()
        record = model(**values)
        self._stamp(record, values)
        record.save(force_insert=True)
        self.keep_in_hand([record])
        self._note(record, "", None, None)
        for name, items in related.items():
            bulk.relate_new(self, model, name, {record: items})
        return record

    def update(self, record: M, **values: Any) -> set[str]:
        """Write what differs, remember old and new; returns the names of the fields that changed."""
        self.lock(record)
        custom = {name: values.pop(name) for name in list(values) if column_named(name)}
        fields: dict[str, Any] = {name: record._meta.get_field(name) for name in values}
        related = {name for name, field in fields.items() if field.many_to_many}
        changed: set[str] = set()
        for name in values.keys() - related:
            field = fields[name]
            old = getattr(record, field.attname)
            is_id = field.is_relation and isinstance(values[name], int)
            setattr(record, field.attname if is_id else name, values[name])
            new = getattr(record, field.attname)
            if not canonical_equal(field, old, new):
                changed.add(name)
                if name in tracked_fields(type(record)):
                    self._note(record, name, to_text(field, old), to_text(field, new))
        if custom:
            changed |= update_custom(self, record, custom)
        if changed:
            self._save(record, changed)
        changed |= {name for name in related if self.set_related(record, name, values[name])}
        return changed

    def set_related(self, record: models.Model, name: str, items: Iterable[Any]) -> bool:
        """Make these the related records of a many-to-many field; True when that changed anything."""
        field: Any = record._meta.get_field(name)
        manager = getattr(record, name)
        old = sorted(manager.values_list("pk", flat=True))
        new = sorted({int(getattr(item, "pk", item)) for item in items})
        if old == new:
            return False
        manager.set(new)
        self._note(record, name, to_text(field, old), to_text(field, new))
        return True

    def delete(self, record: models.Model) -> None:
        """Delete one record; what refers to it loses the reference with history, or the deletion is refused.

        Raises `RecordInUse` when a record that needs it would be left without it.
        """
        self.lock(record)
        bulk.release_references(self, record)
        related = {
            name: list(getattr(record, name).values_list("pk", flat=True))
            for name, field in kept_fields(type(record)).items()
            if field.many_to_many
        }
        self._note(record, "", snapshot(record, related), None)
        self.forget(type(record), [record.pk])
        type(record)._base_manager.filter(pk=record.pk).delete()

    def event(self, name: str, record: models.Model, **params: Any) -> None:
        """Something happened to the record; readers hear of it after commit (see `core.events`)."""
        self._events.append(
            EventEntry(
                name=name,
                record_type=type_name(type(record)),
                record_id=record.pk,
                params={key: str(value) for key, value in params.items()},
                at=self.at,
            )
        )

    def name(self, record: Any) -> None:
        """Complete the summary with a record that had no name before it was made."""
        if self._row.params.get("record") == "":
            self._row.params["record"] = str(record)

    def show(self, model: type[models.Model], ids: Iterable[int]) -> None:
        """Open screens that show these records fetch them again, although nothing of their own has changed."""
        self._shown.setdefault(_table(model), set()).update(ids)

    def afterwards(self, task: Any) -> None:
        """Enqueue background work without arguments with this change set, once however often it is asked for."""
        self._tasks[task] = None

    # -- many records

    def create_many(
        self, model: type[M], records: list[M], related: Mapping[str, Sequence[Iterable[Any]]] | None = None
    ) -> list[M]:
        """Insert records in one go; each may carry a `created_at` of its own.

        `related` has what they are related to, by many-to-many field: one list for each record, in their order.
        """
        return bulk.create_many(self, model, records, related)

    def update_many(self, model: type[models.Model], values_by_id: Mapping[int, Mapping[str, Any]]) -> int:
        """Write different values to many records; returns how many changed. Many-to-many values are ids."""
        return bulk.update_many(self, model, values_by_id)

    def settle(self, model: type[models.Model], values_by_id: Mapping[int, Mapping[str, Any]]) -> int:
        """As `update_many`, for what follows from what was written: the records in hand know it, too."""
        return bulk.settle(self, model, values_by_id)

    def in_hand(self, model: type[models.Model], pk: int) -> list[Any]:
        """The objects of this record that the change set has made or locked; they stand as the database does."""
        return self._in_hand.get((_table(model), pk), [])

    def known(self, model: type[M], ids: Iterable[int]) -> dict[int, M]:
        """Of these records those in hand, by number."""
        return {pk: found[0] for pk in ids if (found := self.in_hand(model, pk))}

    def made(self, model: type[M]) -> list[M] | None:
        """The records of this model it has made, as they stand; None unless all are in hand."""
        table = _table(model)
        gone = self._deleted.get(table, ())
        new = [pk for pk, names in self._touched.get(table, {}).items() if "" in names and pk not in gone]
        found = [self._in_hand.get((table, pk), []) for pk in new]
        return [one for one, *_others in found] if all(len(one) == 1 for one in found) else None

    def keep_in_hand(self, records: Iterable[models.Model]) -> None:
        """These were made just now and stand as the database does: nobody need read them again."""
        for record in records:
            self._in_hand[_table(type(record)), record.pk] = [record]

    def delete_many(self, model: type[models.Model], ids: Iterable[int]) -> int:
        """Delete records nothing else refers to, remembering each; returns how many."""
        return bulk.delete_many(self, model, list(ids))

    # -- what bulk writing shares

    def note(
        self,
        model: type[models.Model],
        record_id: int,
        field: str,
        old: str | None,
        new: str | None,
        at: dt.datetime | None = None,
    ) -> None:
        self._pending.append(Entry(type_name(model), record_id, field, old, new, at or self.at))
        self.touch(model, record_id, field)

    def touch(self, model: type[models.Model], record_id: int, field: str = "") -> None:
        if model is CustomField:
            definitions.written()
        self._touched.setdefault(_table(model), {}).setdefault(record_id, set()).add(field)

    def forget(self, model: type[models.Model], ids: Iterable[int]) -> None:
        self._deleted.setdefault(_table(model), set()).update(ids)

    def about(self, model: type[models.Model]) -> None:
        """The change set is foremost about records of this model, whatever else it writes first."""
        self._touched.setdefault(_table(model), {})

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What is written inside is kept together, or given up together by an exception, which goes on."""
        pending, events = len(self._pending), len(self._events)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del self._pending[pending:]
            del self._events[events:]
            raise

    @contextmanager
    def effective(self, at: dt.datetime | None) -> Iterator[None]:
        """Changes inside took effect at another time."""
        before, self.at = self.at, at or self.at
        try:
            yield
        finally:
            self.at = before

    @property
    def row(self) -> ChangeSet:
        """The stored change set; saved on first use."""
        if self._row.pk is None:
            self._row.save(force_insert=True)
        return self._row

    @property
    def is_stored(self) -> bool:
        """False for a change set that has written nothing so far."""
        return self._row.pk is not None

    def flush(self) -> None:
        """Write what follows and what waits: tasks, history, events, search text; tell screens after commit."""
        self._touched = {model: ids for model, ids in self._touched.items() if ids}
        if self._touched or self._events:
            self._completed_row()
            self._follow()
        for task in self._tasks:
            task.enqueue()
        if not self._touched and not self._events:
            return
        from kairos.core.events import be_witnessed
        from kairos.core.history.publish import publish_after_commit
        from kairos.core.search import refresh_entries

        self.write_pending()
        for event in self._events:
            event.change_set = self.row
        EventEntry.objects.bulk_create(self._events)
        be_witnessed(self, self._events)
        refresh_entries(self._touched, self._deleted)
        publish_after_commit(self._concerned(), self._events)

    def _concerned(self) -> dict[type[models.Model], set[int]]:
        """The records that screens have to fetch again."""
        models_ = [*self._touched, *self._shown]
        return {one: {*self._touched.get(one, ()), *self._shown.get(one, ())} for one in models_}

    def _follow(self) -> None:
        """Let followers write what follows from the changes, which they find in the history already."""
        from kairos.core.slots import FOLLOWERS

        for model, touched in list(self._touched.items()):
            for follower in FOLLOWERS.contributions(type_name(model)):
                self.write_pending()
                follower.follow(self, touched, frozenset(self._deleted.get(model, ())))

    def _completed_row(self) -> ChangeSet:
        """The stored change set, which says what it is foremost about and how many of them."""
        row = self._row
        if self._touched:
            model, ids = next(iter(self._touched.items()))
            row.record_type, row.record_count = type_name(model), len(ids)
            if self.is_stored:
                row.save(update_fields=["record_type", "record_count"])
        return self.row

    def write_pending(self) -> None:
        """Write the field changes gathered so far; long imports call it between chunks."""
        if not self._pending:
            return
        store_entries(self.row.pk, self._pending)
        self._pending = []

    def _note(self, record: models.Model, field: str, old: str | None, new: str | None) -> None:
        at = getattr(record, "created_at", None) if not field and old is None else None
        self.note(type(record), record.pk, field, old, new, at)

    def _stamp(self, record: Any, values: Mapping[str, Any]) -> None:
        if hasattr(record, "created_at"):
            record.created_at = values.get("created_at") or self.at
            record.updated_at = self.recorded_at
            record.created_by = values.get("created_by") or self.by

    def _save(self, record: Any, changed: set[str]) -> None:
        names = {"custom" if column_named(name) else name for name in changed}
        if hasattr(record, "version"):
            record.version += 1
            record.updated_at = self.recorded_at
            names |= {"version", "updated_at"}
        record.save(update_fields=names)
