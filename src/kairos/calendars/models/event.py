import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.calendars.models.calendar import RemoteCalendar


class Outcome(models.TextChoices):
    """What became of an event."""

    MEETING = "meeting", _("A meeting here")
    BUSY = "busy", _("A busy time")
    LEFT = "left", _("Left alone")
    FAILED = "failed", _("Failed")


class Failure(models.TextChoices):
    """Why an event cannot be taken in or written, in the words of people."""

    UNREADABLE = "unreadable", _("It is not written as calendars write events.")
    NO_EVENT = "no_event", _("There is no event in it.")
    NO_NAME = "no_name", _("It has no UID, by which calendars know an event.")
    NO_START = "no_start", _("It does not say when it begins.")
    BACKWARDS = "backwards", _("It ends before it begins.")
    ZONE = "zone", _("It is in a time zone that nobody knows.")
    ABSURD = "absurd", _("Its times are out of every calendar.")
    REPEATS = "repeats", _("It repeats in a way that is not read here.")
    LARGE = "large", _("It is too large.")
    TWICE = "twice", _("Another event of the calendar has the same UID.")
    NOT_GIVEN = "not_given", _("The server names it, but does not give it.")
    REFUSED = "refused", _("The server refuses it.")
    CHANGED = "changed", _("The change from the server is not possible here.")
    HERE = "here", _("Something broke on our side. The log says more.")


class RemoteEvent(models.Model):
    """What is known of one event of a calendar: by `uid` it is there once, whatever happens.

    `etag` is the version on the server that was last looked at, `here` and `there` what each side said then: a side
    has changed when it says something else now. Of an event that failed `raw` keeps the text, and `etag` is "" while it
    is to be looked at again. `activity_number` is that of the meeting it stands for, which may have been deleted, or
    `series_number` that of the series, of which `here` and `there` say the rule and each time that differs from it;
    `is_born_there` where the server had it first.
    """

    calendar = models.ForeignKey(
        RemoteCalendar, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    href = models.CharField(max_length=700)
    uid = models.CharField(max_length=255, null=True)  # noqa: DJ001 - what has none is not the same as another
    etag = models.CharField(max_length=300, blank=True, default="")
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    activity_number = models.BigIntegerField(null=True, db_index=True)
    series_number = models.BigIntegerField(null=True, db_index=True)
    is_born_there = models.BooleanField(default=False)
    here = models.JSONField(default=dict)
    there = models.JSONField(default=dict)
    failure = models.CharField(max_length=10, choices=Failure.choices, blank=True, default="")
    failure_said = models.CharField(max_length=300, blank=True, default="")
    raw = models.TextField(blank=True, default="")
    looked_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["calendar", "href"], name="calendars_event_once"),
            models.UniqueConstraint(fields=["calendar", "uid"], name="calendars_event_by_uid_once"),
        )
        indexes = (models.Index(fields=["calendar", "outcome"], name="calendars_event_outcome"),)

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.uid or self.href}"


class BusyTime(models.Model):
    """When somebody is busy by a calendar elsewhere: one row for each time that an event takes place.

    `first_on` and `last_on` are set for whole days and then `starts_at` and `ends_at` are the owner's midnights.
    """

    event = models.ForeignKey(RemoteEvent, on_delete=models.CASCADE, related_name="times")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    title = models.CharField(max_length=200, blank=True, default="")
    place = models.CharField(max_length=200, blank=True, default="")
    is_free = models.BooleanField(default=False)

    objects: ClassVar[Any] = models.Manager()
    # So far back and ahead events are looked at.
    BACK: ClassVar[dt.timedelta] = dt.timedelta(days=30)
    AHEAD: ClassVar[dt.timedelta] = dt.timedelta(days=400)

    class Meta:
        indexes = (models.Index(fields=["owner", "ends_at", "starts_at"], name="calendars_busy_owner"),)

    def __str__(self) -> str:
        return f"{self.owner_id} {self.starts_at:%F %R}"
