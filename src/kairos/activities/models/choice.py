import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def workdays() -> list[int]:
    return [0, 1, 2, 3, 4]


class CalendarChoice(models.Model):
    """When a person works, by their own clock, and how they want to hear of meetings; who has none gets the defaults.

    `days` are those of the week, Monday being 0. `remind_minutes` is None for never.
    """

    class Remind(models.IntegerChoices):
        FIVE = 5, _("5 minutes before")
        QUARTER = 15, _("15 minutes before")
        HALF = 30, _("30 minutes before")
        HOUR = 60, _("An hour before")
        DAY = 1440, _("A day before")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_choice"
    )
    days = models.JSONField(default=workdays)
    starts = models.TimeField(default=dt.time(9))
    ends = models.TimeField(default=dt.time(18))
    remind_minutes = models.PositiveSmallIntegerField(null=True, default=Remind.QUARTER)
    is_reminded_by_mail = models.BooleanField(default=False)
    is_invited_by_mail = models.BooleanField(default=False)

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return str(self.user_id)

    def is_work(self, start: dt.datetime, end: dt.datetime) -> bool:
        """Whether all of it, given by the person's own clock, is within one day's working hours."""
        if start.date() != end.date() or start.weekday() not in self.days:
            return False
        return self.starts <= start.time() and end.time() <= self.ends


def calendar_choices(people: Any) -> dict[int, CalendarChoice]:
    """What each of these people chose, or the defaults, not stored; one query."""
    given = list(people)
    found = {one.user_id: one for one in CalendarChoice.objects.filter(user__in=[one.pk for one in given])}
    return {one.pk: found.get(one.pk) or CalendarChoice(user=one) for one in given}


class Reminder(models.Model):
    """That somebody was reminded of an activity at this hour: at another hour they are reminded again."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    activity_number = models.BigIntegerField()
    starts_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "activity_number", "starts_at"], name="activities_reminder_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.activity_number}"
