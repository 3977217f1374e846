"""Mail of ours that came back."""

from django.utils import timezone

from kairos.mail.actions.blocking import BlockedAlready, block_address
from kairos.mail.incoming.parsing import Bounce
from kairos.mail.models import OutgoingMail, State, Suppression
from kairos.mail.settling import tell_the_sender


def note_bounce(bounce: Bounce) -> bool:
    """Mark the mail that came back, and block an address that does not exist; whether it was one of ours.

    Only a mail that names the identity of one of ours is believed: nobody else can know it, so nobody can have
    addresses blocked by forging this.
    """
    mail = OutgoingMail.objects.filter(message_id=bounce.message_id or "-").first()
    if mail is None or mail.to_address.lower() != bounce.address:
        return False
    if bounce.is_final and came_back(mail, error=f"{bounce.status} returned"):
        block(bounce.address, Suppression.Reason.BOUNCED, bounce.status)
    return True


def came_back(mail: OutgoingMail, *, error: str) -> bool:
    """What was sent did not arrive, and whoever wrote it hears of it; whether that is news."""
    sent = OutgoingMail.objects.filter(pk=mail.pk, state__in=(State.SENT, State.UNKNOWN, State.HANDOVER))
    if not sent.update(state=State.FAILED, error=error[:500], settled_at=timezone.now()):
        return False
    mail.state, mail.error = State.FAILED, error[:500]
    tell_the_sender(mail)
    return True


def block(address: str, reason: Suppression.Reason, note: str) -> None:
    """An address gets nothing any more; one that is blocked already stays as it is."""
    try:
        block_address(values={"address": address, "reason": reason, "note": note[:300]}, by=None)
    except BlockedAlready:
        return
