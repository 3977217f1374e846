from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused
from kairos.mail.actions.mailboxes import check_connection, connect_mailbox
from kairos.mail.mailboxes.connection import MailboxFault
from kairos.mail.mailboxes.trying import try_way, way_to
from kairos.mail.models import Mailbox, Trouble

# Beside which input it is said what is wrong.
BESIDE = {
    Trouble.LOGIN: "password",
    Trouble.SECRET: "password",
    Trouble.FOLDER: "inbox",
    Trouble.REFUSED: "port",
    Trouble.NO_TLS: "security",
    Trouble.NO_STARTTLS: "security",
}


def one_line(text: str) -> None:
    """Refuse what would end a command to the server and begin another."""
    if not text.isprintable():
        raise ValidationError(_("This text holds characters that cannot be sent to a mail server."))


class ConnectionForm(forms.Form):
    """How to get into a mailbox. It is tried before it is kept, so that what is kept works."""

    host = forms.CharField(label=_("Server"), max_length=253, help_text=_("Such as imap.example.com"))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    security = forms.ChoiceField(label=_("Security"), choices=Mailbox.Security.choices)
    login = forms.CharField(label=_("User"), max_length=254, validators=[one_line])
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        required=False,
        strip=False,
        validators=[one_line],
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    inbox = forms.CharField(label=_("Inbox folder"), max_length=200, validators=[one_line])
    sent = forms.CharField(
        label=_("Sent folder"),
        max_length=200,
        required=False,
        validators=[one_line],
        help_text=_("Such as Sent. Left empty, letters written in another mail program are not taken in."),
    )

    def __init__(self, mailbox: Mailbox, data: Any = None) -> None:
        super().__init__(
            data, initial={name: getattr(mailbox, name) for name in self.base_fields if name != "password"}
        )
        self.mailbox = mailbox

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            self._try(given)
        return given

    def save(self, by: Any) -> Mailbox:
        values = {**self.cleaned_data}
        return connect_mailbox(self.mailbox, password=values.pop("password"), values=values, by=by)

    def _try(self, given: dict[str, Any]) -> None:
        folders = [name for name in (given["inbox"], given["sent"]) if name]
        try:
            check_connection(self.mailbox, values=given, password=given["password"])
            try_way(way_to(self.mailbox, given, given["password"]), folders)
        except ActionRefused as refused:
            self.add_error("password", str(refused))
        except MailboxFault as fault:
            self.add_error(
                BESIDE.get(fault.trouble, "host"), " ".join(filter(None, (str(fault), fault.said)))
            )
