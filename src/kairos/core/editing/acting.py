"""Running a declared action on one record or on many, in one change set."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kairos.core.actions.records import update_record, update_records
from kairos.core.editing.inputs import has_wanted, realised
from kairos.core.editing.page import may_do
from kairos.core.fields import Field
from kairos.core.history import ActionRefused, change_set
from kairos.core.records import Action, RecordType

LIMIT = 10_000


class TooMany(ActionRefused):
    message = _("At most %(limit)s records can be changed at once; these are %(count)s. Narrow the filter.")


class NothingToDo(ActionRefused):
    message = _("None of these records can be changed this way. Nothing was changed.")


@dataclass(slots=True)
class Chosen:
    """Which of the records asked for an action will touch, and why it leaves the others alone."""

    records: list[Any]
    asked: int
    hidden: int = 0
    forbidden: int = 0
    unfit: int = 0

    @property
    def not_yours(self) -> int:
        return self.hidden + self.forbidden


def choose(
    record_type: RecordType, queryset: models.QuerySet[Any], *, asked: int, user: Any, test: "Test"
) -> Chosen:
    """Look at each record once; `queryset` is already narrowed to what this person may see. Raises `TooMany`."""
    count = queryset.count() if asked > LIMIT or asked < 0 else asked
    if count > LIMIT:
        raise TooMany(limit=LIMIT, count=count)
    related = test.action.looks_at if test.action is not None else ()
    found = list(queryset.prefetch_related(*related)[: LIMIT + 1])
    asked = len(found) if asked < 0 else asked
    chosen = Chosen([], asked, hidden=asked - len(found))
    for record in found:
        verdict = test.verdict(record_type, record, user)
        if verdict == "yes":
            chosen.records.append(record)
        elif verdict == "forbidden":
            chosen.forbidden += 1
        else:
            chosen.unfit += 1
    return chosen


@dataclass(slots=True)
class Test:
    """Whether an action, or the editing of a field, may touch a record: "yes", "forbidden" or "unfit"."""

    action: Action | None = None
    fields: Sequence[Field] = field(default_factory=tuple)

    def verdict(self, record_type: RecordType, record: Any, user: Any) -> str:
        if self.action is not None:
            if not getattr(record_type.access, self.action.right)(user, record):
                return "forbidden"
            return "yes" if may_do(record_type, self.action, record, user, True) else "unfit"
        access = record_type.access
        may = all(access.can_edit_field(user, record, one.name) for one in self.fields)
        return "yes" if may and access.can_edit(user, record) else "forbidden"


def run_action(
    record_type: RecordType, action: Action, record: Any, *, values: Mapping[str, Any], by: Any
) -> None:
    """One action on one record. Raises `PermissionDenied`, and what the action refuses."""
    verdict = Test(action).verdict(record_type, record, by)
    if verdict == "forbidden":
        raise PermissionDenied(_("You may not do this with this record."))
    if verdict == "unfit" and action.name in ("archive", "restore"):
        raise NothingToDo()
    if not has_wanted(values):
        action.run(record, by=by, **values)
        return
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": record}):
        action.run(record, by=by, **realised(values, by=by))


def run_bulk(
    record_type: RecordType, action: Action, records: Iterable[Any], *, values: Mapping[str, Any], by: Any
) -> int:
    """One action on many records, all of them or none; returns how many. Raises what the action refuses."""
    found = list(records)
    if not found:
        raise NothingToDo()
    if action.run_many is not None and not has_wanted(values):
        return _counted(action.run_many(found, by=by, **values), found)
    params = {"action": _untranslated(action.label), "count": len(found)}
    with change_set(by=by, summary=_("%(action)s: %(count)s records"), params=params):
        made = realised(values, by=by)
        if action.run_many is not None:
            return _counted(action.run_many(found, by=by, **made), found)
        for record in found:
            action.run(record, by=by, **made)
    return len(found)


def _counted(told: Any, found: list[Any]) -> int:
    """How many an action has changed, where it says so."""
    return told if isinstance(told, int) else len(found)


def _untranslated(label: Any) -> str:
    with override(None):
        return str(label)


def edit_many(record_type: RecordType, records: Iterable[Any], *, values: Mapping[str, Any], by: Any) -> int:
    """The same values for many records by the record type's own rules; returns how many were written."""
    found = list(records)
    if not found:
        raise NothingToDo()
    params = {"count": len(found)}
    with change_set(by=by, summary=_("Changed %(count)s records"), params=params):
        made = realised(values, by=by)
        if record_type.update is not update_record and record_type.update_many is update_records:
            # The type has rules for one record and none for many.
            for record in found:
                record_type.update(record, values=made, by=by)
            return len(found)
        return record_type.update_many(
            model=record_type.model, values_by_id={record.pk: made for record in found}, by=by
        )
