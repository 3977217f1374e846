from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Reach, Team
from kairos.accounts.sight import sight_of
from kairos.core.models import MoneyField, Record, RecordQuerySet


class ProbabilityMode(models.TextChoices):
    """What a deal's probability comes from, unless a person has set it."""

    STAGE = "stage", _("The stage")
    SCORE = "score", _("The predictive score")
    HAND = "hand", _("Only by hand")


class AssignmentMode(models.TextChoices):
    """When leads nobody has are given to people."""

    MANUAL = "manual", _("When somebody asks for it")
    SCHEDULED = "scheduled", _("At set times")
    IMMEDIATE = "immediate", _("As soon as they come")


class TeamProcess(Record):
    """How a team sells: with leads before the pipeline or without, how likely deals are, who gets what comes in.

    `condition` says which leads are the team's (a condition on leads, JSON; empty takes none by rule). What is written
    to `mail_address` becomes a lead of the team.
    """

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="process")
    uses_leads = models.BooleanField(_("Qualifies leads first"), default=False)
    probability_mode = models.CharField(
        _("Probability from"), max_length=5, choices=ProbabilityMode.choices, default=ProbabilityMode.STAGE
    )
    assignment_mode = models.CharField(
        _("Assigns"), max_length=9, choices=AssignmentMode.choices, default=AssignmentMode.MANUAL
    )
    assignment_hours = models.PositiveSmallIntegerField(_("Every so many hours"), default=24)
    condition = models.JSONField(_("Takes leads that are"), null=True, blank=True, default=None)
    mail_address = models.EmailField(_("Address for leads"), blank=True, default="")

    class Meta(Record.Meta):
        verbose_name = _("Selling process")
        verbose_name_plural = _("Selling processes")
        constraints = (
            *Record.Meta.constraints,
            models.UniqueConstraint(
                Lower("mail_address"), condition=~Q(mail_address=""), name="crm_process_mail_address_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.team)


class MemberRule(Record):
    """What a member of a team takes: how many leads in 30 days, which, in what languages and countries.

    `condition` must hold; `preferred` leads come to this member first. Both are conditions on leads (JSON).
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="member_rules")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="member_rules")
    capacity = models.PositiveSmallIntegerField(_("Leads in 30 days"), default=30)
    condition = models.JSONField(_("Takes leads that are"), null=True, blank=True, default=None)
    preferred = models.JSONField(_("First of all those that are"), null=True, blank=True, default=None)
    languages = models.JSONField(_("Languages"), default=list, blank=True)
    countries = models.JSONField(_("Countries"), default=list, blank=True)
    is_paused = models.BooleanField(_("Paused"), default=False)

    class Meta(Record.Meta):
        verbose_name = _("Member's share")
        verbose_name_plural = _("Members' shares")
        constraints = (
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["team", "user"], name="crm_member_rule_once"),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"


class AssignmentRun(models.Model):
    """One time leads were given out: for which team, by whom or by which clock, and what became of the queue."""

    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="assignment_runs")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    mode = models.CharField(max_length=9, choices=AssignmentMode.choices)
    assigned = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    report: Any = models.JSONField(default=dict)

    untracked: ClassVar[frozenset[str]] = frozenset({"id"})

    class Meta:
        indexes = (models.Index(fields=["team", "at"], name="crm_assignment_run_of_team"),)

    def __str__(self) -> str:
        return f"{self.mode} {self.at:%Y-%m-%d %H:%M}"


class Assignment(models.Model):
    """One line of the fairness ledger: who got which lead, when, and why it was their turn.

    Without a person it came to the team; without a run somebody gave it by hand. `seen_at` is when the person first
    opened it. See `crm.assignment.reasons` for the shape of `reason`.
    """

    run = models.ForeignKey(AssignmentRun, null=True, on_delete=models.SET_NULL, related_name="assignments")
    opportunity = models.ForeignKey("crm.Opportunity", on_delete=models.CASCADE, related_name="assignments")
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="assignments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="assignments"
    )
    at = models.DateTimeField()
    reason: Any = models.JSONField(default=dict)
    seen_at = models.DateTimeField(null=True)

    untracked: ClassVar[frozenset[str]] = frozenset({"id", "seen_at"})

    class Meta:
        indexes = (
            models.Index(fields=["team", "user", "at"], name="crm_assignment_ledger"),
            models.Index(
                fields=["user", "at"], condition=models.Q(seen_at=None), name="crm_assignment_unseen"
            ),
        )

    def __str__(self) -> str:
        return f"{self.opportunity_id} to {self.user_id}"


class TargetQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own, those of one's teams; leaders, and who sees all deals, see all."""
        visible = super().visible_to(user)
        if not user.is_authenticated or user.is_leader or sight_of(user).reach == Reach.ALL:
            return visible
        return visible.filter(Q(user=user) | Q(team__in=user.team_ids()))


class Target(Record):
    """What a team or a person is to win in a month, named by its first day."""

    team = models.ForeignKey(
        Team, verbose_name=_("Team"), null=True, blank=True, on_delete=models.CASCADE, related_name="targets"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Salesperson"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="targets",
    )
    month = models.DateField(_("Month"))
    amount = MoneyField(_("Amount"), default=0)
    currency = models.CharField(_("Currency"), max_length=3, blank=True, default="")

    objects: ClassVar[Any] = TargetQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Target")
        verbose_name_plural = _("Targets")
        constraints = (
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(team=None, user__isnull=False) | models.Q(team__isnull=False, user=None),
                name="crm_target_of_team_or_person",
            ),
            models.UniqueConstraint(
                fields=["team", "month"], condition=models.Q(user=None), name="crm_target_team_month"
            ),
            models.UniqueConstraint(
                fields=["user", "month"], condition=models.Q(team=None), name="crm_target_user_month"
            ),
        )

    def __str__(self) -> str:
        return f"{self.team or self.user} {self.month:%Y-%m}"
