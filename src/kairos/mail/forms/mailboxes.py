from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kairos.core.forms.connection import ConnectionForm, one_line
from kairos.mail.actions.mailboxes import check_connection, connect_mailbox
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


class MailboxForm(ConnectionForm):
    """How to get into a mailbox, and where its mail is."""

    beside = BESIDE
    address = "host"

    host = forms.CharField(label=_("Server"), max_length=253, help_text=_("Such as imap.example.com"))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    security = forms.ChoiceField(label=_("Security"), choices=Mailbox.Security.choices)
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

    def try_out(self, given: dict[str, Any]) -> None:
        folders = [name for name in (given["inbox"], given["sent"]) if name]
        check_connection(self.mailbox, values=given, password=given["password"])
        try_way(way_to(self.mailbox, given, given["password"]), folders)

    def save(self, by: Any) -> None:
        values = {**self.cleaned_data}
        connect_mailbox(self.mailbox, password=values.pop("password"), values=values, by=by)
