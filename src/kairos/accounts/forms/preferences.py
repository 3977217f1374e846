from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.accounts.actions.users import update_user
from kairos.accounts.models import Theme, User
from kairos.accounts.time_zones import time_zone_choices
from kairos.core.history import ActionRefused

LANGUAGES = (("en", "English"), ("zh-hant", "繁體中文"))


class PreferencesForm(forms.Form):
    """A person's own things. Only the fields that were sent are looked at: the user menu sends one alone."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    job_title = forms.CharField(label=_("Job title"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    signature = forms.CharField(label=_("Signature"), max_length=1000, required=False, widget=forms.Textarea)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Like the browser")), *LANGUAGES]
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    theme = forms.ChoiceField(label=_("Appearance"), choices=Theme.choices)
    current_password = forms.CharField(
        label=_("Current password"),
        widget=forms.PasswordInput,
        required=False,
        strip=False,
        max_length=128,
    )

    def __init__(self, person: User, data: Any = None) -> None:
        names = [name for name in self.base_fields if name != "current_password"]
        super().__init__(data, initial={name: getattr(person, name) or "" for name in names})
        self.person = person
        self.fields["time_zone"].choices = [("", _("Like the workspace")), *time_zone_choices()]  # type: ignore[attr-defined]
        if data is not None:
            self._keep(data)

    def _keep(self, sent: Iterable[str]) -> None:
        for name in set(self.fields) - set(sent) - ({"current_password"} if "email" in sent else set()):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Whoever changes the address by which passwords are reset must know the present one."""
        values = super().clean() or {}
        password = values.pop("current_password", "")
        email = values.get("email", "").lower()
        if email and email != self.person.email and not self.person.check_password(password):
            self.add_error("current_password", _("Enter your current password to change the e-mail address."))
        return values

    def save(self) -> bool:
        """Write what was sent; False, with the refusal at its field, when the rules forbid it."""
        try:
            update_user(self.person, values=self.cleaned_data, by=self.person)
        except ActionRefused as refusal:
            self.add_error("email" if "email" in self.fields else None, str(refusal))
            return False
        return True


class SignOutEverywhereForm(forms.Form):
    """Asks for the password once more before every session of the person ends."""

    password = forms.CharField(
        label=_("Your password"), widget=forms.PasswordInput, strip=False, max_length=128
    )

    def __init__(self, person: User, data: Any = None) -> None:
        super().__init__(data, prefix="everywhere")
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.person.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        return password


def language_codes() -> set[str]:
    return {code for code, _name in settings.LANGUAGES}
