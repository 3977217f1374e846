import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from kairos.core.connections import pause_after


class ConnectionState(models.Model):
    """How it goes with a server that somebody has connected, and the password under the house's key.

    It is there once the connection is, beside the record, so that neither ever enters the history. Who inherits adds
    the record and `trouble`, a choice of what can be wrong.
    """

    secret = models.TextField()
    next_check_at = models.DateTimeField(default=timezone.now, db_index=True)
    checked_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    trouble_said = models.CharField(max_length=300, blank=True, default="")

    LATE: ClassVar[dt.timedelta] = dt.timedelta(hours=2)
    IN_ORDER: ClassVar[dict[str, Any]] = {"failures": 0, "trouble": "", "trouble_said": ""}
    trouble: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.trouble or "in order"

    def is_late(self, now: dt.datetime) -> bool:
        """Whether its turn was long ago and nobody has looked to the end since: no worker runs, or it is stuck."""
        return self.next_check_at < now - self.LATE

    def after_failure(self, trouble: str, said: str, now: dt.datetime) -> dict[str, Any]:
        """What it comes to be with one more failure."""
        failures = self.failures + 1
        return {
            "failures": failures,
            "next_check_at": now + pause_after(failures),
            "trouble": trouble,
            "trouble_said": said,
        }
