from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team
from kairos.core.models import Record


class ScoreTable(models.Model):
    """What the closed deals of a team, or of all (no team), have taught: how often each value was won and lost.

    `counts` is {factor: {value: [won, lost]}} over the lessons that count. `mark` is another one after each change.
    `trial` is what came of trying the score on the past, `trust` how far reasons are believed (see `crm.scoring`).
    """

    team = models.OneToOneField(Team, null=True, on_delete=models.CASCADE, related_name="score_table")
    trained_at = models.DateTimeField(null=True)
    mark = models.CharField(max_length=32, default="")
    won = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    counts: Any = models.JSONField(default=dict)
    trust = models.FloatField(default=1.0)
    trial: Any = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(Coalesce("team", 0), name="crm_score_table_one_without_team"),)

    def __str__(self) -> str:
        return f"{self.team_id}: {self.won} won, {self.lost} lost"


class ScoreLesson(models.Model):
    """What one closed deal teaches: the values it had before it closed, and what became of it.

    It follows from the deal and its history alone, so it has no history of its own. `said` is the probability that
    stood there before closing, by a person where `is_manual`; `predicted` what a score trained on earlier deals says.
    """

    deal_id = models.BigIntegerField(primary_key=True)
    team_id = models.BigIntegerField(null=True)
    is_won = models.BooleanField()
    was_lead = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField()
    values: Any = models.JSONField(default=dict)
    said = models.PositiveSmallIntegerField()
    is_manual = models.BooleanField(default=False)
    predicted = models.FloatField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["closed_at", "deal_id"], name="crm_score_lesson_in_order"),
            models.Index(
                fields=["closed_at"], condition=models.Q(is_manual=True), name="crm_score_lesson_by_hand"
            ),
        )

    def __str__(self) -> str:
        return f"{self.deal_id}: {'won' if self.is_won else 'lost'}"


class ScoreSettings(Record):
    """By what the house scores: the fields that count, since when, and how often a value must have been seen."""

    factors: Any = models.JSONField(_("Fields that count"), default=list)
    starts_on = models.DateField(_("Only deals opened since"), null=True, blank=True)
    least = models.PositiveSmallIntegerField(_("Values count from so many closed deals"), default=3)
    least_tags = models.PositiveSmallIntegerField(_("Tags count from so many closed deals"), default=10)

    class Meta(Record.Meta):
        verbose_name = _("Scoring")

    def __str__(self) -> str:
        return str(_("Scoring"))


class ScoreRun(models.Model):
    """The last time the house learned from its closed deals and scored its open ones, or how far it is."""

    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    only: ClassVar[int] = 1

    def __str__(self) -> str:
        return f"{self.done} of {self.total}"
