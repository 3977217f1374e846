from email.utils import parseaddr
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from kairos.core.forms.connection import SecretField, one_line
from kairos.core.history import ActionRefused
from kairos.mail.actions.way import PasswordInTheOpen, SecretMissing, choose_way
from kairos.mail.models import MailWay
from kairos.mail.providers import PROVIDERS

REGIONS = [("", _("Worldwide")), ("eu", _("European Union"))]
BESIDE = {PasswordInTheOpen: "security", SecretMissing: "secret"}


class WayForm(forms.Form):
    """How mail leaves: by a mail server, or by one of the providers; each asks for what it needs."""

    sender = forms.CharField(
        label=_("Sender"),
        max_length=320,
        validators=[one_line],
        help_text=_("Such as Acme <crm@acme.example>. Your provider must know the domain."),
    )
    host = forms.CharField(
        label=_("Server"), max_length=253, validators=[one_line], help_text=_("Such as smtp.example.com")
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    security = forms.ChoiceField(label=_("Security"), choices=MailWay.Security.choices)
    login = forms.CharField(label=_("User"), max_length=254, required=False, validators=[one_line])
    secret = SecretField(label=_("Password"))
    region = forms.ChoiceField(label=_("Data centre"), choices=REGIONS, required=False)
    signing_key = SecretField(
        label=_("Key it signs with"), help_text=_("By it what the provider tells is known to be its own.")
    )

    def __init__(self, kind: str, way: MailWay | None, data: Any = None) -> None:
        shown = way if way is not None and way.kind == kind else MailWay(kind=kind)
        known = {name: getattr(shown, name, "") for name in ("host", "port", "security", "login", "region")}
        sender = way.sender if way is not None else settings.DEFAULT_FROM_EMAIL
        super().__init__(data, initial={**known, "sender": sender})
        self.kind = kind
        self._leave_out()

    def clean_sender(self) -> str:
        sender = str(self.cleaned_data["sender"]).strip()
        address = parseaddr(sender)[1]
        validate_email(address)
        if not address.isascii():
            raise forms.ValidationError(_("Enter an address in plain letters."))
        return sender

    def save(self, by: Any) -> bool:
        """Let mail leave this way; False, with the refusal at its field, where that cannot be."""
        given = {"host": "", "port": 587, "security": "starttls", "login": "", "region": ""}
        values = {**given, **self.cleaned_data, "kind": self.kind}
        secret, signing_key = values.pop("secret"), values.pop("signing_key", "")
        try:
            choose_way(values=values, secret=secret, signing_key=signing_key, by=by)
        except ActionRefused as refused:
            self.add_error(BESIDE.get(type(refused), "host" if "host" in self.fields else None), str(refused))
            return False
        return True

    def _leave_out(self) -> None:
        provider = PROVIDERS.get(self.kind)
        if provider is None:
            for name in ("region", "signing_key"):
                del self.fields[name]
            return
        for name in ("host", "port", "security"):
            del self.fields[name]
        self.fields["secret"].label = _("Secret key") if provider.has_login else _("API key")
        self.fields["login"].label = _("API key")
        self.fields["login"].required = provider.has_login
        for name, is_there in (
            ("login", provider.has_login),
            ("region", bool(provider.regions)),
            ("signing_key", bool(provider.signs)),
        ):
            if not is_there:
                del self.fields[name]
