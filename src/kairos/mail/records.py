"""The addresses that get nothing."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kairos.core.access import LeadersArrange
from kairos.core.actions.records import create_record
from kairos.core.history import ActionRefused
from kairos.core.records import MatchKeys, Menu, RecordType, Section, register
from kairos.mail.models import Suppression


class BlockedAlready(ActionRefused):
    message = _("%(address)s is blocked already.")


def block_address(
    *, values: Mapping[str, Any], by: Any, model: type[Suppression] = Suppression, at: Any = None
) -> Suppression:
    """An address that gets no mail from this moment on, not even what waits. Raises `BlockedAlready`."""
    try:
        with transaction.atomic():
            return create_record(model=Suppression, values=values, by=by, at=at)
    except IntegrityError as error:
        raise BlockedAlready(address=values["address"]) from error


def _keys(record: Suppression) -> list[tuple[str, str]]:
    return [("address", record.address.casefold())]


@register
class BlockedAddresses(RecordType):
    model = Suppression
    plural = "blocked-addresses"
    icon = "mail-x"
    menu = Menu(_("Blocked addresses"), icon="mail-x", order=85, area="settings")
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
