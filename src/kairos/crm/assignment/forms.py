"""What leaders fill in: when a team assigns, which leads are its own, and what each member takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kairos.core.conditions.form_field import ConditionFormField
from kairos.core.fields import CountryField, LanguageField
from kairos.core.records import type_of
from kairos.crm.models import AssignmentMode, Lead, MemberRule, TeamProcess

MOST = 10_000


class RulesForm(forms.Form):
    """When a team gives out leads, and which of those without a team it takes."""

    assignment_mode = forms.ChoiceField(label=_("Leads are given out"), choices=AssignmentMode.choices)
    assignment_hours = forms.IntegerField(
        label=_("Every so many hours"),
        min_value=1,
        max_value=720,
        help_text=_("Only for set times."),
    )

    def __init__(self, process: TeamProcess, data: Any = None) -> None:
        names = ("assignment_mode", "assignment_hours", "condition")
        super().__init__(data, initial={name: getattr(process, name) for name in names})
        self.fields["condition"] = ConditionFormField(
            type_of(Lead),
            label=_("Takes leads without a team that are"),
            unset=_("It takes none by itself: leads come with their team, or by hand."),
        )


class SharesForm(forms.Form):
    """The table of a team's members: how many leads each takes in 30 days, and who pauses."""

    def __init__(self, seats: Sequence[Any], data: Any = None) -> None:
        super().__init__(data)
        self.seats = seats
        for seat in seats:
            self.fields[f"capacity-{seat.user.pk}"] = forms.IntegerField(
                label=_("Leads in 30 days"), min_value=0, max_value=MOST, initial=seat.rule.capacity
            )
            self.fields[f"paused-{seat.user.pk}"] = forms.BooleanField(
                label=_("Paused"), required=False, initial=seat.rule.is_paused
            )

    def values_by_user(self) -> dict[int, dict[str, Any]]:
        """What was changed, by the person's number."""
        found = {}
        for seat in self.seats:
            values = {
                "capacity": self.cleaned_data[f"capacity-{seat.user.pk}"],
                "is_paused": self.cleaned_data[f"paused-{seat.user.pk}"],
            }
            if values != {name: getattr(seat.rule, name) for name in values}:
                found[seat.user.pk] = values
        return found


class MemberForm(forms.Form):
    """All that one member takes."""

    capacity = forms.IntegerField(
        label=_("Leads in 30 days"),
        min_value=0,
        max_value=MOST,
        help_text=_("The share of the team's leads, and the most there can be. 0 takes none."),
    )
    is_paused = forms.BooleanField(label=_("Paused"), required=False)

    def __init__(self, rule: MemberRule, data: Any = None) -> None:
        names = ("capacity", "is_paused", "condition", "preferred", "languages", "countries")
        super().__init__(data, initial={name: getattr(rule, name) for name in names})
        leads = type_of(Lead)
        self.fields["condition"] = ConditionFormField(
            leads, label=_("Takes leads that are"), unset=_("All leads of the team.")
        )
        self.fields["preferred"] = ConditionFormField(
            leads, label=_("First of all those that are"), unset=_("None in particular.")
        )
        for name, kind, label, help_text in (
            ("languages", LanguageField, _("Languages"), _("Without one: the language they read Kairos in.")),
            ("countries", CountryField, _("Countries"), _("Leads from there come to them first.")),
        ):
            self.fields[name] = forms.MultipleChoiceField(
                label=label,
                required=False,
                choices=kind(name).choices(),
                help_text=help_text,
            )

    def values(self) -> Mapping[str, Any]:
        """As stored; a condition that means everything is none."""
        values = dict(self.cleaned_data)
        if values["condition"] == {"all": []}:
            values["condition"] = None
        if values["preferred"] == {"all": []}:
            values["preferred"] = None
        return values
