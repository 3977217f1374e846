"""What duplicates add to the record page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.duplicates.matching import similar_to
from kairos.core.merging import events, origins
from kairos.core.merging.asking import merge_url
from kairos.core.records import find_type
from kairos.core.slots import RECORD_PANELS, RecordPanel

WORTH_SHOWING = 40
SHOWN = 5


@RECORD_PANELS.register(order=80)
class SimilarRecords(RecordPanel):
    """What was merged into the record, and which others may be the same; left out where there is neither."""

    template_name = "core/_similar_panel.html"
    title = _("Similar")
    icon = "git-merge"

    def shown_to(self, user: Any, record: Any) -> bool:
        context = self.context(user, record)
        return bool(context) and bool(context["similar"] or context["origins"])

    def context(self, user: Any, record: Any) -> dict[str, Any]:
        """Found out once for a loaded record: exact keys only, two or three small queries."""
        if not hasattr(record, "_similar"):
            record._similar = _context(user, record)
        found: dict[str, Any] = record._similar
        return found


def _context(user: Any, record: Any) -> dict[str, Any]:
    record_type = find_type(type(record))
    if record_type is None or record_type.merge_rules is None or record.archived_at is not None:
        return {}
    similar = similar_to(record_type, record, user, least=WORTH_SHOWING)
    access = record_type.access
    return {
        "record_type": record_type,
        "similar": similar,
        "shown": similar.matches[:SHOWN],
        "more": max(0, len(similar.matches) - SHOWN),
        "origins": origins(record_type, record),
        "can_merge": access.can_edit(user, record) and access.can_merge(user, record),
        "merge_urls": {
            match.record.pk: merge_url(record_type, (record, match.record)) for match in similar.matches
        },
        "merge_all": merge_url(record_type, [record, *(match.record for match in similar.matches)]),
    }


__all__ = ["SimilarRecords", "events"]
