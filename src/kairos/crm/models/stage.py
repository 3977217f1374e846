from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.accounts.models import Team
from kairos.core.models import Record, RecordQuerySet


class StageQuerySet(RecordQuerySet):
    def for_team(self, team: Team | None, kind: str = "opportunity") -> Self:
        """The stages this team works by, in order: its own, or the shared ones; those of its leads by `kind`."""
        own = team is not None and team.has_own_stages
        return self.filter(team=team if own else None, kind=kind).order_by("position", "pk")

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user)


class Kind(models.TextChoices):
    """What a record of the pipeline is: a first sign of interest, or a deal that may come true."""

    LEAD = "lead", _("Lead")
    OPPORTUNITY = "opportunity", _("Opportunity")


class Forecast(models.TextChoices):
    """How surely a deal is counted on, in the forecast."""

    COMMIT = "commit", _("Commit")
    BEST_CASE = "best_case", _("Best case")
    PIPELINE = "pipeline", _("Pipeline")
    OMITTED = "omitted", pgettext_lazy("forecast", "Left out")


class Stage(Record):
    """A step of a selling process. Without a team it is shared by every team that has no stages of its own.

    Leads have stages of their own (`kind`); `forecast` is what a deal in this stage counts as unless it says otherwise.
    """

    name = models.CharField(_("Name"), max_length=80)
    team = models.ForeignKey(
        Team, verbose_name=_("Team"), null=True, blank=True, on_delete=models.PROTECT, related_name="stages"
    )
    kind = models.CharField(_("For"), max_length=11, choices=Kind.choices, default=Kind.OPPORTUNITY)
    forecast = models.CharField(
        _("Forecast"), max_length=9, choices=Forecast.choices, default=Forecast.PIPELINE
    )
    position = models.PositiveIntegerField(_("Order"), default=0)
    probability = models.PositiveSmallIntegerField(_("Probability"), default=10)
    is_won = models.BooleanField(_("Won stage"), default=False)
    is_folded = models.BooleanField(_("Folded on the board"), default=False)
    requirements = models.TextField(_("Requirements"), blank=True, default="")
    stale_after_days = models.PositiveSmallIntegerField(_("Days until stale"), null=True, blank=True)

    objects: ClassVar[Any] = StageQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Stage")
        verbose_name_plural = _("Stages")
        constraints = (
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(probability__lte=100), name="crm_stage_probability_percent"),
            models.CheckConstraint(
                condition=Q(is_won=False) | Q(probability=100), name="crm_stage_won_is_certain"
            ),
            models.CheckConstraint(
                condition=~Q(kind="lead") | Q(is_won=False), name="crm_stage_lead_is_never_won"
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(is_won=True, archived_at=None, team__isnull=False),
                name="crm_stage_one_won_per_team",
            ),
            models.UniqueConstraint(
                fields=["is_won"],
                condition=Q(is_won=True, archived_at=None, team__isnull=True),
                name="crm_stage_one_won_shared",
            ),
        )

    def __str__(self) -> str:
        return self.name
