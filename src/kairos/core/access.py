"""Who may do what to a kind of record. What a person may see is the queryset's `visible_to`, nothing else."""

from typing import Any


class Access:
    """The rule for record types that say nothing else: everybody who works here may read, create and edit.

    Apps subclass it in their `access.py`. Every method answers without a query wherever it can.
    """

    def can_list(self, user: Any) -> bool:
        return bool(user.is_authenticated and user.is_active)

    def can_create(self, user: Any) -> bool:
        return self.can_list(user)

    def can_edit(self, user: Any, record: Any) -> bool:
        return self.can_list(user)

    def can_edit_field(self, user: Any, record: Any, name: str) -> bool:
        return self.can_edit(user, record)

    def can_undo_field(self, user: Any, record: Any, name: str) -> bool:
        """Whether this person may give a field its old value back; as a rule, whoever may change it."""
        return self.can_edit_field(user, record, name)

    def can_share(self, user: Any, record: Any) -> bool:
        """Whether this person decides whose the record is, and who else sees it."""
        return self.can_edit(user, record)

    def can_archive(self, user: Any, record: Any) -> bool:
        return self.can_edit(user, record)

    def can_delete(self, user: Any, record: Any) -> bool:
        return bool(user.is_leader) and self.can_edit(user, record)

    def can_merge(self, user: Any, record: Any) -> bool:
        """Whether this record may become part of another, or others of it."""
        return self.can_delete(user, record)

    def can_import(self, user: Any) -> bool:
        return self.can_create(user)

    def can_export(self, user: Any) -> bool:
        return self.can_list(user)


class LeadersArrange(Access):
    """Everybody reads; team leaders and administrators create and change: stages, reasons, products."""

    def can_create(self, user: Any) -> bool:
        return self.can_list(user) and user.is_leader

    def can_edit(self, user: Any, record: Any) -> bool:
        return self.can_create(user)


class AdministratorsArrange(Access):
    """Everybody reads; only administrators create and change."""

    def can_create(self, user: Any) -> bool:
        return self.can_list(user) and user.is_administrator

    def can_edit(self, user: Any, record: Any) -> bool:
        return self.can_create(user)

    def can_delete(self, user: Any, record: Any) -> bool:
        return self.can_create(user)
