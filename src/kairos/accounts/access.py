"""Who may arrange people and teams. Everybody who works here sees their colleagues: the address book of the house."""

from typing import Any

from kairos.core.access import AdministratorsArrange


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


def leads(user: Any, team: Any) -> bool:
    """Whether this person leads the team; asked once per loaded person."""
    if not hasattr(user, "_led_team_ids"):
        user._led_team_ids = set(user.led_teams.values_list("pk", flat=True))
    return team.pk in user._led_team_ids
