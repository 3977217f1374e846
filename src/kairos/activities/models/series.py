import datetime as dt
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from kairos.accounts.time_zones import zone_named
from kairos.activities.models.activity import new_uid
from kairos.activities.recurrence import Rule
from kairos.core.history.attached import attached
from kairos.core.models import Record, RecordQuerySet


class SeriesQuerySet(RecordQuerySet):
    def to_extend(self, before: dt.date) -> Self:
        """Those with a time before this day that is not in the calendar yet."""
        return self.active().filter(next_on__lt=before)


@attached
class Series(Record):
    """What comes again by a rule; each time of it is an activity, named by the day on which the rule puts it.

    `rule` is an RRULE in whole days, counted from `starts_on`, the first day, in `zone`; there each time begins at the
    hour `starts_time`, whatever the clocks do, and takes `minutes`; without an hour it is of the day. Activities stand
    for the days before `next_on`, which is the first that is not in the calendar yet: None when all are.
    """

    rule = models.CharField(max_length=300)
    zone = models.CharField(max_length=64)
    starts_on = models.DateField()
    starts_time = models.TimeField(null=True, blank=True)
    minutes = models.PositiveIntegerField(default=0)
    next_on = models.DateField(null=True, blank=True)
    uid = models.CharField(max_length=255, unique=True, default=new_uid, editable=False)
    record_type = models.CharField(max_length=40, blank=True, default="", editable=False)
    record_id = models.BigIntegerField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = SeriesQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Series")
        verbose_name_plural = _("Series")
        indexes = (
            models.Index(fields=["next_on"], name="activities_series_next"),
            models.Index(fields=["record_type", "record_id"], name="activities_series_of_record"),
        )

    def __str__(self) -> str:
        return self.rule

    def days(self) -> Any:
        """Its days by the rule, in order; may be without end."""
        return Rule.read(self.rule).days(self.starts_on)

    def pattern(self) -> Any:
        """What the next one is made like: the last that has nothing of its own; None where nothing is left."""
        return self.occurrences.order_by(Case(When(own_fields="", then=0), default=1), "-occurs_on").first()

    def tzinfo(self) -> ZoneInfo:
        return zone_named(self.zone) or ZoneInfo("UTC")

    def times_on(self, day: dt.date) -> dict[str, Any]:
        """When the time of this day is: `due_on`, `starts_at`, `ends_at`, as an activity has them."""
        if self.starts_time is None:
            return {"due_on": day, "starts_at": None, "ends_at": None}
        start = dt.datetime.combine(day, self.starts_time, tzinfo=self.tzinfo()).astimezone(dt.UTC)
        return {
            "due_on": day,
            "starts_at": start,
            "ends_at": start + dt.timedelta(minutes=self.minutes),
        }
