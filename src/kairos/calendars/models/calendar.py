from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kairos.calendars.models.account import CalendarAccount


class Use(models.TextChoices):
    """What is taken in from a calendar."""

    NOTHING = "nothing", _("Nothing")
    BUSY = "busy", _("When I am busy")
    MEETINGS = "meetings", _("Its events, as meetings of mine")


class RemoteCalendar(models.Model):
    """One calendar of an account, as its server names it, and how far it is known.

    `token` is what the server tells changes from (RFC 6578), `tag` what it shows as changed where it cannot do that;
    both are "" where everything is to be compared. A person writes to at most one calendar.
    """

    account = models.ForeignKey(CalendarAccount, on_delete=models.CASCADE, related_name="calendars")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    url = models.CharField(max_length=700)
    name = models.CharField(max_length=200)
    use = models.CharField(max_length=8, choices=Use.choices, default=Use.NOTHING)
    is_written = models.BooleanField(default=False)
    is_gone = models.BooleanField(default=False)
    token = models.CharField(max_length=1000, blank=True, default="")
    tag = models.CharField(max_length=300, blank=True, default="")
    on_server = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "url"], name="calendars_calendar_once"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(is_written=True), name="calendars_one_is_written"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_used(self) -> bool:
        return self.is_written or self.use != Use.NOTHING
