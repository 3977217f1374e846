"""Putting mail into the outbox, and what people decide about what lies there."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from email.utils import formataddr
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused
from kairos.core.history.canonical import type_name
from kairos.mail.blocked import is_blocked
from kairos.mail.models import OutgoingMail, State
from kairos.mail.tasks import wake
from kairos.mail.way import house_sender

# Names of headers are never a person's choice: Django checks only their values.
HEADERS = frozenset(
    {"In-Reply-To", "References", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"}
)
LONGEST = 256_000


class BadAddress(ActionRefused):
    message = _("“%(address)s” is not an e-mail address.")


class BadMail(ActionRefused):
    message = _("The subject is one line, and the text has at most 256 kB.")


class AddressBlocked(ActionRefused):
    message = _("%(address)s gets no mail: it is among the blocked addresses.")


class NotWaiting(ActionRefused):
    message = _("Only mail that waits can be cancelled.")


class NotTroubled(ActionRefused):
    message = _("Only mail that failed or is uncertain can be sent again.")


def queue_mail(
    *,
    to: str,
    subject: str,
    text: str,
    by: Any,
    html: str = "",
    calendar: str = "",
    to_name: str = "",
    sender: str = "",
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
    files: Sequence[Mapping[str, str]] = (),
    is_bulk: bool = False,
    about: Any = None,
    at: dt.datetime | None = None,
) -> OutgoingMail:
    """Put a mail into the outbox with the transaction it belongs to; it leaves when that is committed, or `at`.

    `sender` is the name people read; the address is the house's own, so that what receivers check of it holds. `files`
    are contents that are kept already, each with `name`, `media_type` and `digest`. `calendar` is an invitation.
    Raises `BadAddress`, `BadMail`, `AddressBlocked`; a header outside `HEADERS` is a fault of the caller.
    """
    if unknown := set(headers or {}) - HEADERS:
        raise ValueError(f"headers are not a caller's choice: {sorted(unknown)}")
    address = checked_address(to)
    answer_to = checked_address(reply_to) if reply_to else ""
    lines = (subject, to_name, sender, *(headers or {}).values())
    if (
        any(_breaks(line) for line in lines)
        or len(text) > LONGEST
        or len(html) > LONGEST
        or len(calendar) > LONGEST
    ):
        raise BadMail()
    if is_blocked(address):
        raise AddressBlocked(address=address)
    with transaction.atomic():
        mail = OutgoingMail.objects.create(
            to_address=address,
            to_name=to_name[:200],
            sender=from_line(sender),
            reply_to=answer_to,
            subject=subject[:500],
            text=text,
            html=html,
            calendar=calendar,
            headers=dict(headers or {}),
            files=[dict(one) for one in files],
            message_id=new_message_id(),
            is_bulk=is_bulk,
            about_type=type_name(type(about)) if about is not None else "",
            about_id=about.pk if about is not None else None,
            created_by=by,
            due_at=at or timezone.now(),
        )
        if at is None:
            wake()
    return mail


def checked_address(given: str) -> str:
    """An address as it is written to; raises `BadAddress`."""
    address = given.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise BadAddress(address=address[:100]) from error
    if len(address) > 254 or not address.isascii():
        raise BadAddress(address=address[:100])
    return address


def from_line(name: str) -> str:
    """The house's own address, under the name people read."""
    own_name, own_address = house_sender()
    return formataddr((name or own_name, own_address))[:320]


def new_message_id() -> str:
    """An identity no one can guess: an answer that names it belongs here."""
    domain = house_sender()[1].rpartition("@")[2] or "localhost"
    return f"<{secrets.token_hex(16)}@{domain}>"


def cancel_mail(mail: OutgoingMail) -> None:
    """Take back what waits. Raises `NotWaiting` where it is under way or gone."""
    cancelled = OutgoingMail.objects.filter(pk=mail.pk, state=State.QUEUED)
    if not cancelled.update(state=State.CANCELLED, settled_at=timezone.now()):
        raise NotWaiting()


def send_again(mail: OutgoingMail) -> None:
    """Try once more what failed, or what nobody knows of; somebody has decided that. Raises `NotTroubled`."""
    with transaction.atomic():
        again = OutgoingMail.objects.filter(pk=mail.pk).troubled()
        values = {
            "state": State.QUEUED,
            "attempts": 0,
            "due_at": timezone.now(),
            "settled_at": None,
            "error": "",
        }
        if not again.update(**values):
            raise NotTroubled()
        wake()


def _breaks(line: str) -> bool:
    return any(ord(character) < 32 or ord(character) == 127 for character in line)
