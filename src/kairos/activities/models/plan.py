from django.db import models
from django.utils.translation import gettext_lazy as _

from kairos.activities.models.activity_type import ActivityType
from kairos.core.history.parts import part_of
from kairos.core.models import Record


class Assigned(models.TextChoices):
    """Who is to do a step of a plan."""

    LAUNCHER = "launcher", _("Whoever launches the plan")
    OWNER = "owner", _("Whose the record is")
    ASKED = "asked", _("Asked when it is launched")


class ActivityPlan(Record):
    """Several activities around a day, planned at once: what is always done when a deal is won."""

    name = models.CharField(_("Name"), max_length=120)
    position = models.PositiveIntegerField(_("Order"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("Activity plan")
        verbose_name_plural = _("Activity plans")

    def __str__(self) -> str:
        return self.name


@part_of("plan")
class PlanStep(Record):
    """One activity of a plan, so many days after the chosen day, or before it where `days` is negative."""

    plan = models.ForeignKey(
        ActivityPlan, verbose_name=_("Activity plan"), on_delete=models.PROTECT, related_name="steps"
    )
    type = models.ForeignKey(ActivityType, verbose_name=_("Type"), on_delete=models.PROTECT, related_name="+")
    summary = models.CharField(_("Summary"), max_length=200, blank=True, default="")
    days = models.SmallIntegerField(_("Days after the chosen day"), default=0)
    assigned = models.CharField(
        _("Done by"), max_length=8, choices=Assigned.choices, default=Assigned.LAUNCHER
    )

    class Meta(Record.Meta):
        verbose_name = _("Plan step")
        verbose_name_plural = _("Plan steps")

    def __str__(self) -> str:
        return self.summary or str(self.type)
