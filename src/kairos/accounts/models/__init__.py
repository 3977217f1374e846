from kairos.accounts.models.absence import Absence
from kairos.accounts.models.owned import OwnedQuerySet
from kairos.accounts.models.reach import USUAL, Reach, RoleReach
from kairos.accounts.models.team import Team
from kairos.accounts.models.user import Role, Theme, User
from kairos.accounts.models.welcome_link import WelcomeLink
from kairos.accounts.models.workspace import Workspace

__all__ = [
    "USUAL",
    "Absence",
    "OwnedQuerySet",
    "Reach",
    "Role",
    "RoleReach",
    "Team",
    "Theme",
    "User",
    "WelcomeLink",
    "Workspace",
]
