"""The actions every kind of record has."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.actions.records import archive_records, delete_record, restore_records
from kairos.core.actions.tagging import tag_records, untag_records
from kairos.core.fields import TagsField
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


def _may_tag(*, tagged: bool = False) -> Any:
    def shown_to(user: Any, record: Any) -> bool:
        from kairos.core.records.registry import type_of

        if record is None:
            return True
        if tagged and not record.tags.all():
            return False
        return bool(type_of(type(record)).access.can_edit_field(user, record, "tags"))

    return shown_to


def tagging(field: Any) -> list[Action]:
    """Putting tags on and taking them off, for a kind of record that has a `field` of them."""
    asked = {"label": field.label, "model_field": field.model_field, "required": True}
    return [
        Action(
            "tag",
            _("Add tags"),
            lambda record, *, by, tags: tag_records([record], tags=tags, by=by),
            icon="tag",
            run_many=tag_records,
            fields=(TagsField("tags", **asked),),
            shown_to=_may_tag(),
            is_only_bulk=True,
        ),
        Action(
            "untag",
            _("Remove tags"),
            lambda record, *, by, tags: untag_records([record], tags=tags, by=by),
            icon="x",
            run_many=untag_records,
            fields=(TagsField("tags", can_create=False, **asked),),
            shown_to=_may_tag(tagged=True),
            looks_at=("tags",),
            is_only_bulk=True,
        ),
    ]


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
