"""Who may take which change back, and what came of it in words."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused
from kairos.core.history.undo import UndoReport, undo
from kairos.core.models import ChangeSet, FieldChange
from kairos.core.records import all_types


class NotYoursToUndo(ActionRefused):
    message = _("Only the person who made a change, a leader or an administrator can undo it.")


class RecordsOutOfSight(ActionRefused):
    message = _(
        "This change touches records you can no longer see. A leader or an administrator can undo it."
    )


def change_sets_for(user: Any) -> QuerySet[ChangeSet]:
    """Whose changes a person may look at: their own; leaders and administrators those of everybody."""
    return ChangeSet.objects.all() if user.is_leader else ChangeSet.objects.filter(by=user)


def may_undo(user: Any, change_set: ChangeSet) -> bool:
    """Without a query: whether to offer it. `undo_for` also looks at the records."""
    return not change_set.is_undone and (user.is_leader or change_set.by_id == user.pk)


def undo_for(change_set: ChangeSet, *, by: Any) -> UndoReport:
    """Take a change set back for a person. Raises `NotYoursToUndo`, `RecordsOutOfSight`, `AlreadyUndone`."""
    if not (by.is_leader or change_set.by_id == by.pk):
        raise NotYoursToUndo()
    if not by.is_leader and hidden_records(change_set, by):
        raise RecordsOutOfSight()
    return undo(change_set, by=by)


def hidden_records(change_set: ChangeSet, user: Any) -> bool:
    """True when the change set touched a record that still exists and that this person may not see."""
    touched: dict[str, set[int]] = defaultdict(set)
    rows = (
        FieldChange.objects.filter(change_set=change_set).values_list("record_type", "record_id").distinct()
    )
    for name, pk in rows.iterator(5000):
        touched[name].add(pk)
    types = {record_type.name: record_type for record_type in all_types()}
    for name, ids in touched.items():
        if name not in types:
            return True
        if _existing(types[name].model._base_manager.all(), ids) - _existing(
            types[name].visible_to(user), ids
        ):
            return True
    return False


def _existing(queryset: QuerySet[Any], ids: set[int]) -> set[int]:
    wanted = sorted(ids)
    found: set[int] = set()
    for start in range(0, len(wanted), 5000):
        found |= set(queryset.filter(pk__in=wanted[start : start + 5000]).values_list("pk", flat=True))
    return found
