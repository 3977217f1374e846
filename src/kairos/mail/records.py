"""Mailboxes, and the addresses that get nothing."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kairos.core.access import LeadersArrange
from kairos.core.fields import PersonField
from kairos.core.records import Action, Filter, MatchKeys, Menu, RecordType, Section, register
from kairos.mail.access import MailboxesAccess
from kairos.mail.actions import mailboxes
from kairos.mail.actions.blocking import block_address
from kairos.mail.mailboxes.fields import HealthField, OfPersonalField, PlainNumberField
from kairos.mail.models import Mailbox, Suppression


def _keys(record: Suppression) -> list[tuple[str, str]]:
    return [("address", record.address.casefold())]


@register
class BlockedAddresses(RecordType):
    model = Suppression
    plural = "blocked-addresses"
    icon = "mail-x"
    menu = Menu(_("Blocked addresses"), icon="mail-x", order=90, area="conversation")
    title_field = "address"
    access = LeadersArrange()
    columns = ("address", "reason", "note", "created_at")
    search = ("address", "note")
    groups = ("reason",)
    default_sort = "address"
    match_keys = MatchKeys(("address",), _keys, ("address",))
    sections = (Section(_("Blocked address"), ("address", "reason", "note", "external_id")),)
    quick_create = ("address", "reason", "note")
    create = staticmethod(block_address)


def _is_read(user: Any, record: Any) -> bool:
    return record is None or (record.is_active and bool(record.host))


def _connection_page(record_type: RecordType, records: Any) -> str:
    return reverse("mailbox-connection", args=[records[0].pk])


@register
class Mailboxes(RecordType):
    """Where mail is fetched from: the house's mailboxes, and people's own."""

    model = Mailbox
    plural = "mailboxes"
    icon = "mailbox"
    menu = Menu(_("Mailboxes"), icon="mailbox", order=60, area="conversation")
    access = MailboxesAccess()
    field_options = (
        PersonField("owner", required=False),
        PlainNumberField("port"),
        OfPersonalField("privacy"),
        HealthField("health"),
    )
    columns = ("name", "health", "kind", "owner", "host")
    search = ("name", "host", "login")
    filters = (
        Filter("shared", _("Shared"), ["kind", "is", "shared"], "users"),
        Filter("mine", _("My own"), ["owner", "is", "me"], "user"),
    )
    groups = ("kind", "owner")
    default_sort = "name"
    sections = (
        Section(_("Mailbox"), ("name", "kind", "owner", "since_on", "privacy")),
        Section(_("Connection"), ("host", "port", "security", "login", "inbox", "sent")),
    )
    quick_create = ("name", "kind", "privacy")
    list_prefetch = ("owner",)
    actions = (
        Action(
            "connect",
            _("Connection"),
            lambda record, *, by: None,
            icon="plug",
            is_bulk=False,
            is_button=True,
            shown_to=lambda user, record: record is None or bool(record.host),
            page=_connection_page,
        ),
        Action(
            "check",
            _("Check now"),
            mailboxes.check_mailbox,
            icon="refresh-cw",
            is_button=True,
            shown_to=_is_read,
        ),
        Action("repair", _("Repair"), mailboxes.repair_mailbox, icon="wrench", shown_to=_is_read),
        Action("pause", _("Pause"), mailboxes.pause_mailbox, icon="pause", shown_to=_is_read),
        Action(
            "resume",
            _("Resume"),
            mailboxes.resume_mailbox,
            icon="play",
            is_button=True,
            shown_to=lambda user, record: record is None or not record.is_active,
        ),
    )
    create = staticmethod(mailboxes.create_mailbox)
    update = staticmethod(mailboxes.update_mailbox)
    update_many = staticmethod(mailboxes.update_mailboxes)

    def subtitle(self, record: Any) -> str:
        return record.login
