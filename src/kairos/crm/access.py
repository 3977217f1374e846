from typing import Any

from django.db.models import QuerySet

from kairos.accounts.access import OwnedAccess, leads
from kairos.accounts.models import Team
from kairos.accounts.sight import sight_of
from kairos.core.access import LeadersArrange


class OpportunitiesAccess(OwnedAccess):
    """Deals and leads: archiving is for everybody who sees them by right, since it can be undone."""

    def can_merge(self, user: Any, record: Any) -> bool:
        """Leaders; salespeople their own deals and those nobody has."""
        mine = record.salesperson_id in (None, user.pk)
        return self.can_share(user, record) and (user.is_leader or mine)


class TargetsAccess(LeadersArrange):
    """Leaders set targets of the teams they lead, of their people and their own; administrators all."""

    def can_edit(self, user: Any, record: Any) -> bool:
        if user.is_administrator or record is None:
            return self.can_create(user)
        if not self.can_create(user):
            return False
        if record.team_id is not None:
            return leads(user, record.team)
        return record.user_id == user.pk or user.led_people().filter(pk=record.user_id).exists()


def teams_arranged_by(user: Any) -> QuerySet[Any]:
    """The teams whose assignment this person arranges: administrators all, leaders those they lead and those below."""
    teams = Team.objects.active().order_by("position", "pk")
    return teams if user.is_administrator else teams.filter(pk__in=sight_of(user).led)
