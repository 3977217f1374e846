from typing import Any

from kairos.core.access import Access


class OpportunitiesAccess(Access):
    """Who sees a deal may work on it. Deleting is for leaders; archiving for everybody, since it can be undone."""

    def can_merge(self, user: Any, record: Any) -> bool:
        """Leaders; salespeople their own deals and those nobody has."""
        mine = record.salesperson_id in (None, user.pk)
        return self.can_edit(user, record) and (user.is_leader or mine)
