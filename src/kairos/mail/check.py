"""What `kairos doctor` says of mail on its way out."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone

from kairos.core.operation.doctor import CHECKS, OK, WARN, Check, Finding
from kairos.mail.models import OutgoingMail, State
from kairos.mail.transport import Unreachable
from kairos.mail.way import SMTP, chosen_way, is_free, opened

PATIENCE = dt.timedelta(minutes=30)


@CHECKS.register()
class MailLeaves(Check):
    """There is a way out, its password can be read, and nothing waits longer than it should."""

    def findings(self) -> Iterator[Finding]:
        yield _way()
        late = OutgoingMail.objects.filter(
            state=State.QUEUED, attempts=0, due_at__lt=timezone.now() + PATIENCE
        )
        stuck = late.filter(created_at__lt=timezone.now() - PATIENCE).exclude(error="").order_by("pk").first()
        if stuck is not None:
            yield Finding(WARN, "outbox", f"mail waits: {stuck.error}")


def _way() -> Finding:
    way = chosen_way()
    if way is not None:
        try:
            opened(way.secret)
        except Unreachable as trouble:
            return Finding(WARN, "mail", f"{way}: {trouble}")
        return Finding(OK, "mail", f"leaves through {way}, as {way.sender}")
    if is_free():
        return Finding(
            WARN, "mail", "leaves for nowhere: choose a way under Settings, Outbox, or set KAIROS_MAIL_URL"
        )
    if settings.EMAIL_BACKEND == SMTP:
        return Finding(OK, "mail", f"leaves through {settings.EMAIL_HOST}, by KAIROS_MAIL_URL")
    return Finding(OK, "mail", "is written to files or the console, by KAIROS_MAIL_URL")
