from typing import Any

from kairos.accounts.sight import sight_of
from kairos.core.access import Access, LeadersArrange
from kairos.sales.models import Approval, Quotation

DECIDED = frozenset({"approval", "asked_percent", "approved_percent", "asked_margin", "approved_margin"})


class QuotationsAccess(Access):
    """Who sees the deal works on its quotations. Drafts alone are changed; none is deleted: its number is given."""

    def can_edit_field(self, user: Any, record: Any, name: str) -> bool:
        return self.can_edit(user, record) and (record is None or record.is_draft)

    def can_undo_field(self, user: Any, record: Any, name: str) -> bool:
        """What was sent keeps its lines; its state may be taken back."""
        if name in DECIDED and record.approval != Approval.ASKED:
            return self.can_approve(user, record)
        is_of_lines = name == "lines" or name in Quotation.following
        return self.can_edit(user, record) and (record.is_draft or not is_of_lines)

    def can_approve(self, user: Any, record: Any) -> bool:
        """Administrators, who leads the deal's team or one above it, and whom its salesperson reports to."""
        if not user.is_leader or record is None or not self.can_edit(user, record):
            return False
        if user.is_administrator:
            return True
        sight = sight_of(user)
        return record.opportunity.team_id in sight.led or record.salesperson_id in sight.people

    def can_make_template(self, user: Any, record: Any) -> bool:
        """Leaders arrange what others start from."""
        return bool(user.is_leader) and self.can_edit(user, record)

    def can_archive(self, user: Any, record: Any) -> bool:
        return False

    def can_delete(self, user: Any, record: Any) -> bool:
        return False

    def can_import(self, user: Any) -> bool:
        return False


class PriceRulesAccess(LeadersArrange):
    """Leaders arrange rules, and they alone look them up: a formula may start from what things cost the house."""

    def can_list(self, user: Any) -> bool:
        return super().can_list(user) and bool(user.is_leader)
