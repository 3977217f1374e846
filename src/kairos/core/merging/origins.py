"""What was merged into a record: its history is told with the record's own."""

from dataclasses import dataclass
from typing import Any

from kairos.core.models import ChangeSet, FieldChange, MergedRecord
from kairos.core.prepared import prepared
from kairos.core.records import RecordType
from kairos.core.records.registry import type_named


@dataclass(frozen=True, slots=True)
class Origin:
    """A record that is part of another now."""

    pk: int
    title: str


def origins(record_type: RecordType, record: Any) -> list[Origin]:
    """What was merged into this record, the latest first; asked once for a loaded record of a mergeable kind."""
    if record_type.merge_rules is None:
        return []
    if not hasattr(record, "_origins"):
        found = _merged_into(record.pk, record_type=record_type.stored_name)
        record._origins = [Origin(one.record_id, one.title) for one in found]
    return list(record._origins)


@prepared
def _merged_into(pk: int, *, record_type: str) -> Any:
    return MergedRecord.objects.filter(record_type=record_type, into_id=pk).order_by("-pk")


def where_now(stored_name: str, pk: int) -> Any:
    """The record that the history knows by this name and number, or that it was merged into; None where it is gone."""
    try:
        rows = type_named(stored_name).model._base_manager
    except KeyError:
        return None
    into = MergedRecord.objects.filter(record_type=stored_name, record_id=pk).values("into_id")
    return rows.filter(pk=pk).first() or rows.filter(pk__in=into).first()


def own_ids(record_type: RecordType, record: Any) -> list[int]:
    """The numbers under which the history knows this record: its own, and those of what was merged into it."""
    return [record.pk, *(origin.pk for origin in origins(record_type, record))]


def last_merge(record_type: RecordType, record: Any) -> ChangeSet | None:
    """The change set that merged something into this record last, and still stands."""
    rows = MergedRecord.objects.filter(record_type=record_type.stored_name, into_id=record.pk)
    made = FieldChange.objects.filter(
        record_type="mergedrecord", record_id__in=rows.values("pk"), field="", old=None
    )
    # What came along with another merge was made earlier than that merge: the latest is of this record.
    found = made.filter(change_set__undone_by=None).order_by("-change_set_id").values("change_set_id")[:1]
    return ChangeSet.objects.filter(pk__in=list(found.values_list("change_set_id", flat=True))).first()
