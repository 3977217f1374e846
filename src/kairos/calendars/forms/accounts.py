from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kairos.calendars.actions.accounts import check_password, choose_calendars, connect_account
from kairos.calendars.dav.connection import DavFault, Way, checked_address, may_be_inside
from kairos.calendars.dav.server import Found, speaking
from kairos.calendars.models import CalendarAccount, RemoteCalendar, Trouble, Use
from kairos.calendars.syncing.standing import way_of
from kairos.core.history import ActionRefused

BESIDE = {Trouble.LOGIN: "password", Trouble.SECRET: "password"}


def one_line(text: str) -> None:
    """Refuse what cannot be sent to a server."""
    if not text.isprintable():
        raise forms.ValidationError(_("This text holds characters that cannot be sent to a server."))


class ConnectionForm(forms.Form):
    """How to get into an account. It is tried before it is kept, so that what is kept works."""

    url = forms.CharField(
        label=_("Server address"),
        max_length=500,
        help_text=_("Such as https://cloud.example.com/remote.php/dav"),
    )
    login = forms.CharField(label=_("User"), max_length=254, validators=[one_line])
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        required=False,
        strip=False,
        validators=[one_line],
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, account: CalendarAccount, data: Any = None) -> None:
        super().__init__(data, initial={"url": account.url, "login": account.login})
        self.account = account
        self.found: list[Found] = []

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            self._try(given)
        return given

    def save(self, by: Any) -> CalendarAccount:
        values = {**self.cleaned_data}
        password = values.pop("password")
        return connect_account(self.account, values=values, password=password, found=self.found, by=by)

    def _try(self, given: dict[str, Any]) -> None:
        try:
            given["url"] = checked_address(given["url"])
            check_password(self.account, values=given, password=given["password"])
            way = Way(
                url=given["url"],
                login=given["login"],
                password=given["password"] or way_of(self.account).password,
                may_be_inside=may_be_inside(self.account.owner, given["url"]),
            )
            with speaking(way) as server:
                self.found = server.calendars()
        except ActionRefused as refused:
            self.add_error("password", str(refused))
        except DavFault as fault:
            said = " ".join(filter(None, (str(fault), fault.said)))
            self.add_error(BESIDE.get(fault.trouble, "url"), said)


class CalendarsForm(forms.Form):
    """For each calendar what is taken in, and which one is written to."""

    written = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)

    def __init__(self, account: CalendarAccount, data: Any = None) -> None:
        self.account = account
        self.calendars = list(RemoteCalendar.objects.filter(account=account).order_by("name", "pk"))
        written = next((one.pk for one in self.calendars if one.is_written), "")
        super().__init__(data, initial={"written": written})
        self.fields["written"].choices = [  # type: ignore[attr-defined]
            ("", _("To none of them")),
            *((one.pk, one.name) for one in self.calendars if not one.is_gone),
        ]
        for one in self.calendars:
            self.fields[f"use-{one.pk}"] = forms.ChoiceField(
                label=one.name, choices=Use.choices, initial=one.use
            )

    def rows(self) -> list[tuple[RemoteCalendar, Any]]:
        """Each calendar with its input."""
        return [(one, self[f"use-{one.pk}"]) for one in self.calendars]

    def save(self, by: Any) -> CalendarAccount:
        uses = {one.pk: self.cleaned_data[f"use-{one.pk}"] for one in self.calendars}
        return choose_calendars(self.account, uses=uses, written=self.cleaned_data["written"], by=by)
