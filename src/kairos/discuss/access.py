"""Who may write what people use again and again."""

from typing import Any

from kairos.core.access import Access


class TemplatesAccess(Access):
    """Everybody writes templates; one is changed by whoever made it, and by leaders where it is for everybody."""

    def can_edit(self, user: Any, record: Any) -> bool:
        if record is None:
            return self.can_list(user)
        is_own = record.created_by_id == user.pk
        return self.can_list(user) and (is_own or bool(record.is_shared and user.is_leader))

    def can_delete(self, user: Any, record: Any) -> bool:
        return self.can_edit(user, record)
