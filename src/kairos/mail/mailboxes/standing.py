"""How reading a mailbox goes: written down, and told to those who should know when it goes wrong."""

import datetime as dt
import logging
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import User
from kairos.core.connections import TOLD_AFTER
from kairos.core.events import Event
from kairos.core.history import change_set
from kairos.mail.events import MAILBOX_INCOMPLETE, MAILBOX_TROUBLED
from kairos.mail.mailboxes.connection import MailboxFault, Way
from kairos.mail.mailboxes.secrets import Unreadable, opened
from kairos.mail.models import Mailbox, MailboxFolder, MailboxState, Trouble

log = logging.getLogger(__name__)
EVERY = dt.timedelta(minutes=2)


def way_of(mailbox: Mailbox) -> Way:
    """How to get in. Raises `MailboxFault` where the password can no longer be read."""
    try:
        password = opened(mailbox.state.secret)
    except Unreadable as error:
        raise MailboxFault(Trouble.SECRET) from error
    return Way(
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        login=mailbox.login,
        password=password,
        only_public=must_be_public(mailbox.owner, host=mailbox.host, port=mailbox.port),
    )


def must_be_public(owner: Any, *, host: str, port: int) -> bool:
    """Whether a server must be on the internet: for who is no administrator, unless one has named it for the house."""
    if owner is None or owner.is_administrator:
        return False
    shared = Mailbox.objects.active().filter(kind=Mailbox.Kind.SHARED, host__iexact=host, port=port)
    return not shared.exists()


def note_success(mailbox: Mailbox) -> None:
    now = timezone.now()
    MailboxState.objects.filter(mailbox=mailbox).update(
        checked_at=now, next_check_at=now + EVERY, **MailboxState.IN_ORDER
    )


def note_fault(mailbox: Mailbox, fault: MailboxFault) -> None:
    """Try again less and less often; the third time in a row somebody is told."""
    now_is = mailbox.state.after_failure(fault.trouble, fault.said, timezone.now())
    log.warning("mailbox %s cannot be read: %s %s", mailbox.pk, fault.trouble.value, fault.said)
    MailboxState.objects.filter(mailbox=mailbox).update(**now_is)
    if now_is["failures"] == TOLD_AFTER:
        _tell(MAILBOX_TROUBLED, mailbox, summary=_("%(record)s cannot be read"))


def note_missing(folder: MailboxFolder, count: int) -> None:
    """What was thought to be here is not: that is told once, until a comparison finds nothing missing."""
    if not MailboxFolder.objects.filter(pk=folder.pk, missing=0).update(missing=count):
        return
    summary = _("In %(record)s something was missing")
    _tell(MAILBOX_INCOMPLETE, folder.mailbox, summary=summary, count=count, folder=folder.name)


def _tell(event: Event, mailbox: Mailbox, *, summary: Any, **params: Any) -> None:
    people = [mailbox.owner_id] if mailbox.owner_id else _administrators()
    told = {**params, "mailbox": mailbox.name, "people": ",".join(map(str, people))}
    with change_set(by=None, summary=summary, params={"record": mailbox}) as changes:
        changes.event(event.name, mailbox, **told)


def _administrators() -> list[int]:
    return list(User.objects.active().administrators().values_list("pk", flat=True))
