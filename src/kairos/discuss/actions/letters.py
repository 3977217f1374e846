"""Messages to customers: written on a record, held for a moment, carried by mail."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused, Changes, change_set
from kairos.core.records import type_named, type_of
from kairos.discuss.actions.attachments import Upload
from kairos.discuss.actions.messages import MessageHasLeft, MessageIsDeleted, checked, own_and_present, write
from kairos.discuss.letters import composed
from kairos.discuss.live import thread_changed
from kairos.discuss.models import Letter, Message
from kairos.discuss.tasks import send_at
from kairos.mail.actions.outbox import AddressBlocked, checked_address, queue_mail
from kairos.mail.actions.outbox import send_again as resend
from kairos.mail.blocked import blocked_among
from kairos.mail.models import State

# So long a message waits before it leaves, so that it can be taken back.
HELD = dt.timedelta(seconds=10)
MOST_RECIPIENTS = 20
HEAVIEST = 20 * 2**20
TROUBLED = (State.FAILED, State.UNKNOWN)
Kind = Message.Kind


class NobodyToWriteTo(ActionRefused):
    message = _("Say to whom: choose an address, or write one.")


class TooManyRecipients(ActionRefused):
    message = _("A message goes to at most %(limit)s addresses. For more there are mailings.")


class FilesTooHeavy(ActionRefused):
    message = _("The files have more than %(limit)s MB together; most mail servers would refuse them.")


class NothingToSendAgain(ActionRefused):
    message = _("Nothing of this message has failed.")


class AuthorMayNot(ActionRefused):
    message = _("Whoever wrote it may no longer see this record, or no longer works here.")


def send_message(
    record: Any,
    *,
    text: str,
    to: Sequence[tuple[str, str]],
    by: Any,
    subject: str = "",
    reply_to: Message | None = None,
    files: Sequence[Upload] = (),
    at: dt.datetime | None = None,
) -> Message:
    """Write to the customer: `to` are names and addresses. It leaves in ten seconds or `at`; until then it is undone.

    Raises `NobodyToWriteTo`, `TooManyRecipients`, `BadAddress`, `AddressBlocked`, `FilesTooHeavy`, and as `post_note`.
    """
    text = checked(text, files)
    recipients = _recipients(to)
    _check_weight(files)
    leaves = at if at is not None and at > timezone.now() + HELD else timezone.now() + HELD
    values = {
        "kind": Kind.MESSAGE,
        "text": text,
        "subject": _subject(subject) or str(type_of(type(record)).title(record))[:300],
        "recipients": recipients,
        "send_at": leaves,
    }
    with change_set(by=by, summary=_("Wrote to the customer of %(record)s"), params={"record": record}):
        message = write(record, values, by=by, reply_to=reply_to, files=files)
        send_at(leaves)
    return message


def reschedule_message(message: Message, *, by: Any, at: dt.datetime | None = None) -> Message:
    """Let one's own message leave at another time, or now.

    Raises `NotYourMessage`, `MessageIsDeleted`, `MessageHasLeft`.
    """
    with change_set(by=by, summary=_("Chose another time for a message")) as changes:
        own_and_present(changes, message, by)
        if message.send_at is None:
            raise MessageHasLeft()
        leaves = max(at or changes.at, changes.at)
        changes.update(message, send_at=leaves)
        send_at(leaves)
        thread_changed(message)
    return message


def send_due(*, now: dt.datetime) -> int:
    """Put the messages whose time has come into the outbox; returns how many. Each is a transaction of its own."""
    ids = list(Message.objects.due(now).values_list("pk", flat=True)[:500])
    return sum(_send(pk, now=now) for pk in ids)


def try_again(message: Message, *, by: Any) -> Message:
    """Send once more what was held back, or those of its letters that did not arrive. Raises `NothingToSendAgain`."""
    with change_set(by=by, summary=_("Sent a message again")) as changes:
        changes.lock(message)
        if message.is_deleted:
            raise MessageIsDeleted()
        failed = [letter.mail for letter in Letter.objects.filter(message=message, mail__state__in=TROUBLED)]
        if not failed and not message.trouble:
            raise NothingToSendAgain()
        for mail in failed:
            resend(mail)
        if message.trouble:
            changes.update(message, trouble="", send_at=changes.at)
            send_at(changes.at)
        thread_changed(message)
    return message


def _send(pk: int, *, now: dt.datetime) -> bool:
    with change_set(by=None, summary=_("Sent a message")) as changes:
        message = Message.objects.due(now).select_for_update(of=("self",)).filter(pk=pk).first()
        if message is None:
            return False
        changes.lock(message)
        try:
            with changes.attempt():
                _post(changes, message)
        except ActionRefused as refused:
            changes.update(message, send_at=None, trouble=str(refused)[:300])
        thread_changed(message)
        return message.sent_at is not None


def _post(changes: Changes, message: Message) -> None:
    """Into the outbox, one mail for each recipient. Rights may have changed since it was written."""
    record_type = type_named(message.record_type)
    author = message.author
    seen = record_type.known_to(author) if author is not None and author.is_active else None
    record = seen.filter(pk=message.record_id).first() if seen is not None else None
    if record is None:
        raise AuthorMayNot()
    for recipient in message.recipients:
        mail = queue_mail(**composed(message, record, recipient))
        Letter.objects.create(message=message, mail=mail)
    changes.update(message, sent_at=changes.at, trouble="")


def _recipients(to: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    named = {checked_address(address).casefold(): (name, address.strip()) for name, address in to}
    if not named:
        raise NobodyToWriteTo()
    if len(named) > MOST_RECIPIENTS:
        raise TooManyRecipients(limit=MOST_RECIPIENTS)
    if blocked := blocked_among(list(named)):
        raise AddressBlocked(address=sorted(blocked)[0])
    return [{"name": name[:200], "address": address} for name, address in named.values()]


def _check_weight(files: Sequence[Upload]) -> None:
    if sum(getattr(one, "size", 0) or 0 for one in files) > HEAVIEST:
        raise FilesTooHeavy(limit=HEAVIEST // 2**20)


def _subject(given: str) -> str:
    subject = " ".join(given.split())
    if len(subject) > 300 or any(ord(one) < 32 or ord(one) == 127 for one in subject):
        raise ValidationError(_("A subject is one line of at most 300 characters."))
    return subject
