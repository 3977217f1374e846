"""Who may change a report: whose it is, and administrators what everybody sees."""

from typing import Any

from kairos.core.access import Access


class ReportsAccess(Access):
    def can_edit(self, user: Any, record: Any) -> bool:
        return (
            self.can_list(user)
            and record is not None
            and (record.owner_id == user.pk or user.is_administrator)
        )

    def can_edit_field(self, user: Any, record: Any, name: str) -> bool:
        """Everybody stars for themselves; the action sees to that."""
        return self.can_list(user) if name == "starred_by" else self.can_edit(user, record)

    def can_delete(self, user: Any, record: Any) -> bool:
        return self.can_edit(user, record)

    def can_import(self, user: Any) -> bool:
        return False
