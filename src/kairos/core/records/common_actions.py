"""The actions every kind of record has."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.actions.records import archive_records, delete_record, restore_records
from kairos.core.records.declarations import Action


def _may(method: str, *, archived: bool | None = None) -> Any:
    def shown_to(user: Any, record: Any) -> bool:
        from kairos.core.records.registry import type_of

        if record is None:
            return True
        if archived is not None and record.is_archived != archived:
            return False
        return bool(getattr(type_of(type(record)).access, method)(user, record))

    return shown_to


def _archive(record: Any, *, by: Any) -> None:
    archive_records([record], by=by)


def _restore(record: Any, *, by: Any) -> None:
    restore_records([record], by=by)


def _merge_page(record_type: Any, records: Any) -> str:
    from kairos.core.merging.asking import merge_url

    return merge_url(record_type, sorted(records, key=lambda one: one.pk))


MERGE = Action(
    "merge",
    _("Merge"),
    lambda record, *, by: None,
    icon="git-merge",
    shown_to=_may("can_merge"),
    page=_merge_page,
    key="m",
)
COMMON_ACTIONS = (
    Action(
        "archive",
        _("Archive"),
        _archive,
        icon="archive",
        run_many=archive_records,
        shown_to=_may("can_archive", archived=False),
        right="can_archive",
        key="e",
    ),
    Action(
        "restore",
        _("Restore"),
        _restore,
        icon="archive-restore",
        run_many=restore_records,
        shown_to=_may("can_archive", archived=True),
        right="can_archive",
    ),
    Action(
        "delete",
        _("Delete"),
        delete_record,
        icon="trash-2",
        shown_to=_may("can_delete"),
        right="can_delete",
        tone="danger",
    ),
)
