"""One field of one record, saved in place: merged by field, never over somebody else's change unseen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from kairos.core.editing.inputs import has_wanted, realised, token
from kairos.core.fields import Field
from kairos.core.history import change_set, recorded
from kairos.core.models import ChangeSet, FieldChange
from kairos.core.records import RecordType


@dataclass(slots=True)
class Saved:
    """What saving a field came to. `theirs` is the present raw value where somebody else had changed it."""

    record: Any
    change_set: ChangeSet | None = None
    is_conflict: bool = False
    changed: set[str] = field(default_factory=set)


def save_field(record_type: RecordType, record: Any, field: Field, *, value: Any, was: str, by: Any) -> Saved:
    """Write the value unless the field has been changed since `was` was read; other fields do not matter.

    Raises what the record type's update raises; then nothing is written.
    """
    with transaction.atomic(), recorded() as rows:
        present = _held(record_type, record)
        standing = token(field, field.raw(field.value(present)))
        wanted = "" if has_wanted({field.name: value}) else token(field, field.raw(value))
        if standing not in (was, wanted):
            return Saved(present, is_conflict=True)
        if standing != wanted or has_wanted({field.name: value}):
            _update(record_type, present, {field.name: value}, by=by)
    saved = Saved(record_type.model._base_manager.get(pk=record.pk))
    if rows:
        saved.change_set = rows[-1]
        own = FieldChange.objects.filter(
            change_set=rows[-1], record_type=record_type.stored_name, record_id=record.pk
        )
        saved.changed = set(own.values_list("field", flat=True))
    return saved


def _held(record_type: RecordType, record: Any) -> Any:
    """The record as it stands now, kept from changing until the end of the transaction."""
    queryset = record_type.model._base_manager.select_for_update(of=("self",))
    found = queryset.filter(pk=record.pk).first()
    if found is None:
        raise Http404
    return found


def _update(record_type: RecordType, record: Any, values: Mapping[str, Any], *, by: Any) -> None:
    if not has_wanted(values):
        record_type.update(record, values=values, by=by)
        return
    # What is made on the way is taken back together with the change that needed it.
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": record}):
        record_type.update(record, values=realised(values, by=by), by=by)


def dependents(record_type: RecordType, changed: set[str]) -> set[str]:
    """Fields that show something else once these have changed: computed ones, and amounts in their currency."""
    found = {
        name for name, one in record_type.fields.items() if getattr(one, "currency_field", None) in changed
    }
    generated = {f.name for f in record_type.model._meta.concrete_fields if getattr(f, "generated", False)}
    return changed | found | (generated & record_type.fields.keys())
