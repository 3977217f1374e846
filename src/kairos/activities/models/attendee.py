import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.activities.models.activity import Activity
from kairos.contacts.models import Contact
from kairos.core.history.parts import part_of
from kairos.core.models import Record, RecordQuerySet


class Answer(models.TextChoices):
    """What somebody who was asked to come has said."""

    WAITING = "waiting", pgettext_lazy("invitation", "No answer yet")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "Comes")
    TENTATIVE = "tentative", pgettext_lazy("invitation", "Perhaps")
    DECLINED = "declined", pgettext_lazy("invitation", "Does not come")


class AttendeeQuerySet(RecordQuerySet):
    def coming(self) -> Self:
        """Those who have not said no."""
        return self.exclude(answer=Answer.DECLINED)


@part_of("activity")
class Attendee(Record):
    """Somebody who is asked to come to a meeting beside its organiser: a colleague, a contact, or an e-mail address.

    `name` and `email` are as they were when somebody was invited; of a colleague the address stays empty. `stamped_at`
    is when the last answer that came by mail was written: an older one that comes later counts for nothing.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="attendees")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Colleague"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attendances",
    )
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("Contact"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attendances",
    )
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=200, blank=True, default="")
    email = models.CharField(_("E-mail"), max_length=254, blank=True, default="")
    answer = models.CharField(_("Answer"), max_length=9, choices=Answer.choices, default=Answer.WAITING)
    answered_at = models.DateTimeField(_("Answered at"), null=True, blank=True)
    stamped_at = models.DateTimeField(null=True, blank=True, editable=False)

    untracked: ClassVar[frozenset[str]] = Record.untracked | {"stamped_at"}
    objects: ClassVar[Any] = AttendeeQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Attendee")
        verbose_name_plural = _("Attendees")
        constraints = (
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["activity", "user"],
                condition=Q(user__isnull=False),
                name="activities_attendee_colleague_once",
            ),
            models.UniqueConstraint(
                fields=["activity", "email"], condition=~Q(email=""), name="activities_attendee_address_once"
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_outside(self) -> bool:
        """Whether this is nobody of the house."""
        return self.user_id is None

    def also_to(self, activity: Activity) -> "Attendee":
        """The same person with the same answer, asked to another time of what repeats; not stored yet."""
        kept = ("user_id", "contact_id", "name", "email", "answer", "answered_at")
        return Attendee(activity=activity, **{name: getattr(self, name) for name in kept})

    def answered_before(self, moment: dt.datetime) -> bool:
        """Whether nothing newer than this has come by mail."""
        return self.stamped_at is None or self.stamped_at <= moment
