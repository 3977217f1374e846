from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.accounts.models.user import Role


class Reach(models.TextChoices):
    """How far a role sees deals and leads; each sees what the one before sees, and more."""

    OWN = "own", pgettext_lazy("reach", "Own")
    UNASSIGNED = "unassigned", pgettext_lazy("reach", "Own and unassigned")
    TEAM = "team", pgettext_lazy("reach", "Team")
    TREE = "tree", pgettext_lazy("reach", "Team tree")
    ALL = "all", pgettext_lazy("reach", "All")


USUAL: dict[str, str] = {
    Role.SALES_OWN: Reach.UNASSIGNED,
    Role.SALES_TEAM: Reach.TEAM,
    Role.SALES_ALL: Reach.ALL,
    Role.LEADER: Reach.TREE,
    Role.ADMINISTRATOR: Reach.ALL,
}


class RoleReach(models.Model):
    """How far a role sees where the administrator has chosen otherwise than `USUAL`. Administrators always see all."""

    role = models.CharField(_("Role"), max_length=20, choices=Role.choices, unique=True)
    reach = models.CharField(_("Sees"), max_length=10, choices=Reach.choices)

    # Named as records do, so that a change of rights can be undone like any other.
    untracked: ClassVar[frozenset[str]] = frozenset({"id"})

    def __str__(self) -> str:
        return f"{self.role}: {self.reach}"
