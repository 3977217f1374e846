from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.workspace import update_workspace
from kairos.accounts.forms.preferences import LANGUAGES
from kairos.accounts.models import User, Workspace
from kairos.accounts.time_zones import time_zone_choices
from kairos.core.fields import CountryField, CurrencyField


class WorkspaceForm(forms.Form):
    """What the house is called, and what its new records start with."""

    name = forms.CharField(label=_("Name"), max_length=120)
    currency = forms.ChoiceField(
        label=_("Currency"), help_text=_("New deals start with it, and totals are shown in it.")
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=LANGUAGES, help_text=_("For messages to people who have not chosen one.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("For people who have not chosen one."))
    country = forms.ChoiceField(
        label=_("Country"), required=False, help_text=_("Phone numbers without a country code are from here.")
    )

    def __init__(self, workspace: Workspace, data: Any = None) -> None:
        super().__init__(data, initial={name: getattr(workspace, name) for name in self.base_fields})
        choices = {
            "currency": CurrencyField("currency").choices(),
            "time_zone": time_zone_choices(),
            "country": [("", _("None")), *CountryField("country").choices()],
        }
        for name, given in choices.items():
            self.fields[name].choices = given  # type: ignore[attr-defined]

    def save(self, by: User) -> Workspace:
        return update_workspace(values=self.cleaned_data, by=by)
