"""What a mail service tells by itself: what became of our mail, and mail that came for us."""

import base64
import hmac
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from anymail.signals import EventType, RejectReason
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string

from kairos.core.connections import plain
from kairos.core.live.publish import publish_regions
from kairos.mail.actions.incoming import LARGEST, receive_mail
from kairos.mail.bounces import block, came_back
from kairos.mail.models import MailWay, OutgoingMail, State, Suppression
from kairos.mail.provider import IDENTITY
from kairos.mail.providers import PROVIDERS
from kairos.mail.way import opened

Reason = Suppression.Reason
BACK = frozenset({EventType.BOUNCED, EventType.REJECTED, EventType.FAILED})
# The address itself is the reason, not what was written or by whom.
NO_SUCH_ADDRESS = frozenset({RejectReason.BOUNCED, RejectReason.INVALID})
UNWANTED = {EventType.COMPLAINED: Reason.COMPLAINED, EventType.UNSUBSCRIBED: Reason.UNSUBSCRIBED}
# What a service may send at once: a mail of the largest size, as letters of base 64 with their frame.
LARGEST_CALL = LARGEST // 3 * 4 + 2**20
OLDEST_SIGNATURE = 300


class NotBelieved(Exception):
    """What was sent is not what this service sends, or is not signed by it."""


def take_tracking(way: MailWay, request: HttpRequest) -> None:
    """Write what became of mails of ours; the same again changes nothing. Raises `NotBelieved`."""
    events = _read(way, request, PROVIDERS[way.kind].hooks)
    with transaction.atomic():
        for event in events:
            _note(event)


def take_inbound(way: MailWay, request: HttpRequest) -> None:
    """Take in mail; the same again changes nothing. Raises `NotBelieved`, `MailTooLarge`."""
    view = PROVIDERS[way.kind].inbound
    if not view:
        raise NotBelieved
    if request.content_type == "application/json":
        request._body = request.read(LARGEST_CALL + 1)
        if len(request._body) > LARGEST_CALL:
            raise NotBelieved
    for event in _read(way, request, view):
        if event.message is not None:
            receive_mail(event.message.as_bytes())


def _read(way: MailWay, request: HttpRequest, name: str) -> list[Any]:
    """The events, once it is certain who sent them. Whatever is odd about them is not believed."""
    try:
        view = _view(name)(**_signing(way, request))
        view.run_validators(request)
        return list(view.parse_events(request))
    except Exception as error:
        raise NotBelieved(f"{type(error).__name__}") from error


class _BehindTheWord:
    """A service's view need not warn that it has no password: the word in the address stands for that."""

    @property
    def warn_if_no_basic_auth(self) -> bool:
        return False

    @warn_if_no_basic_auth.setter
    def warn_if_no_basic_auth(self, is_wanted: bool) -> None:
        """Some views would turn it on again where they check no signature."""


def _view(name: str) -> Any:
    view = import_string(name)
    return type(view.__name__, (_BehindTheWord, view), {})


def _signing(way: MailWay, request: HttpRequest) -> dict[str, Any]:
    """What the view checks signatures by. Raises `NotBelieved`."""
    signs = PROVIDERS[way.kind].signs
    key = opened(way.signing_key)
    given: dict[str, Any] = {"basic_auth": []}
    if signs == "svix":
        if key and not _is_signed(request, key):
            raise NotBelieved
    elif signs:
        given[signs] = key
        if not key:
            raise NotBelieved
    return given


def _is_signed(request: HttpRequest, key: str) -> bool:
    """Whether the call is signed as Svix does it: https://docs.svix.com/receiving/verifying-payloads/how-manual."""
    name, at = request.headers.get("svix-id", ""), request.headers.get("svix-timestamp", "")
    if not at.isdigit() or abs(time.time() - int(at)) > OLDEST_SIGNATURE:
        return False
    secret = base64.b64decode(key.removeprefix("whsec_"))
    signed = hmac.digest(secret, f"{name}.{at}.".encode() + request.body, sha256)
    expected = base64.b64encode(signed).decode()
    given = [one.partition(",")[2] for one in request.headers.get("svix-signature", "").split()]
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)


def _note(event: Any) -> None:
    """Only an event that names the identity of a mail of ours, and whom it went to, is believed."""
    mail = _ours(event)
    if mail is None:
        return
    if event.event_type == EventType.DELIVERED:
        _delivered(mail)
    elif event.event_type in BACK:
        words = plain(event.mta_response or event.description or event.reject_reason or event.event_type)
        came_back(mail, error=words)
        if event.reject_reason in NO_SUCH_ADDRESS and not _is_soft(event):
            block(mail.to_address, Reason.BOUNCED, words)
        elif event.reject_reason == RejectReason.SPAM:
            block(mail.to_address, Reason.COMPLAINED, words)
    elif event.event_type in UNWANTED:
        block(mail.to_address, UNWANTED[event.event_type], plain(event.description or ""))


def _ours(event: Any) -> OutgoingMail | None:
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    identity, address = metadata.get(IDENTITY), event.recipient
    if not isinstance(identity, str) or not isinstance(address, str) or len(identity) > 198:
        return None
    mail = OutgoingMail.objects.filter(message_id=f"<{identity.strip('<>')}>").first()
    return mail if mail is not None and mail.to_address.lower() == address.strip().lower() else None


def _delivered(mail: OutgoingMail) -> None:
    now = timezone.now()
    there = OutgoingMail.objects.filter(
        Q(state__in=(State.SENT, State.UNKNOWN, State.HANDOVER)), pk=mail.pk, delivered_at=None
    )
    if not there.update(delivered_at=now):
        return
    # Nobody knew whether it had been taken; now it is known.
    unsure = OutgoingMail.objects.filter(pk=mail.pk, state=State.UNKNOWN)
    unsure.update(state=State.SENT, settled_at=now, error="")
    if mail.about_type:
        publish_regions([f"{mail.about_type}-{mail.about_id}"])


def _is_soft(event: Any) -> bool:
    """Whether the address may take mail another day; Postmark alone calls that a bounce."""
    return isinstance(event.esp_event, Mapping) and event.esp_event.get("Type") == "SoftBounce"
