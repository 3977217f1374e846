from typing import Any

from kairos.core.access import Access


class ActivitiesAccess(Access):
    """Who sees an activity may work on it. What was done stays: nobody deletes it."""

    def can_delete(self, user: Any, record: Any) -> bool:
        return super().can_delete(user, record) and (record is None or not record.done_at)

    def can_import(self, user: Any) -> bool:
        return False
