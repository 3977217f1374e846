"""Words put on many records and taken off again; what else a record is tagged with stays."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kairos.core.history import change_set
from kairos.core.history.bulk import chunks, related_ids


def tag_records(records: Iterable[Any], *, tags: Collection[Any], by: Any) -> int:
    """Add these tags to those that records have; returns how many lacked one."""
    added = {tag.pk for tag in tags}
    return _retag(
        list(records),
        lambda present: present | added,
        tags,
        by=by,
        summary=_("Tagged %(count)s records: %(tags)s"),
    )


def untag_records(records: Iterable[Any], *, tags: Collection[Any], by: Any) -> int:
    """Take these tags off records; returns how many had one."""
    gone = {tag.pk for tag in tags}
    summary = _("Took tags off %(count)s records: %(tags)s")
    return _retag(list(records), lambda present: present - gone, tags, by=by, summary=summary)


def _retag(
    records: Sequence[Any],
    wanted: Callable[[set[int]], set[int]],
    tags: Collection[Any],
    *,
    by: Any,
    summary: Promise | str,
) -> int:
    changed = 0
    params = {"count": len(records), "tags": ", ".join(map(str, tags))}
    with change_set(by=by, summary=summary, params=params) as changes:
        for part in chunks(records):
            model, ids = type(part[0]), [record.pk for record in part]
            # Held first, so that nobody tags them between reading and writing.
            list(model._base_manager.select_for_update(of=("self",)).filter(pk__in=ids).values_list("pk"))
            present = related_ids(model, "tags", ids)
            values = {pk: {"tags": wanted(set(present.get(pk, ())))} for pk in ids}
            changed += changes.update_many(model, values)
    return changed
