from kairos.accounts.models.team import Team
from kairos.accounts.models.user import Role, Theme, User
from kairos.accounts.models.welcome_link import WelcomeLink
from kairos.accounts.models.workspace import Workspace

__all__ = ["Role", "Team", "Theme", "User", "WelcomeLink", "Workspace"]
