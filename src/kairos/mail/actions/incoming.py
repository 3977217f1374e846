"""Taking in mail, and trying again what nobody took."""

import logging
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kairos.core.history import ActionRefused
from kairos.core.history.canonical import type_name
from kairos.mail.bounces import note_bounce
from kairos.mail.incoming.keeping import keep, kept
from kairos.mail.incoming.parsing import Parsed, parse
from kairos.mail.incoming.texts import written_and_quoted
from kairos.mail.models import Came, IncomingMail
from kairos.mail.slots import ROUTES

log = logging.getLogger(__name__)
LARGEST = 50 * 2**20


class MailTooLarge(ActionRefused):
    message = _lazy("A mail of more than 50 MB is not taken in.")


def receive_mail(raw: bytes) -> IncomingMail:
    """Keep a mail and bring it where it belongs; the same bytes again change nothing.

    One that breaks whoever takes it goes into quarantine, and the next one is taken in. Raises `MailTooLarge`.
    """
    if len(raw) > LARGEST:
        raise MailTooLarge()
    digest = sha256(raw).hexdigest()
    keep(digest, raw)
    parsed = parse(raw)
    mail, is_new = IncomingMail.objects.get_or_create(digest=digest, defaults=_columns(raw, parsed))
    if is_new:
        _route(mail, parsed)
    return mail


def route_again(mail: IncomingMail) -> IncomingMail:
    """Try once more to find out whose a mail is: the rules or the program may have changed since."""
    if mail.state in (Came.UNCLAIMED, Came.QUARANTINED, Came.NEW):
        _route(mail, parse(kept(mail.digest)))
    return mail


def _columns(raw: bytes, parsed: Parsed) -> dict[str, object]:
    name, address = parsed.sender
    return {
        "size": len(raw),
        "sent_at": parsed.sent_at,
        "message_id": parsed.message_id,
        "from_name": name,
        "from_address": address,
        "subject": parsed.subject,
        "text": written_and_quoted(parsed.text)[0],
    }


def _route(mail: IncomingMail, parsed: Parsed) -> None:
    try:
        with transaction.atomic():
            state, reason = _decided(mail, parsed)
            _settle(mail, state, reason)
    except Exception as error:
        log.exception("the mail %s goes into quarantine", mail.digest)
        _settle(mail, Came.QUARANTINED, f"{type(error).__name__}: {error}")


def _decided(mail: IncomingMail, parsed: Parsed) -> tuple[Came, str]:
    """What becomes of a mail. What machines wrote is answered by nobody and makes no lead."""
    if parsed.is_looping:
        return Came.IGNORED, _("It goes in circles.")
    if parsed.bounce is not None and note_bounce(parsed.bounce):
        return Came.TAKEN, _("A mail of ours came back.")
    if parsed.is_automatic or parsed.bounce is not None:
        return Came.IGNORED, _("A machine wrote it.")
    if not mail.from_address:
        return Came.UNCLAIMED, _("It has no sender.")
    for route in ROUTES.contributions():
        record = route.take(mail, parsed)
        if record is not None:
            mail.about_type, mail.about_id = type_name(type(record)), record.pk
            return Came.TAKEN, ""
    return Came.UNCLAIMED, ""


def _settle(mail: IncomingMail, state: Came, reason: str) -> None:
    mail.state, mail.reason = state, reason[:300]
    mail.save(update_fields=["state", "reason", "about_type", "about_id"])
