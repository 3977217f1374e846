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
    error = f"{bounce.status} returned"
    sent = OutgoingMail.objects.filter(pk=mail.pk, state__in=(State.SENT, State.UNKNOWN, State.HANDOVER))
    if bounce.is_final and sent.update(state=State.FAILED, error=error, settled_at=timezone.now()):
        mail.state, mail.error = State.FAILED, error
        tell_the_sender(mail)
        _block(bounce)
    return True


def _block(bounce: Bounce) -> None:
    values = {"address": bounce.address, "reason": Suppression.Reason.BOUNCED, "note": bounce.status}
    try:
        block_address(values=values, by=None)
    except BlockedAlready:
        return
