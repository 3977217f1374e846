from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kairos.calendars.actions.accounts import check_password, choose_calendars, connect_account
from kairos.calendars.dav.connection import Way, checked_address, may_be_inside
from kairos.calendars.dav.server import Found, speaking
from kairos.calendars.models import CalendarAccount, RemoteCalendar, Trouble, Use
from kairos.calendars.syncing.standing import way_of
from kairos.core.forms.connection import ConnectionForm

BESIDE = {Trouble.LOGIN: "password", Trouble.SECRET: "password"}


class AccountForm(ConnectionForm):
    """How to get into a calendar account; what was tried knows the calendars that are there."""

    beside = BESIDE
    address = "url"

    url = forms.CharField(
        label=_("Server address"),
        max_length=500,
        help_text=_("Such as https://cloud.example.com/remote.php/dav"),
    )

    def __init__(self, account: CalendarAccount, data: Any = None) -> None:
        super().__init__(data, initial={"url": account.url, "login": account.login})
        self.account = account
        self.found: list[Found] = []

    def try_out(self, given: dict[str, Any]) -> None:
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

    def save(self, by: Any) -> None:
        values = {**self.cleaned_data}
        password = values.pop("password")
        connect_account(self.account, values=values, password=password, found=self.found, by=by)


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
