"""Taking a merge back, however long ago: what changed since stays with the survivor and is told."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.editing.undoing import undo_for
from kairos.core.history import ActionRefused
from kairos.core.history.undo import UndoReport
from kairos.core.merging.origins import last_merge
from kairos.core.records import RecordType


class NotMerged(ActionRefused):
    message = _("Nothing was merged into “%(record)s”.")


def unmerge(record_type: RecordType, record: Any, *, by: Any) -> UndoReport:
    """Bring back what was last merged into this record, with all that belonged to it then.

    What somebody has changed since is left as it is; the report lists it. Raises `NotMerged`, and what `undo_for` does.
    """
    target = last_merge(record_type, record)
    if target is None:
        raise NotMerged(record=record_type.title(record))
    return undo_for(target, by=by)
