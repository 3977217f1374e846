import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kairos.discuss.models.notification import Notification

Reason = Notification.Reason


class ByMail(models.TextChoices):
    """Whether a notification comes by e-mail too, and when."""

    NEVER = "never", _("No e-mail")
    AT_ONCE = "at_once", _("At once")
    BUNDLED = "bundled", _("Bundled")


@dataclass(frozen=True, slots=True)
class Way:
    """How one reason reaches a person. What does not come to the inbox comes nowhere."""

    inbox: bool = True
    mail: str = ByMail.NEVER
    push: bool = True


# What is said to somebody is worth a mail where they have not read it; what is only around them is not.
DEFAULTS = {
    Reason.MENTION: Way(mail=ByMail.BUNDLED),
    Reason.REPLY: Way(mail=ByMail.BUNDLED),
    Reason.DIRECT: Way(mail=ByMail.BUNDLED),
    Reason.ANSWER: Way(mail=ByMail.BUNDLED),
    Reason.CONCERN: Way(mail=ByMail.BUNDLED),
    Reason.FOLLOW: Way(push=False),
}


class NoticeChoice(models.Model):
    """How one person wants to hear of things; who has none gets the defaults. Hours are those of the person's zone.

    From `quiet_from` until `quiet_until` nothing is sent; what comes meanwhile waits for the end.
    """

    class Rhythm(models.TextChoices):
        HOURLY = "hourly", _("Every hour")
        DAILY = "daily", _("Each morning")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choice"
    )
    ways = models.JSONField(default=dict)
    rhythm = models.CharField(max_length=6, choices=Rhythm.choices, default=Rhythm.DAILY)
    morning_hour = models.PositiveSmallIntegerField(default=8)
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_until = models.PositiveSmallIntegerField(null=True)

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return str(self.user_id)

    def way(self, reason: str) -> Way:
        given = self.ways.get(reason)
        return Way(**given) if given else DEFAULTS[Reason(reason)]

    def mail_at(self, reason: str, *, now: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
        """When what happened now is due by e-mail, or None for never."""
        by_mail = self.way(reason).mail
        if by_mail == ByMail.NEVER:
            return None
        local = now.astimezone(zone)
        return self._after_quiet(self._next_bundle(local) if by_mail == ByMail.BUNDLED else local)

    def push_at(self, reason: str, *, now: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
        """When what happened now is told to the person's browsers, or None for never."""
        return self._after_quiet(now.astimezone(zone)) if self.way(reason).push else None

    def _next_bundle(self, local: dt.datetime) -> dt.datetime:
        hour = local.replace(minute=0, second=0, microsecond=0)
        if self.rhythm == self.Rhythm.HOURLY:
            return hour + dt.timedelta(hours=1)
        morning = hour.replace(hour=self.morning_hour)
        return morning if morning > local else morning + dt.timedelta(days=1)

    def _after_quiet(self, local: dt.datetime) -> dt.datetime:
        start, end = self.quiet_from, self.quiet_until
        if start is None or end is None or (local.hour - start) % 24 >= (end - start) % 24:
            return local
        ending = local.replace(hour=end, minute=0, second=0, microsecond=0)
        return ending if ending > local else ending + dt.timedelta(days=1)


def choice_of(user: Any) -> NoticeChoice:
    """What this person chose, or the defaults, not stored."""
    found: NoticeChoice | None = getattr(user, "notice_choice", None)
    return found or NoticeChoice(user=user)
