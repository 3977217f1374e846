"""Who may arrange calendar accounts: everybody their own."""

from typing import Any

from kairos.core.access import Access

# How to get in is changed on a page that tries it first; nothing else may lead a kept password elsewhere.
CONNECTION = frozenset({"owner", "url", "login", "is_active"})


class CalendarAccountsAccess(Access):
    """An account is its owner's alone: administrators see how it does."""

    def can_edit(self, user: Any, record: Any) -> bool:
        return self.can_list(user) and (record is None or record.owner_id == user.pk)

    def can_edit_field(self, user: Any, record: Any, name: str) -> bool:
        return name not in CONNECTION and self.can_edit(user, record)

    def can_archive(self, user: Any, record: Any) -> bool:
        return False

    def can_delete(self, user: Any, record: Any) -> bool:
        return False

    def can_import(self, user: Any) -> bool:
        return False
