"""One-time links by which people choose a password and come in for the first time, or again."""

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.user_rules import clean_values, refusing_taken_email
from kairos.accounts.events import PERSON_INVITED, PERSON_JOINED
from kairos.accounts.models import Role, User, WelcomeLink, Workspace
from kairos.accounts.workspace import workspace
from kairos.core.actions.house import furnish_new_house
from kairos.core.history import ActionRefused, change_set

LIFETIME = dt.timedelta(hours=48)
TOKEN_BYTES = 32


class LinkUnusable(ActionRefused):
    message = _("This link has been used already, or it is too old.")


class PersonArchived(ActionRefused):
    message = _("%(person)s does not work here any more. Restore them first.")


def first_welcome_link(base_url: str = "") -> str | None:
    """The link for the first administrator while no administrator can sign in; else None.

    Makes the workspace and the administrator where there are none. Each call ends the links of the one before. Two
    servers starting at once agree on one administrator: the row of the workspace is the lock.
    """
    with transaction.atomic():
        fresh = workspace()
        defaults = {name: getattr(fresh, name) for name in ("currency", "language", "time_zone")}
        Workspace.objects.get_or_create(pk=1, defaults=defaults)
        Workspace.objects.select_for_update().get(pk=1)
        if User.objects.administrators().able_to_sign_in().exists():
            return None
        with override(workspace().language):
            furnish_new_house()
        person = User.objects.active().administrators().order_by("pk").first() or _first_administrator()
        return welcome_link_for(person, by=None, base_url=base_url)


def _first_administrator() -> User:
    with change_set(by=None, summary=_("Added %(record)s"), params={"record": ""}) as changes:
        person = changes.create(User, name=gettext("Administrator"), role=Role.ADMINISTRATOR)
        changes.name(person)
    return person


def welcome_link_for(user: User, *, by: Any, base_url: str = "") -> str:
    """The address by which this person, once and within two days, chooses a password and signs in.

    Links made for them before stop working. Raises `PersonArchived`.
    """
    if user.is_archived:
        raise PersonArchived(person=user)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with change_set(
        by=by, summary=_("Made a sign-in link for %(person)s"), params={"person": user}
    ) as changes:
        WelcomeLink.objects.filter(user=user, used_at=None).delete()
        expires_at = timezone.now() + LIFETIME
        WelcomeLink.objects.create(user=user, token_hash=hash_of(token), expires_at=expires_at)
        changes.event(PERSON_INVITED.name, user, person=user)
    return f"{(base_url or settings.PUBLIC_URL).rstrip('/')}{reverse('welcome', args=[token])}"


def hash_of(token: str) -> str:
    """What is stored of a token. It is random through and through, so a slow hash would protect nothing more."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_link(token: str) -> WelcomeLink:
    """The link of this token, unused, in time, of somebody who works here. Raises `LinkUnusable`."""
    sought = hash_of(token)
    usable = WelcomeLink.objects.filter(used_at=None, expires_at__gt=timezone.now(), user__archived_at=None)
    link = usable.select_related("user").filter(token_hash=sought).first()
    if link is None or not secrets.compare_digest(link.token_hash, sought):
        raise LinkUnusable()
    return link


def accept_welcome(
    link: WelcomeLink, *, password: str, name: str, email: str = "", company: str = ""
) -> User:
    """Use the link up: the person has this password and name from now on.

    `email` counts only for somebody without an address, `company` only while the workspace has no name. Of two
    requests at once one succeeds. Raises `LinkUnusable` or `EmailTaken`.
    """
    user = link.user
    with change_set(by=user, summary=_("%(person)s joined"), params={"person": name}) as changes:
        now = timezone.now()
        # Only columns of the link itself: PostgreSQL checks those again after waiting for the other request, but
        # would not look into a subquery a second time.
        used = WelcomeLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now).update(used_at=now)
        if not used or changes.lock(user).is_archived:
            raise LinkUnusable()
        values = clean_values({"name": name, **({} if user.email else {"email": email})})
        with refusing_taken_email(values.get("email")):
            changes.update(user, **values)
        user.set_password(password)
        user.save(update_fields=["password"])
        stored = Workspace.objects.filter(pk=1).first()
        if company and stored is not None and not stored.name:
            changes.update(stored, name=company)
        changes.event(PERSON_JOINED.name, user, person=user)
    return user
