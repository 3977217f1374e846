"""Who may arrange mailboxes: administrators the house's, everybody their own."""

from typing import Any

from kairos.core.access import Access

# How to get in is changed on a page that tries it first; nothing else may lead a kept password elsewhere.
CONNECTION = frozenset({"kind", "owner", "host", "port", "security", "login", "inbox", "sent", "is_active"})


class MailboxesAccess(Access):
    """A personal mailbox is its owner's alone: administrators see how it does, and may put it away."""

    def can_edit(self, user: Any, record: Any) -> bool:
        if record is None:
            return self.can_list(user)
        return self.can_list(user) and (
            user.is_administrator if record.is_shared else record.owner_id == user.pk
        )

    def can_edit_field(self, user: Any, record: Any, name: str) -> bool:
        return name not in CONNECTION and self.can_edit(user, record)

    def can_archive(self, user: Any, record: Any) -> bool:
        return bool(user.is_administrator) or self.can_edit(user, record)

    def can_delete(self, user: Any, record: Any) -> bool:
        return False

    def can_import(self, user: Any) -> bool:
        return False
