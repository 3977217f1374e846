"""Who may arrange people and teams. Everybody who works here sees their colleagues: the address book of the house."""

from typing import Any

from kairos.accounts.actions.absences import is_theirs_to_say
from kairos.accounts.rights import sees_by_right
from kairos.accounts.sight import sight_of
from kairos.core.access import Access, AdministratorsArrange


class UsersAccess(AdministratorsArrange):
    """Administrators arrange people; leaders may change who is in the teams they lead; oneself: `/preferences`."""

    def can_edit_field(self, user: Any, record: Any, name: str) -> bool:
        if name == "teams" and self.can_list(user) and user.is_leader:
            return True
        return self.can_edit(user, record)

    def can_undo_field(self, user: Any, record: Any, name: str) -> bool:
        """Undo gives whole lists of teams back, also of teams one does not lead."""
        return self.can_edit(user, record)

    def can_archive(self, user: Any, record: Any) -> bool:
        """Nobody locks themselves out by mistake."""
        return self.can_edit(user, record) and (record is None or record.pk != user.pk)

    def can_delete(self, user: Any, record: Any) -> bool:
        return self.can_archive(user, record)


class AbsencesAccess(Access):
    """Everybody enters their own absences, leaders those of their people; who may enter one may take it away."""

    def can_edit(self, user: Any, record: Any) -> bool:
        return self.can_list(user) and (record is None or is_theirs_to_say(record.user, user))

    def can_delete(self, user: Any, record: Any) -> bool:
        return self.can_edit(user, record)

    def can_import(self, user: Any) -> bool:
        return bool(user.is_leader)


class TeamsAccess(AdministratorsArrange):
    """Administrators arrange teams; who leads one may rename it and set its currency."""

    def can_edit(self, user: Any, record: Any) -> bool:
        if self.can_create(user):
            return True
        return self.can_list(user) and user.is_leader and record is not None and leads(user, record)

    def can_edit_field(self, user: Any, record: Any, name: str) -> bool:
        return self.can_create(user) or (name in LEADERS_FIELDS and self.can_edit(user, record))

    def can_archive(self, user: Any, record: Any) -> bool:
        return self.can_create(user)

    def can_delete(self, user: Any, record: Any) -> bool:
        return self.can_create(user)

    def can_change_members(self, user: Any, record: Any) -> bool:
        return self.can_edit(user, record)


LEADERS_FIELDS = frozenset({"name", "currency"})


def teams_led_by(user: Any) -> frozenset[int]:
    """The teams this person leads and all below them; asked once per loaded person."""
    return sight_of(user).led


def leads(user: Any, team: Any) -> bool:
    """Whether this person leads the team, or one above it."""
    return team.pk in teams_led_by(user)


class OwnedAccess(Access):
    """Who sees a record may work on it; deleting is for leaders.

    Whose it is and who else sees it is decided by those who see it by a right of their own: with whom it is only shared
    may not hand it over, share it further, archive, merge or delete it. So sharing never takes a record from its owner.
    """

    def by_right(self, user: Any, record: Any) -> bool:
        """Whether this person sees the record also without its being shared with them. No record yet: yes."""
        return record is None or record.pk is None or sees_by_right(user, record)

    def can_edit_field(self, user: Any, record: Any, name: str) -> bool:
        return self.can_edit(user, record) and (name not in WHOSE or self.by_right(user, record))

    def can_share(self, user: Any, record: Any) -> bool:
        return self.can_edit(user, record) and self.by_right(user, record)

    def can_archive(self, user: Any, record: Any) -> bool:
        return self.can_share(user, record)

    def can_delete(self, user: Any, record: Any) -> bool:
        return super().can_delete(user, record) and self.by_right(user, record)


WHOSE = frozenset({"salesperson", "team", "shared_with"})
