"""What can be done to a record of any kind. Apps with rules of their own give their record type other actions."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.history import change_set

M = TypeVar("M", bound=models.Model)


def create_record(*, model: type[M], values: Mapping[str, Any], by: Any, at: dt.datetime | None = None) -> M:
    """A new record with these field values."""
    with change_set(by=by, summary=_("Created %(record)s"), params={"record": ""}, at=at) as changes:
        record = changes.create(model, **values)
        changes.name(record)
    return record


def update_record(record: M, *, values: Mapping[str, Any], by: Any) -> M:
    """Write field values to one record; what is equal stays untouched."""
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": record}) as changes:
        changes.update(record, **values)
    return record


def update_records(
    *, model: type[models.Model], values_by_id: Mapping[int, Mapping[str, Any]], by: Any
) -> int:
    """Write field values to many records in few statements; returns how many changed."""
    params = {"count": len(values_by_id)}
    with change_set(by=by, summary=_("Changed %(count)s records"), params=params) as changes:
        return changes.update_many(model, values_by_id)


def archive_records(records: Iterable[Any], *, by: Any) -> int:
    """Put records away: kept, found by search in the archive, out of every list."""
    return _mark(
        records, timezone.now(), by=by, one=_("Archived %(record)s"), many=_("Archived %(count)s records")
    )


def restore_records(records: Iterable[Any], *, by: Any) -> int:
    """Bring archived records back."""
    return _mark(records, None, by=by, one=_("Restored %(record)s"), many=_("Restored %(count)s records"))


def _mark(records: Iterable[Any], archived_at: dt.datetime | None, *, by: Any, one: Any, many: Any) -> int:
    found = [record for record in records if record.is_archived != bool(archived_at)]
    if not found:
        return 0
    summary = one if len(found) == 1 else many
    with change_set(by=by, summary=summary, params={"record": found[0], "count": len(found)}) as changes:
        changed = changes.update_many(type(found[0]), {r.pk: {"archived_at": archived_at} for r in found})
    for record in found:
        record.archived_at = archived_at
    return changed


def delete_record(record: models.Model, *, by: Any) -> None:
    """Delete one record; the history can bring it back. Raises `RecordInUse`."""
    with change_set(by=by, summary=_("Deleted %(record)s"), params={"record": record}) as changes:
        changes.delete(record)
