"""What `kairos doctor` says of mailboxes."""

from collections.abc import Iterator

from django.db.models import Sum
from django.utils import timezone

from kairos.core.operation.doctor import CHECKS, OK, WARN, Check, Finding
from kairos.mail.models import Mailbox


@CHECKS.register()
class MailboxesAreRead(Check):
    """Each mailbox can be read, was read lately, and misses nothing."""

    def findings(self) -> Iterator[Finding]:
        found = Mailbox.objects.read_now().select_related("state").annotate(missing=Sum("folders__missing"))
        for mailbox in found.order_by("pk"):
            subject = f"mailbox {mailbox.pk}"
            if mailbox.state.trouble:
                yield Finding(WARN, subject, f"{mailbox.name}: {mailbox.state.get_trouble_display()}")
            elif mailbox.missing:
                yield Finding(WARN, subject, f"{mailbox.name}: {mailbox.missing} mails are missing here")
            elif mailbox.state.is_late(timezone.now()):
                yield Finding(WARN, subject, f"{mailbox.name}: not read to the end for two hours")
            else:
                yield Finding(OK, subject, f"{mailbox.name}: read, nothing is missing")
