"""What follows from a change of an activity, and of its record: titles kept alike, pages that show it fetched anew."""

import json
from collections.abc import Mapping, Set
from typing import Any

from kairos.activities.models import Activity
from kairos.core.history import Changes
from kairos.core.history.undo import model_of
from kairos.core.models import FieldChange
from kairos.core.records import RecordType
from kairos.core.slots import FOLLOWERS, Follower


@FOLLOWERS.register(order=90, for_type="activity")
class PagesOfRecords(Follower):
    """The page of a record shows what is planned on it, so it hears of a change as if it were one of the record's."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        for record_type, ids in touched_records(changes, fields_by_id).items():
            try:
                model = model_of(record_type)
            except LookupError:
                continue
            for pk in ids:
                changes.touch(model, pk, "activities")


def touched_records(changes: Changes, fields_by_id: Mapping[int, set[str]]) -> dict[str, set[int]]:
    """The records that touched activities are about, and were about before this change set, by kind."""
    found: dict[str, set[int]] = {}
    rows = Activity._base_manager.filter(pk__in=list(fields_by_id)).exclude(record_id=None)
    now = {(kind, int(pk or 0)) for kind, pk in rows.values_list("record_type", "record_id")}
    for record_type, record_id in now | _before(changes, fields_by_id):
        found.setdefault(record_type, set()).add(record_id)
    return found


def _before(changes: Changes, fields_by_id: Mapping[int, set[str]]) -> set[tuple[str, int]]:
    """Where they were before: what was deleted, and what a merge has moved."""
    gone = [pk for pk, names in fields_by_id.items() if "" in names or "record_id" in names]
    if not gone:
        return set()
    rows = FieldChange.objects.filter(change_set=changes.row, record_type="activity", record_id__in=gone)
    found: set[tuple[str, int]] = set()
    kinds = dict(Activity._base_manager.filter(pk__in=gone).values_list("pk", "record_type"))
    for pk, field, old in rows.exclude(old=None).values_list("record_id", "field", "old"):
        if field == "record_id" and kinds.get(pk):
            found.add((kinds[pk], int(old or 0)))
        elif field == "":
            values = json.loads(old or "{}")
            if values.get("record_id"):
                found.add((values["record_type"], int(values["record_id"])))
    return found


def keep_titles_of(kind: RecordType) -> None:
    """Let activities bear the title that their record has now."""

    class Titles(Follower):
        def follow(self, changes: Any, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
            renamed = [pk for pk, names in fields_by_id.items() if kind.title_field in names]
            about = Activity._base_manager.filter(record_type=kind.stored_name)
            known = set(about.filter(record_id__in=renamed).values_list("record_id", flat=True))
            for pk, record in kind.model._base_manager.in_bulk(known).items():
                about.filter(record_id=pk).update(record_title=kind.title(record)[:200])

    FOLLOWERS.register(order=90, for_type=kind.stored_name)(Titles)
