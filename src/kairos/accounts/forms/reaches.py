from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.reaches import set_reaches
from kairos.accounts.models import Reach, Role, RoleReach, User
from kairos.accounts.sight import reach_of

SENTENCES = {
    Reach.OWN: _("Only what is theirs."),
    Reach.UNASSIGNED: _("Also what nobody has taken in their teams."),
    Reach.TEAM: _("Everything in their teams."),
    Reach.TREE: _("Also the teams below those they lead, and the people they manage."),
    Reach.ALL: _("Everything in the house."),
}


class ReachesForm(forms.Form):
    """One choice for each role; that of administrators is fixed."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        chosen = dict(RoleReach.objects.values_list("role", "reach"))
        for role in Role:
            self.fields[role.value] = forms.ChoiceField(
                label=role.label,
                choices=Reach.choices,
                initial=reach_of(role, chosen),
                disabled=role == Role.ADMINISTRATOR,
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each role with what is chosen for it and how many people have it."""
        people = dict(
            User.objects.active()
            .order_by()
            .values_list("role")
            .annotate(n=Count("pk"))
            .values_list("role", "n")
        )
        return [
            {"role": role, "chosen": self[role.value].value(), "people": people.get(role, 0)} for role in Role
        ]

    def save(self, by: User) -> int:
        return set_reaches(reaches=self.cleaned_data, by=by)
