from typing import Any

from kairos.core.access import Access


class ContactsAccess(Access):
    """The address book belongs to everybody; a contact somebody owns is deleted only by the owner or a leader."""

    def can_delete(self, user: Any, record: Any) -> bool:
        return self.can_edit(user, record) and (user.is_leader or record.owner_id == user.pk)
