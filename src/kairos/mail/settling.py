"""What a mail came to, and who hears of it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.history import change_set
from kairos.core.live.publish import publish_regions
from kairos.core.records.registry import type_named
from kairos.mail.events import MAIL_FAILED
from kairos.mail.models import OutgoingMail, State


def settle(mail: OutgoingMail, state: State, *, error: str = "") -> None:
    """Write the end of it. What is handed over may have been called uncertain meanwhile; we know better."""
    open_states = (State.CLAIMED, State.HANDOVER, State.UNKNOWN)
    settled = OutgoingMail.objects.filter(pk=mail.pk, state__in=open_states)
    if not settled.update(state=state, settled_at=timezone.now(), error=error[:500]):
        return
    mail.state, mail.error = state, error[:500]
    if mail.about_type:
        publish_regions([f"{mail.about_type}-{mail.about_id}"])
    if state in (State.FAILED, State.UNKNOWN) and not mail.is_bulk:
        tell_the_sender(mail)


def tell_the_sender(mail: OutgoingMail) -> None:
    """The record's history says that the mail did not arrive, and whoever wrote it hears of it."""
    record = about(mail)
    if record is None:
        return
    params = {"address": mail.to_address, "reason": mail.error, "user": mail.created_by_id or 0}
    with change_set(by=None, summary=_("A mail to %(address)s did not leave"), params=params) as changes:
        changes.event(MAIL_FAILED.name, record, **params)


def about(mail: OutgoingMail) -> Any:
    """The record a mail speaks of, or None."""
    try:
        model = type_named(mail.about_type).model
    except KeyError:
        return None
    return model._base_manager.filter(pk=mail.about_id).first()
