"""How mail leaves: chosen by administrators, asked before."""

import secrets
import smtplib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.connections import THIS_MACHINE, plain
from kairos.core.history import ActionRefused
from kairos.mail.models import MailWay
from kairos.mail.smtp import SmtpServer, connected
from kairos.mail.tasks import wake
from kairos.mail.way import Security, chosen_way, is_free, opened, sealed, server_of

# The kept password or key is given to nobody else by itself.
SAME_DOOR = ("kind", "host", "port", "security", "login", "region")


class WayIsSettled(ActionRefused):
    message = _("The way of mail is set by KAIROS_MAIL_URL on the server, and is changed there.")


class PasswordInTheOpen(ActionRefused):
    message = _("Without encryption a password is sent only on this machine (localhost).")


class SecretMissing(ActionRefused):
    message = _("Enter the password or key: it is not given to another server or user by itself.")


class ServerRefuses(ActionRefused):
    message = _("The mail server does not let us in: %(said)s")


def choose_way(*, values: Mapping[str, Any], secret: str, signing_key: str, by: Any) -> MailWay:
    """Let all mail leave this way from now on. A mail server is tried before; a secret left empty stays.

    Raises `WayIsSettled`, `PasswordInTheOpen`, `SecretMissing`, `ServerRefuses`.
    """
    if not is_free():
        raise WayIsSettled()
    before = chosen_way()
    is_same = before is not None and all(getattr(before, name) == values[name] for name in SAME_DOOR)
    way = MailWay(pk=1, **values, changed_by=by, changed_at=timezone.now())
    kept = before if is_same else None
    way.secret = sealed(secret) if secret else (kept.secret if kept else "")
    way.signing_key = sealed(signing_key) if signing_key else (kept.signing_key if kept else "")
    same_kind = before is not None and before.kind == way.kind
    way.hook_secret = before.hook_secret if before and same_kind else sealed(secrets.token_urlsafe(32))
    _must_be_whole(way)
    with transaction.atomic():
        MailWay.objects.update_or_create(pk=1, defaults=_columns(way))
        wake()
    return way


def forget_way() -> None:
    """Let no mail leave any more: what comes from now on is written into files."""
    MailWay.objects.filter(pk=1).delete()


def hook_word(way: MailWay) -> str:
    """The word in the addresses at which the provider tells what became of mail."""
    return opened(way.hook_secret)


def _must_be_whole(way: MailWay) -> None:
    if not way.is_smtp:
        if not way.secret:
            raise SecretMissing()
        return
    if way.login and way.security == Security.NONE and way.host.lower() not in THIS_MACHINE:
        raise PasswordInTheOpen()
    if way.login and not way.secret:
        raise SecretMissing()
    _must_let_us_in(server_of(way))


def _must_let_us_in(server: SmtpServer) -> None:
    try:
        connected(server).quit()
    except (OSError, smtplib.SMTPException) as error:
        words = getattr(error, "smtp_error", b"") or str(error)
        raise ServerRefuses(said=plain(words)) from error


def _columns(way: MailWay) -> dict[str, Any]:
    return {one.attname: getattr(way, one.attname) for one in way._meta.concrete_fields if one.name != "id"}
