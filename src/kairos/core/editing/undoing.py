"""Who may take which change back, and what came of it in words."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused
from kairos.core.history.bulk import chunks
from kairos.core.history.change_set import whole
from kairos.core.history.parts import owner_field, owners_of
from kairos.core.history.undo import UndoReport, model_of, undo
from kairos.core.models import ChangeSet, FieldChange
from kairos.core.records import RecordType, all_types


class NotYoursToUndo(ActionRefused):
    message = _("Only the person who made a change, a leader or an administrator can undo it.")


class RecordsOutOfSight(ActionRefused):
    message = _("This change touches records you may not see or change. An administrator can undo it.")


def change_sets_for(user: Any) -> QuerySet[ChangeSet]:
    """Whose changes a person may look at: their own, a leader those of the people they lead, an administrator all."""
    if user.is_administrator:
        return ChangeSet.objects.all()
    if user.is_leader:
        return ChangeSet.objects.filter(Q(by=user) | Q(by__in=user.led_people()))
    return ChangeSet.objects.filter(by=user)


def may_undo(user: Any, change_set: ChangeSet) -> bool:
    """Without a query: whether to offer it. `undo_for` looks closer."""
    return not change_set.is_undone and (user.is_leader or change_set.by_id == user.pk)


def undo_for(change_set: ChangeSet, *, by: Any) -> UndoReport:
    """Take a change set back for a person, who must be able to make the inverse changes by hand.

    Raises `NotYoursToUndo`, `RecordsOutOfSight`, `AlreadyUndone`, or what a record type's `check_after_undo` does.
    """
    if not change_sets_for(by).filter(pk=change_set.pk).exists():
        raise NotYoursToUndo()
    touched = _touched(change_set)
    if not by.is_administrator and not _may_write_all(touched, by, change_set):
        raise RecordsOutOfSight()
    types = {record_type.name: record_type for record_type in all_types()}
    with whole():
        report = undo(change_set, by=by)
        for name in touched:
            if name in types:
                types[name].check_after_undo()
    return report


def _touched(change_set: ChangeSet) -> dict[str, dict[int, set[str]]]:
    """The fields a change set wrote, by record type and record; "" stands for creation and deletion."""
    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    rows = FieldChange.objects.filter(change_set=change_set).values_list("record_type", "record_id", "field")
    for name, pk, field in rows.iterator(5000):
        found[name][pk].add(field)
    for name in set(found) - {record_type.name for record_type in all_types()}:
        _with_owners(found, name)
    return found


def _with_owners(found: dict[str, dict[int, set[str]]], name: str) -> None:
    """Parts without a screen count as a field of the records they are part of, under the name these have for them."""
    model = model_of(name)
    if (key := owner_field(model)) is None:
        return
    for owner, pk in owners_of(model, found.pop(name)).values():
        found[owner][pk].add(key.remote_field.name)


def _may_write_all(touched: dict[str, dict[int, set[str]]], user: Any, change_set: ChangeSet) -> bool:
    """Rows without a screen of their own, such as the touches of a deal, go along with the records they hang on."""
    types = {record_type.name: record_type for record_type in all_types()}
    named = [name for name in touched if name in types]
    if not named:
        is_own = change_set.by_id == user.pk
        return is_own and all(getattr(model_of(name), "is_makers", False) for name in touched)
    return all(_may_write(types[name], touched[name], user) for name in named)


def _may_write(record_type: RecordType, fields_by_id: dict[int, set[str]], user: Any) -> bool:
    """Whether this person sees every one of the records that still exist, and may change these fields of them."""
    ids = set(fields_by_id)
    existing = _existing(record_type.model._base_manager.all(), ids)
    if existing - _existing(record_type.known_to(user), ids):
        return False
    if ids - existing and not record_type.access.can_create(user):
        return False
    return all(
        record_type.access.can_undo_field(user, record, field)
        for record in _loaded(record_type, existing)
        for field in fields_by_id[record.pk] - {""}
    )


def _loaded(record_type: RecordType, ids: set[int]) -> Iterator[Any]:
    for part in chunks(sorted(ids)):
        yield from record_type.model._base_manager.filter(pk__in=part)


def _existing(queryset: QuerySet[Any], ids: set[int]) -> set[int]:
    wanted = sorted(ids)
    found: set[int] = set()
    for start in range(0, len(wanted), 5000):
        found |= set(queryset.filter(pk__in=wanted[start : start + 5000]).values_list("pk", flat=True))
    return found
