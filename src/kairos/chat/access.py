from typing import Any

from kairos.core.access import Access


class ChannelsAccess(Access):
    """Whoever is in a channel with a name of its own may change it; nobody deletes what was said."""

    def can_edit(self, user: Any, record: Any) -> bool:
        return (
            self.can_list(user)
            and record is not None
            and record.is_named
            and record.members.filter(pk=user.pk).exists()
        )

    def can_edit_field(self, user: Any, record: Any, name: str) -> bool:
        """Who is let in stays as it was: what was said in private was said to those who were there."""
        return name != "kind" and self.can_edit(user, record)

    def can_archive(self, user: Any, record: Any) -> bool:
        return self.can_edit(user, record) and (user.is_leader or record.created_by_id == user.pk)

    def can_delete(self, user: Any, record: Any) -> bool:
        return False

    def can_import(self, user: Any) -> bool:
        return False
