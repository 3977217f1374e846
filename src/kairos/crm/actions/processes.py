"""How a team sells: with leads first or without, what probabilities come from, when leads are given out."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team
from kairos.core.history import ActionRefused, change_set
from kairos.crm.actions.stages import copy_lead_stages
from kairos.crm.models import TeamProcess


class MailAddressTaken(ActionRefused):
    message = _("Another team takes the mail to %(address)s.")


def process_of(team: Team) -> TeamProcess:
    """The team's process, or one with the usual settings that is not stored yet."""
    return TeamProcess.objects.filter(team=team).first() or TeamProcess(team=team)


def update_team_process(team: Team, *, values: Mapping[str, Any], by: Any) -> TeamProcess:
    """Write how a team sells; the first time it is made. Raises `MailAddressTaken`."""
    address = values.get("mail_address", "")
    if address and TeamProcess.objects.exclude(team=team).filter(mail_address__iexact=address).exists():
        raise MailAddressTaken(address=address)
    params = {"team": team}
    with change_set(by=by, summary=_("Changed the selling process of %(team)s"), params=params) as changes:
        if values.get("uses_leads"):
            copy_lead_stages(changes, team)
        present = TeamProcess.objects.select_for_update().filter(team=team).first()
        if present is None:
            return changes.create(TeamProcess, team=team, **values)
        changes.update(present, **values)
    return present
