from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.user_rules import EmailTaken
from kairos.accounts.actions.welcome import accept_welcome
from kairos.accounts.models import User, WelcomeLink, Workspace


class WelcomeForm(forms.Form):
    """What somebody says about themselves when they come in for the first time.

    The address is asked where none is known, the company's name where the workspace has none.
    """

    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    company = forms.CharField(label=_("Company"), max_length=120)
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput, strip=False, max_length=128)

    def __init__(self, data: Any, *, link: WelcomeLink, workspace: Workspace) -> None:
        super().__init__(data, initial={"name": link.user.name if link.user.email else ""})
        self.link = link
        if link.user.email:
            del self.fields["email"]
        if workspace.name:
            del self.fields["company"]
        self.fields["password"].help_text = " ".join(map(str, password_validators_help_texts()))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if password := values.get("password"):
            person = User(name=values.get("name", ""), email=values.get("email") or self.link.user.email)
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return values

    def accept(self) -> User | None:
        """Use the link up; None when the address is taken. Raises `LinkUnusable`."""
        try:
            return accept_welcome(self.link, **self.cleaned_data)
        except EmailTaken as refusal:
            self.add_error("email", str(refusal))
            return None
