"""Calendar accounts: where people's calendars are kept in step with the one here."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kairos.calendars.access import CalendarAccountsAccess
from kairos.calendars.actions import accounts
from kairos.calendars.fields import CAME, CameField, StandingField
from kairos.calendars.models import CalendarAccount
from kairos.core.fields import PersonField
from kairos.core.records import Action, Filter, Menu, RecordType, Section, register


def _is_kept(user: Any, record: Any) -> bool:
    return record is None or (record.is_active and bool(record.url))


def _is_connected(user: Any, record: Any) -> bool:
    return record is None or (bool(record.url) and not record.is_archived)


def _disconnect(account: CalendarAccount, *, by: Any, came: str) -> CalendarAccount:
    return accounts.disconnect_account(account, by=by, is_kept=came == CameField.KEEP)


def _page(name: str) -> Any:
    return lambda record_type, records: reverse(name, args=[records[0].pk])


@register
class CalendarAccounts(RecordType):
    model = CalendarAccount
    plural = "calendar-accounts"
    icon = "calendar-days"
    menu = Menu(_("Calendar accounts"), icon="calendar-days", order=50, area="conversation")
    access = CalendarAccountsAccess()
    field_options = (PersonField("owner", required=False, editable=False), StandingField("standing"))
    columns = ("name", "standing", "owner", "url")
    search = ("name", "url", "login")
    filters = (Filter("mine", _("My own"), ["owner", "is", "me"], "user"),)
    groups = ("owner",)
    default_sort = "name"
    sections = (
        Section(_("Calendar account"), ("name", "owner", "privacy", "precedence")),
        Section(_("Connection"), ("url", "login")),
    )
    quick_create = ("name", "privacy")
    list_prefetch = ("owner",)
    actions = (
        Action(
            "sync",
            _("Sync now"),
            accounts.sync_now,
            icon="refresh-cw",
            is_button=True,
            is_bulk=False,
            shown_to=_is_kept,
        ),
        Action(
            "calendars",
            _("Choose calendars"),
            lambda record, *, by: None,
            icon="calendar-check",
            is_bulk=False,
            is_button=True,
            shown_to=_is_connected,
            page=_page("calendar-account-calendars"),
        ),
        Action(
            "connect",
            _("Connection"),
            lambda record, *, by: None,
            icon="plug",
            is_bulk=False,
            shown_to=_is_connected,
            page=_page("calendar-account-connection"),
        ),
        Action(
            "repair", _("Repair"), accounts.repair_account, icon="wrench", is_bulk=False, shown_to=_is_kept
        ),
        Action("pause", _("Pause"), accounts.pause_account, icon="pause", is_bulk=False, shown_to=_is_kept),
        Action(
            "resume",
            _("Resume"),
            accounts.resume_account,
            icon="play",
            is_button=True,
            is_bulk=False,
            shown_to=lambda user, record: record is None or not (record.is_active or record.is_archived),
        ),
        Action(
            "disconnect",
            _("Disconnect"),
            _disconnect,
            icon="unlink",
            fields=(CAME,),
            is_bulk=False,
            tone="danger",
            shown_to=lambda user, record: record is None or not record.is_archived,
        ),
    )
    create = staticmethod(accounts.create_account)

    def subtitle(self, record: Any) -> str:
        return str(record.login)
