"""Forms in which people say how to get into a server: what all of them ask for, and how it is tried."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from kairos.core.connections import Fault
from kairos.core.history import ActionRefused


def one_line(text: str) -> None:
    """Refuse what would end a command to the server and begin another."""
    if not text.isprintable():
        raise forms.ValidationError(_("This text holds characters that cannot be sent to a server."))


class SecretField(forms.CharField):
    """A password or key, kept to the letter and never shown again. Left empty, the kept one stays."""

    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})

    def __init__(self, *, label: Any, help_text: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            max_length=1000,
            required=False,
            strip=False,
            validators=[one_line],
        )


class ConnectionForm(forms.Form):
    """How to get in with a password. It is tried before it is kept, so that what is kept works.

    `beside` names the input that is to blame for a trouble; every other is told at the input `address`.
    """

    beside: ClassVar[Mapping[Any, str]] = {}
    address: ClassVar[str]

    login = forms.CharField(label=_("User"), max_length=254, validators=[one_line])
    password = SecretField(label=_("Password"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        try:
            self.try_out(given)
        except ActionRefused as refused:
            self.add_error("password", str(refused))
        except Fault as fault:
            self.add_error(self.beside.get(fault.trouble, self.address), fault.in_full)
        return given

    def try_out(self, given: dict[str, Any]) -> None:
        """Get in once. Raises `ActionRefused` where that may not be, `Fault` where it fails."""
        raise NotImplementedError

    def save(self, by: Any) -> None:
        """Keep what has been tried."""
        raise NotImplementedError
