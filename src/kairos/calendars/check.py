"""What `kairos doctor` says of calendar accounts."""

from collections.abc import Iterator

from django.utils import timezone

from kairos.calendars.models import CalendarAccount
from kairos.core.operation.doctor import CHECKS, OK, WARN, Check, Finding


@CHECKS.register()
class CalendarsAreInStep(Check):
    """Each calendar account can be used, and was looked at lately."""

    def findings(self) -> Iterator[Finding]:
        for account in CalendarAccount.objects.synced_now().select_related("state").order_by("pk"):
            subject = f"calendar account {account.pk}"
            if account.state.trouble:
                yield Finding(WARN, subject, f"{account.name}: {account.state.get_trouble_display()}")
            elif account.state.is_late(timezone.now()):
                yield Finding(WARN, subject, f"{account.name}: not looked at for two hours")
            else:
                yield Finding(OK, subject, f"{account.name}: in step")
