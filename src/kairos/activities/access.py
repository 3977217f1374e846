from typing import Any

from kairos.activities.sight import only_invited
from kairos.core.access import Access


class ActivitiesAccess(Access):
    """Who sees an activity may work on it, but for a meeting that they are only asked to come to.

    What was done stays: nobody deletes it.
    """

    def can_edit(self, user: Any, record: Any) -> bool:
        return super().can_edit(user, record) and (record is None or record.pk not in only_invited(user))

    def can_delete(self, user: Any, record: Any) -> bool:
        return super().can_delete(user, record) and (record is None or not record.done_at)

    def can_import(self, user: Any) -> bool:
        return False
