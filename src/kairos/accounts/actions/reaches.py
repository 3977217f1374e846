"""How far each role sees: administrators choose, asked before."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import USUAL, Role, RoleReach
from kairos.core.history import change_set


def set_reaches(*, reaches: Mapping[str, str], by: Any) -> int:
    """Say how far these roles see; returns how many changed. Administrators always see all, whatever is said."""
    wanted = {role: reach for role, reach in reaches.items() if role != Role.ADMINISTRATOR}
    with change_set(by=by, summary=_("Changed how far roles see")) as changes:
        # Rows that say what is usual anyway, so that two administrators at once write to the same ones.
        usual = [RoleReach(role=role, reach=USUAL[role]) for role in wanted]
        RoleReach.objects.bulk_create(usual, ignore_conflicts=True)
        rows = RoleReach.objects.filter(role__in=wanted).order_by("pk").select_for_update()
        return sum(bool(changes.update(row, reach=wanted[row.role])) for row in rows)
