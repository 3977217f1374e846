from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.workspace import NotALogo, update_letterhead, update_workspace
from kairos.accounts.forms.preferences import LANGUAGES
from kairos.accounts.models import User, Workspace
from kairos.accounts.time_zones import time_zone_choices
from kairos.core.fields import CountryField, CurrencyField


class LetterheadForm(forms.Form):
    """What stands on the papers of the house."""

    address = forms.CharField(label=_("Address"), max_length=500, required=False, widget=forms.Textarea)
    tax_id = forms.CharField(label=_("Tax ID"), max_length=40, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    website = forms.CharField(label=_("Website"), max_length=200, required=False)
    accent = forms.RegexField(label=_("Colour"), regex=r"^#[0-9a-f]{6}$", required=False)
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, at most 256 kB. It is shown 14 mm high."),
    )
    without_logo = forms.BooleanField(label=_("Without a logo"), required=False)

    def __init__(self, workspace: Workspace, data: Any = None, files: Any = None) -> None:
        names = set(self.base_fields) - {"logo", "without_logo"}
        super().__init__(data, files, initial={name: getattr(workspace, name) for name in names})

    def save(self, by: User) -> bool:
        """Write it; False, with the refusal at its field, where the picture is none."""
        values = dict(self.cleaned_data)
        picture = values.pop("logo")
        if values.pop("without_logo"):
            values["logo"] = ""
        try:
            update_letterhead(values=values, logo=picture.read() if picture else b"", by=by)
        except NotALogo as refusal:
            self.add_error("logo", str(refusal))
            return False
        return True


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
