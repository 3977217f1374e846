"""From the outbox to the mail server.

Each mail is claimed, marked as being handed over the moment before the server is given its text, and settled. Whoever
dies in between leaves a mark that says how far it was: what was only claimed is given back, what was being handed over
was perhaps sent. Of many alike it is then left as uncertain and never sent by itself again; a letter is sent again
under the same Message-ID.
"""

import datetime as dt
import secrets
import time
from collections.abc import Sequence
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kairos.mail.blocked import blocked_among
from kairos.mail.models import OutgoingMail, State
from kairos.mail.settling import settle
from kairos.mail.transport import Refused, Transport, Unclear, Unreachable
from kairos.mail.way import transport

# So many are claimed at once, and a call ends after so many seconds so that other work gets its turn.
CLAIMED_AT_ONCE = 25
LONGEST = 20.0
LEASE = dt.timedelta(minutes=5)
# When a server says "later": minutes until the next attempt. After the last one the mail has failed.
PAUSES = (1, 5, 30, 120, 360, 720, 1440)


def deliver_due(*, by: Transport | None = None) -> bool:
    """Send what is due; whether more is waiting. A server that does not answer ends the call and costs no attempt."""
    owner, started = secrets.token_hex(8), time.monotonic()
    free_abandoned(now=timezone.now())
    with by or transport() as way:
        while claimed := claim(owner, now=timezone.now()):
            if not _send_all(claimed, owner, way):
                return False
            if time.monotonic() - started > LONGEST:
                return OutgoingMail.objects.due(timezone.now()).exists()
    return False


def claim(owner: str, *, now: dt.datetime) -> list[OutgoingMail]:
    """Take the next ones in hand; two who ask at once never get the same one."""
    with transaction.atomic():
        waiting = OutgoingMail.objects.due(now).select_for_update(skip_locked=True)
        ids = list(waiting.values_list("pk", flat=True)[:CLAIMED_AT_ONCE])
        free = OutgoingMail.objects.filter(pk__in=ids, state=State.QUEUED)
        free.update(state=State.CLAIMED, claimed_by=owner, claimed_at=now)
    mine = OutgoingMail.objects.filter(pk__in=ids, claimed_by=owner, state=State.CLAIMED)
    return list(mine.order_by("is_bulk", "due_at", "pk"))


def free_abandoned(*, now: dt.datetime) -> int:
    """Settle what somebody left behind who has died; returns how many."""
    left = OutgoingMail.objects.filter(claimed_at__lt=now - LEASE)
    handed = left.filter(state=State.HANDOVER)
    unclear = handed.filter(is_bulk=True).update(state=State.UNKNOWN, settled_at=now)
    again = handed.filter(is_bulk=False).update(state=State.QUEUED, due_at=now)
    return unclear + again + left.filter(state=State.CLAIMED).update(state=State.QUEUED)


def _send_all(mails: Sequence[OutgoingMail], owner: str, way: Transport) -> bool:
    """Send these one by one; whether the server was there for all of them."""
    blocked = blocked_among([mail.to_address for mail in mails])
    for place, mail in enumerate(mails):
        if mail.to_address.lower() in blocked:
            settle(mail, State.FAILED, error="blocked address")
            continue
        try:
            way.send(mail, handing_over=partial(_hand_over, mail, owner))
        except Unreachable as trouble:
            _give_back(mails[place:], owner, str(trouble))
            return False
        except Refused as refused:
            _refused(mail, refused)
        except Unclear as unclear:
            _unclear(mail, unclear)
        except Withdrawn:
            continue
        else:
            settle(mail, State.SENT)
    return True


class Withdrawn(Exception):
    """The mail is no longer in our hands."""


def _hand_over(mail: OutgoingMail, owner: str) -> None:
    """Write the mark after which the mail may have been sent. Raises `Withdrawn` where it is no longer ours."""
    ours = OutgoingMail.objects.filter(pk=mail.pk, claimed_by=owner, state=State.CLAIMED)
    attempts = mail.attempts + 1
    if not ours.update(state=State.HANDOVER, claimed_at=timezone.now(), attempts=attempts):
        raise Withdrawn
    mail.state, mail.attempts = State.HANDOVER, attempts


def _refused(mail: OutgoingMail, refused: Refused) -> None:
    """A server that says "never" is believed; one that says "later" is asked again, less and less often."""
    attempts = mail.attempts if mail.state == State.HANDOVER else mail.attempts + 1
    if refused.is_final or attempts > len(PAUSES):
        settle(mail, State.FAILED, error=str(refused))
    else:
        _later(mail, attempts, str(refused))


def _unclear(mail: OutgoingMail, unclear: Unclear) -> None:
    if mail.is_bulk or mail.attempts > len(PAUSES):
        settle(mail, State.UNKNOWN, error=str(unclear))
    else:
        _later(mail, mail.attempts, str(unclear))


def _later(mail: OutgoingMail, attempts: int, error: str) -> None:
    due = timezone.now() + dt.timedelta(minutes=PAUSES[max(0, attempts - 1)])
    OutgoingMail.objects.filter(pk=mail.pk, state__in=(State.CLAIMED, State.HANDOVER)).update(
        state=State.QUEUED, attempts=attempts, due_at=due, error=error[:500]
    )


def _give_back(mails: Sequence[OutgoingMail], owner: str, error: str) -> None:
    """The server takes nothing: nobody's attempt is counted, and all is tried again in a minute."""
    ours = OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails], claimed_by=owner)
    again = {
        "state": State.QUEUED,
        "due_at": timezone.now() + dt.timedelta(minutes=1),
        "error": error[:500],
    }
    ours.filter(state=State.HANDOVER).update(attempts=F("attempts") - 1, **again)
    ours.filter(state=State.CLAIMED).update(**again)
