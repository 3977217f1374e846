"""The screen of a merge: records in columns, what differs in lines."""

from typing import Any

from django.urls import reverse

from kairos.core.duplicates import Similar, similar_to
from kairos.core.editing.once import new_key
from kairos.core.merging.asking import Wanted, merge_url
from kairos.core.merging.comparing import Comparison, compare
from kairos.core.records import RecordType


def merge_context(record_type: RecordType, wanted: Wanted, *, user: Any) -> dict[str, Any]:
    """Everything the page shows; a single record is offered those that are similar to it."""
    comparison = compare(record_type, wanted.records, into=wanted.into, choices=wanted.choices)
    is_alone = len(wanted.records) == 1
    return {
        "record_type": record_type,
        "comparison": comparison,
        "columns": _columns(record_type, wanted, comparison),
        "similar": similar_to(record_type, wanted.records[0], user) if is_alone else Similar(),
        "is_alone": is_alone,
        "ids": wanted.ids,
        "with_url": lambda other: merge_url(record_type, [*wanted.records, other]),
        "back_url": record_type.own_type(comparison.into).url_of(comparison.into),
        "options_url": reverse("options", args=[record_type.plural]),
        "key": new_key(),
    }


def _columns(record_type: RecordType, wanted: Wanted, comparison: Comparison) -> list[dict[str, Any]]:
    columns = []
    for one in comparison.records:
        others = [other for other in wanted.records if other.pk != one.pk]
        own = record_type.own_type(one)
        columns.append(
            {
                "record": one,
                "type": own,
                "title": own.title(one),
                "url": own.url_of(one),
                "is_kept": one.pk == comparison.into.pk,
                "without_url": merge_url(record_type, others) if len(others) > 1 else "",
            }
        )
    return columns
