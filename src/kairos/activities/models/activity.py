import datetime as dt
import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.accounts.models import Team
from kairos.activities.models.activity_type import ActivityType
from kairos.core.history.attached import attached
from kairos.core.models import Record, RecordQuerySet


class Status(models.TextChoices):
    OPEN = "open", pgettext_lazy("activity", "Open")
    DONE = "done", pgettext_lazy("activity", "Done")
    CANCELLED = "cancelled", _("Cancelled")


def new_uid() -> str:
    """What other calendars know an activity by, for ever; nobody can work it out."""
    return str(uuid.uuid4())


class ActivityQuerySet(RecordQuerySet):
    """What somebody is to do, has planned or may see the record of."""

    def visible_to(self, user: Any) -> Self:
        """Those one may work on, and the meetings one is asked to come to."""
        from kairos.activities.models.attendee import Attendee
        from kairos.activities.sight import on_visible_records

        visible = super().visible_to(user)
        if not user.is_authenticated:
            return visible
        invited = Attendee.objects.filter(user=user.pk).values("activity")
        return visible.filter(self._own(user) | Q(pk__in=invited) | on_visible_records(user))

    def workable_by(self, user: Any) -> Self:
        """One's own and those one has planned, those of one's teams' queues, and those on records one sees."""
        from kairos.activities.sight import on_visible_records

        return super().visible_to(user).filter(self._own(user) | on_visible_records(user))

    def mine(self, user: Any) -> Self:
        """What this person is to do, and what waits in the queues of their teams."""
        return self.filter(Q(assignee=user) | Q(assignee=None, team__in=user.team_ids()))

    @staticmethod
    def _own(user: Any) -> Q:
        return Q(assignee=user) | Q(created_by=user) | Q(team__in=user.team_ids())

    def open(self) -> Self:
        return self.filter(status=Status.OPEN)

    def next_of_series(self) -> Self:
        """Of what repeats only the earliest that is open; whatever else there is."""
        earlier = (
            Activity.objects.active()
            .open()
            .filter(series=models.OuterRef("series"), occurs_on__lt=models.OuterRef("occurs_on"))
        )
        return self.exclude(models.Exists(earlier), status=Status.OPEN)

    def of(self, record_type: str, ids: Any) -> Self:
        """Those on these records of one kind, by its stored name."""
        return self.filter(record_type=record_type, record_id__in=ids)


@attached
class Activity(Record):
    """Something to be done until a day, by a person or by whoever of a team takes it, as a rule about a record.

    `due_on` is the day; a meeting, or anything with a set hour, has `starts_at` and `ends_at` too, and then `due_on` is
    the day on which it starts where it was planned. The record is named by kind and number, and its title is kept here
    for lists. What was done stays for ever, with who did it, when, and what came of it. A meeting has a place, a
    description for those who are invited, and attendees; the note stays in the house. Of one that came from another
    calendar (`is_led_elsewhere`) those outside hear from there, and nothing from us.

    What comes again belongs to a `series`: `occurs_on` is the day on which its rule puts this one, wherever it was
    moved since, and `own_fields` names what was changed of it alone, which a change of the others leaves as it is.
    """

    type = models.ForeignKey(
        ActivityType, verbose_name=_("Type"), on_delete=models.PROTECT, related_name="activities"
    )
    summary = models.CharField(_("Summary"), max_length=200, blank=True, default="")
    note = models.TextField(_("Note"), blank=True, default="")
    place = models.CharField(_("Place"), max_length=200, blank=True, default="")
    description = models.TextField(
        _("Description"),
        max_length=4000,
        blank=True,
        default="",
        help_text=_("Everybody who is invited reads it."),
    )
    due_on = models.DateField(_("Due on"))
    starts_at = models.DateTimeField(_("Starts at"), null=True, blank=True)
    ends_at = models.DateTimeField(_("Ends at"), null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Assigned to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="activities",
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("Team queue"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="activities",
    )
    record_type = models.CharField(max_length=40, blank=True, default="", editable=False)
    record_id = models.BigIntegerField(null=True, blank=True, editable=False)
    record_title = models.CharField(_("About"), max_length=200, blank=True, default="", editable=False)
    status = models.CharField(
        _("Status"), max_length=9, choices=Status.choices, default=Status.OPEN, editable=False
    )
    done_at = models.DateTimeField(_("Done at"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Done by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    feedback = models.TextField(_("What came of it"), blank=True, default="")
    uid = models.CharField(max_length=255, unique=True, default=new_uid, editable=False)
    is_led_elsewhere = models.BooleanField(default=False, editable=False)
    series = models.ForeignKey(
        "activities.Series",
        verbose_name=_("Series"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="occurrences",
    )
    occurs_on = models.DateField(null=True, blank=True, editable=False)
    own_fields = models.CharField(max_length=200, blank=True, default="", editable=False)

    # The title follows the record, whose history tells of it.
    untracked: ClassVar[frozenset[str]] = Record.untracked | {"record_title"}

    # What it is about and its record type, where `sight.attach_records` has put them at hand.
    about: Any = None
    about_type: Any = None
    # Its attendees, where `attending.attach_attendees` has put them at hand.
    coming: Any = ()

    objects: ClassVar[Any] = ActivityQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Activity")
        verbose_name_plural = _("Activities")
        constraints = (
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False) | (~Q(status="done") & Q(done_at=None)),
                name="activities_done_has_date",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=models.F("starts_at")),
                name="activities_ends_after_it_starts",
            ),
            models.UniqueConstraint(fields=["series", "occurs_on"], name="activities_once_a_day_of_series"),
        )
        indexes = (
            models.Index(
                fields=["record_type", "record_id", "status", "due_on"], name="activities_of_record"
            ),
            models.Index(fields=["assignee", "status", "due_on"], name="activities_of_person"),
            models.Index(fields=["status", "due_on"], name="activities_due"),
            models.Index(fields=["starts_at"], name="activities_starts"),
        )

    def __str__(self) -> str:
        return self.summary

    @property
    def is_open(self) -> bool:
        return self.status == Status.OPEN

    @property
    def organiser_id(self) -> int | None:
        """Whose meeting it is: who is to hold it, else who has planned it."""
        return self.assignee_id or self.created_by_id

    def day(self) -> dt.date:
        """The day on which it is due for the reader: a set hour may fall on another day where they are."""
        return timezone.localdate(self.starts_at) if self.starts_at else self.due_on

    def last_day(self) -> dt.date:
        """The day after which it is overdue."""
        return timezone.localdate(self.ends_at) if self.ends_at else self.day()
