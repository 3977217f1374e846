from typing import Any

from kairos.core.access import Access


class ContactsAccess(Access):
    """The address book belongs to everybody; a contact somebody owns is deleted only by the owner or a leader."""

    def can_delete(self, user: Any, record: Any) -> bool:
        return self.can_edit(user, record) and (user.is_leader or record.owner_id == user.pk)

    def can_merge(self, user: Any, record: Any) -> bool:
        """As deleting; and what nobody owns may be put in order by everybody, since a merge can be taken back."""
        return self.can_delete(user, record) or (self.can_edit(user, record) and record.owner_id is None)
