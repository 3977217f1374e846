from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.accounts.models import Role, Team
from kairos.contacts.models import Contact
from kairos.core.models import MoneyField, Record, RecordQuerySet, Tag
from kairos.crm.models.catalogue import LostReason, Product, Source
from kairos.crm.models.stage import Stage


class Status(models.TextChoices):
    OPEN = "open", pgettext_lazy("deal", "Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class OpportunityQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Own deals; with the wider roles those of one's teams, or all. Deals nobody has are their team's to take."""
        visible = super().visible_to(user)
        if not user.is_authenticated or user.role in (Role.SALES_ALL, Role.ADMINISTRATOR):
            return visible
        if user.role == Role.SALES_OWN:
            return visible.filter(Q(salesperson=user) | Q(salesperson=None, team__in=user.team_ids()))
        mine = Q(salesperson=user) | Q(team__in=user.team_ids())
        if user.role == Role.LEADER:
            mine |= Q(salesperson__manager=user)
        return visible.filter(mine)

    def open(self) -> Self:
        return self.filter(status=Status.OPEN)

    def won(self) -> Self:
        return self.filter(status=Status.WON)

    def lost(self) -> Self:
        return self.filter(status=Status.LOST)

    def for_team(self, team: Team | None) -> Self:
        return self.filter(team=team)


class Opportunity(Record):
    """A deal that may come true: with whom, for how much, how likely, and how far it is.

    `probability` (0-100) follows the stage until a person sets it (`is_probability_manual`). Won and lost are a status
    with a date of its own; a lost deal stays in the stage it was lost in and is not archived.
    """

    title = models.CharField(_("Title"), max_length=200)
    organisation = models.ForeignKey(
        Contact,
        verbose_name=_("Organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    person = models.ForeignKey(
        Contact,
        verbose_name=pgettext_lazy("deal", "Person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities_as_person",
    )
    salesperson = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Salesperson"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
        db_index=False,
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("Team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
        db_index=False,
    )
    stage = models.ForeignKey(
        Stage, verbose_name=_("Stage"), on_delete=models.PROTECT, related_name="opportunities", db_index=False
    )
    stage_entered_at = models.DateTimeField(_("In this stage since"), default=timezone.now, editable=False)
    status = models.CharField(_("Status"), max_length=4, choices=Status.choices, default=Status.OPEN)
    closed_at = models.DateTimeField(_("Closed at"), null=True, blank=True)
    lost_reason = models.ForeignKey(
        LostReason,
        verbose_name=_("Lost reason"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    lost_note = models.TextField(_("What happened"), blank=True, default="")
    expected_revenue = MoneyField(_("Expected revenue"), default=0)
    currency = models.CharField(_("Currency"), max_length=3)
    probability = models.PositiveSmallIntegerField(_("Probability"), default=10)
    is_probability_manual = models.BooleanField(_("Probability set by hand"), default=False)
    weighted_revenue = models.GeneratedField(
        verbose_name=_("Weighted revenue"),
        expression=F("expected_revenue") * F("probability") / 100,
        output_field=MoneyField(),
        db_persist=True,
    )
    expected_closing = models.DateField(_("Expected closing"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("Priority"), default=0)
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    product = models.ForeignKey(
        Product,
        verbose_name=_("Product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("Tags"), related_name="opportunities", blank=True)
    description = models.TextField(_("Description"), blank=True, default="")

    objects: ClassVar[Any] = OpportunityQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Opportunity")
        verbose_name_plural = _("Opportunities")
        constraints = (
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(probability__lte=100), name="crm_opportunity_probability_percent"
            ),
            models.CheckConstraint(condition=Q(priority__lte=3), name="crm_opportunity_priority_known"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None) | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="crm_opportunity_closed_has_date",
            ),
        )
        indexes = (
            models.Index(
                F("stage"), F("status"), F("priority").desc(), F("id").desc(), name="crm_opportunity_board"
            ),
            models.Index(F("priority").desc(), F("id").desc(), name="crm_opportunity_list"),
            models.Index(
                fields=["stage", "status", "archived_at", "currency", "expected_revenue", "weighted_revenue"],
                name="crm_opportunity_totals",
            ),
            models.Index(fields=["salesperson", "status", "stage"], name="crm_opportunity_mine"),
            models.Index(fields=["team", "status", "stage"], name="crm_opportunity_team"),
            models.Index(fields=["expected_closing", "id"], name="crm_opportunity_closing"),
            models.Index(fields=["closed_at", "id"], name="crm_opportunity_closed"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status == Status.OPEN

    def days_in_stage(self, *, now: datetime) -> int:
        return max(0, (now - self.stage_entered_at).days)

    def is_stale(self, *, now: datetime) -> bool:
        """True when an open deal has stood in its stage longer than the stage allows."""
        limit = self.stage.stale_after_days
        return self.is_open and limit is not None and now - self.stage_entered_at > timedelta(days=limit)
