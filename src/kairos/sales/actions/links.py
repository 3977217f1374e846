"""Addresses under which customers see a quotation: made, shown again, revoked, found by their token."""

import base64
import datetime as dt
import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused, change_set
from kairos.sales.models import PortalLink, Quotation, State

LIFETIME = dt.timedelta(days=90)
SALT = "kairos.sales.portal"


class NotForCustomers(ActionRefused):
    message = _("Customers see what was sent to them. %(quotation)s is still a draft.")


class AlreadyRevoked(ActionRefused):
    message = _("This link has been revoked already.")


def make_link(quotation: Quotation, *, by: Any) -> PortalLink:
    """An address for the customer, good for 90 days; the present one, where there is one. Raises `NotForCustomers`."""
    summary, params = _("Made a link to %(record)s for the customer"), {"record": quotation}
    with change_set(by=by, summary=summary, params=params) as changes:
        if changes.lock(quotation).is_draft:
            raise NotForCustomers(quotation=quotation)
        if present := present_link(quotation, now=changes.at):
            return present
        seed = secrets.token_hex(16)
        return changes.create(
            PortalLink,
            quotation=quotation,
            seed=seed,
            token_hash=hash_of(_token_of(seed)),
            created_at=changes.at,
            created_by=by,
            expires_at=changes.at + LIFETIME,
        )


def revoke_link(link: PortalLink, *, by: Any) -> None:
    """The address opens nothing any more. Raises `AlreadyRevoked`."""
    params = {"record": link.quotation}
    with change_set(by=by, summary=_("Revoked the link to %(record)s"), params=params) as changes:
        changes.lock(link.quotation)
        if changes.lock(link).revoked_at is not None:
            raise AlreadyRevoked()
        changes.update(link, revoked_at=changes.at)


def present_link(quotation: Quotation, *, now: dt.datetime) -> PortalLink | None:
    """The newest address that opens the quotation, and can still be shown."""
    found = PortalLink.objects.usable(now).filter(quotation=quotation).order_by("-pk")
    return next((link for link in found if address_of(link)), None)


def address_of(link: PortalLink) -> str:
    """The whole address; "" where the secret key has been changed since it was made."""
    token = _token_of(link.seed)
    if not secrets.compare_digest(hash_of(token), link.token_hash):
        return ""
    return f"{settings.PUBLIC_URL.rstrip('/')}{reverse('portal', args=[token])}"


def link_of(token: str) -> PortalLink | None:
    """The usable link with this token, to what a customer may see; nothing otherwise, whatever the reason."""
    usable = PortalLink.objects.usable(timezone.now()).filter(token_hash=hash_of(token))
    shown = usable.exclude(quotation__state=State.DRAFT).filter(quotation__archived_at=None)
    related = (
        "quotation__organisation",
        "quotation__person",
        "quotation__opportunity",
        "quotation__salesperson",
    )
    return shown.select_related(*related).first()


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _token_of(seed: str) -> str:
    digest = salted_hmac(SALT, seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
