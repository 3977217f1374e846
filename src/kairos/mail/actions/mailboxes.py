"""What people decide about mailboxes."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.actions.connections import NotConnected, PasswordMissing
from kairos.core.connections import THIS_MACHINE
from kairos.core.history import ActionRefused, change_set
from kairos.mail.mailboxes.secrets import sealed
from kairos.mail.models import Mailbox, MailboxFolder, MailboxState
from kairos.mail.tasks import wake_mailbox

CONNECTION = ("host", "port", "security", "login", "inbox", "sent")
SAME_DOOR = ("host", "port", "security", "login")


class SharedIsForAdministrators(ActionRefused):
    message = _("Shared mailboxes are added by administrators.")


class PasswordInTheOpen(ActionRefused):
    message = _("Without encryption a mailbox is read only on this machine (localhost).")


def create_mailbox(
    *, values: Mapping[str, Any], by: Any, model: type[Mailbox] = Mailbox, at: dt.datetime | None = None
) -> Mailbox:
    """A mailbox that is not connected yet: one's own, or by an administrator the house's.

    Only what comes from today on is taken in, unless another day is given. Raises `SharedIsForAdministrators`.
    """
    kind = values.get("kind") or Mailbox.Kind.PERSONAL
    is_shared = kind == Mailbox.Kind.SHARED
    if is_shared and not by.is_administrator:
        raise SharedIsForAdministrators()
    full = {"since_on": timezone.localdate(), **values, "kind": kind, "owner": None if is_shared else by}
    with change_set(by=by, summary=_("Created %(record)s"), params={"record": ""}, at=at) as changes:
        mailbox = changes.create(Mailbox, **full)
        changes.name(mailbox)
    return mailbox


def update_mailbox(mailbox: Mailbox, *, values: Mapping[str, Any], by: Any) -> Mailbox:
    """Change its name, what others see, and from which day on it is read; another day has it looked at anew."""
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": mailbox}) as changes:
        changes.lock(mailbox)
        before = mailbox.since_on
        changes.update(mailbox, **values)
        if mailbox.since_on != before:
            MailboxFolder.objects.filter(mailbox=mailbox).update(uid_validity=MailboxFolder.NOT_BEGUN)
            wake_mailbox(mailbox.pk)
    return mailbox


def update_mailboxes(
    *, values_by_id: Mapping[int, Mapping[str, Any]], by: Any, model: type[Mailbox] = Mailbox
) -> int:
    """Write values to many, each by the same rules."""
    with change_set(by=by, summary=_("Changed %(count)s records"), params={"count": len(values_by_id)}):
        found = Mailbox.objects.in_bulk(list(values_by_id))
        for pk, mailbox in found.items():
            update_mailbox(mailbox, values=values_by_id[pk], by=by)
    return len(found)


def connect_mailbox(mailbox: Mailbox, *, values: Mapping[str, Any], password: str, by: Any) -> Mailbox:
    """Write how to get in, and read it from now on. A password left empty stays, for the same server and user only.

    Whether it works is tried before, by the door. Raises `PasswordInTheOpen`, `PasswordMissing`.
    """
    check_connection(mailbox, values=values, password=password)
    with change_set(by=by, summary=_("Connected %(record)s"), params={"record": mailbox}) as changes:
        changes.lock(mailbox)
        changes.update(mailbox, **{name: values[name] for name in CONNECTION}, is_active=True)
        state = {"next_check_at": timezone.now(), **MailboxState.IN_ORDER}
        if password:
            state["secret"] = sealed(password)
        MailboxState.objects.update_or_create(mailbox=mailbox, defaults=state)
        wake_mailbox(mailbox.pk)
    return mailbox


def check_connection(mailbox: Mailbox, *, values: Mapping[str, Any], password: str) -> None:
    """Raises `PasswordInTheOpen`, `PasswordMissing`."""
    if values["security"] == Mailbox.Security.NONE and values["host"].lower() not in THIS_MACHINE:
        raise PasswordInTheOpen()
    is_same = all(getattr(mailbox, name) == values[name] for name in SAME_DOOR)
    if not password and not (is_same and _is_connected(mailbox)):
        raise PasswordMissing()


def pause_mailbox(mailbox: Mailbox, *, by: Any) -> Mailbox:
    """Read it no more until somebody resumes."""
    with change_set(by=by, summary=_("Paused %(record)s"), params={"record": mailbox}) as changes:
        changes.update(mailbox, is_active=False)
    return mailbox


def resume_mailbox(mailbox: Mailbox, *, by: Any) -> Mailbox:
    """Read it again, from where it stopped."""
    with change_set(by=by, summary=_("Resumed %(record)s"), params={"record": mailbox}) as changes:
        changes.update(mailbox, is_active=True)
        wake_mailbox(mailbox.pk)
    return mailbox


def check_mailbox(mailbox: Mailbox, *, by: Any) -> Mailbox:
    """Look for new mail now. Raises `NotConnected`."""
    _must_be_connected(mailbox)
    wake_mailbox(mailbox.pk)
    return mailbox


def repair_mailbox(mailbox: Mailbox, *, by: Any) -> Mailbox:
    """Compare with the server message by message, and fetch what is missing. Raises `NotConnected`."""
    _must_be_connected(mailbox)
    wake_mailbox(mailbox.pk, is_repair=True)
    return mailbox


def _must_be_connected(mailbox: Mailbox) -> None:
    if not _is_connected(mailbox):
        raise NotConnected(record=mailbox.name)


def _is_connected(mailbox: Mailbox) -> bool:
    return MailboxState.objects.filter(mailbox=mailbox).exists()
