"""How a team's leads are given out: what each member takes, and who is pausing. Permission is asked before."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team, User
from kairos.core.history import ActionRefused, change_set
from kairos.crm.models import MemberRule


class NotAMember(ActionRefused):
    message = _("%(person)s is not in %(team)s.")


def update_member_rules(team: Team, *, values_by_user: Mapping[int, Mapping[str, Any]], by: Any) -> int:
    """Write what members of a team take, by the person's number; who has no rule yet gets one.

    Returns how many changed. Raises `NotAMember`.
    """
    summary, params = _("Changed what the people of %(team)s take"), {"team": team}
    with change_set(by=by, summary=summary, params=params) as changes:
        members = team.members.in_bulk(list(values_by_user))
        held = MemberRule.objects.select_for_update().filter(team=team, user__in=values_by_user)
        rules = {rule.user_id: rule for rule in held}
        changed = 0
        for pk, values in values_by_user.items():
            if pk not in members:
                raise NotAMember(person=User.objects.filter(pk=pk).first() or f"#{pk}", team=team)
            if pk in rules:
                changed += bool(changes.update(rules[pk], **values))
            else:
                changes.create(MemberRule, team=team, user=members[pk], **values)
                changed += 1
    return changed


def pause(team: Team, *, person: User, is_paused: bool, by: Any) -> None:
    """Take a member out of the turns, or in again; what they are due does not grow meanwhile. Raises `NotAMember`."""
    update_member_rules(team, values_by_user={person.pk: {"is_paused": is_paused}}, by=by)
