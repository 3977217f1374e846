from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.accounts.models import OwnedQuerySet, Team
from kairos.contacts.models import Contact
from kairos.core.models import CustomisableRecord, MoneyField, Tag
from kairos.crm.models.catalogue import (
    Campaign,
    Competitor,
    LostReason,
    Medium,
    RecurringPlan,
    Source,
)
from kairos.crm.models.product import Product
from kairos.crm.models.stage import Forecast, Kind, Stage


class Channel(models.TextChoices):
    """By which door a lead came in."""

    HAND = "hand", _("By hand")
    IMPORT = "import", _("Import")
    MAIL = "mail", _("E-mail")
    FORM = "form", _("Web form")
    CHAT = "chat", _("Live chat")
    CAMPAIGN = "campaign", _("Campaign")
    RULE = "rule", _("Rule")
    API = "api", _("API")


class Quality(models.TextChoices):
    """Whether an e-mail address or a phone number can be one."""

    EMPTY = "empty", _("None")
    CORRECT = "correct", _("Correct")
    INCORRECT = "incorrect", _("Not valid")


class Status(models.TextChoices):
    OPEN = "open", pgettext_lazy("deal", "Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class OpportunityQuerySet(OwnedQuerySet):
    """Deals and leads, and their tally; `visible_to` is what the reach of one's role gives, and what is shared."""

    def open(self) -> Self:
        return self.filter(status=Status.OPEN)

    def won(self) -> Self:
        return self.filter(status=Status.WON)

    def lost(self) -> Self:
        return self.filter(status=Status.LOST)

    def for_team(self, team: Team | None) -> Self:
        return self.filter(team=team)


class OpportunityManager(models.Manager.from_queryset(OpportunityQuerySet)):  # type: ignore[misc]
    """Opportunities only; `Opportunity.with_leads` has all, `Lead.objects` the others."""

    kind = Kind.OPPORTUNITY

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(kind=self.kind)


class LeadManager(OpportunityManager):
    kind = Kind.LEAD


class Opportunity(CustomisableRecord):
    """A deal that may come true: with whom, for how much, how likely, and how far it is.

    `probability` (0-100) follows the stage or the score, as the team has chosen, until a person sets it
    (`is_probability_manual`); `score` is what the deals that have closed say of this one. Won and lost are a status
    with a date of its own; a lost deal stays in the stage it was lost in and is not archived.

    A lead is the same record before it is one (`kind`, see `Lead`), so that converting it keeps all that was said.
    `unanswered_since` is when we first wrote after the customer was last heard, as long as nothing came since.
    `source`, `medium` and `campaign` are the first touch, the `last_` ones the latest (see `Touch`).
    `contact_name` to `tax_id` are what is known of a customer that is not linked yet.
    """

    kind = models.CharField(
        _("Kind"), max_length=11, choices=Kind.choices, default=Kind.OPPORTUNITY, editable=False
    )
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
    competitor = models.ForeignKey(
        Competitor,
        verbose_name=_("Competitor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
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
    score = models.FloatField(_("Score"), null=True, blank=True, editable=False)
    recurring_revenue = MoneyField(_("Recurring revenue"), default=0)
    recurring_plan = models.ForeignKey(
        RecurringPlan,
        verbose_name=_("Recurring plan"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    mrr = MoneyField(_("MRR"), default=0, editable=False)
    weighted_mrr = models.GeneratedField(
        verbose_name=_("Weighted MRR"),
        expression=F("mrr") * F("probability") / 100,
        output_field=MoneyField(),
        db_persist=True,
    )
    expected_closing = models.DateField(_("Expected closing"), null=True, blank=True)
    closing_slips = models.PositiveSmallIntegerField(_("Times put off"), default=0, editable=False)
    forecast = models.CharField(_("Forecast"), max_length=9, choices=Forecast.choices, blank=True, default="")
    next_step = models.CharField(_("Next step"), max_length=200, blank=True, default="", editable=False)
    next_step_on = models.DateField(_("Next step on"), null=True, blank=True, editable=False)
    last_customer_event_at = models.DateTimeField(
        _("Last heard from the customer"), null=True, blank=True, editable=False
    )
    unanswered_since = models.DateTimeField(
        _("Waiting for an answer since"), null=True, blank=True, editable=False
    )
    assigned_at = models.DateTimeField(_("Assigned at"), null=True, blank=True, editable=False)
    converted_at = models.DateTimeField(_("Converted at"), null=True, blank=True, editable=False)
    priority = models.PositiveSmallIntegerField(_("Priority"), default=0)
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    medium = models.ForeignKey(
        Medium,
        verbose_name=_("Medium"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("Campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    last_source = models.ForeignKey(
        Source,
        verbose_name=_("Last source"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    last_medium = models.ForeignKey(
        Medium,
        verbose_name=_("Last medium"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    last_campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("Last campaign"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    channel = models.CharField(
        _("Channel"), max_length=8, choices=Channel.choices, default=Channel.HAND, editable=False
    )
    referred_by = models.CharField(_("Referred by"), max_length=120, blank=True, default="")
    contact_name = models.CharField(_("Contact name"), max_length=200, blank=True, default="")
    company_name = models.CharField(_("Company name"), max_length=200, blank=True, default="")
    job_title = models.CharField(_("Job title"), max_length=120, blank=True, default="")
    email = models.CharField(_("E-mail"), max_length=254, blank=True, default="")
    phone = models.CharField(_("Phone"), max_length=40, blank=True, default="")
    website = models.URLField(_("Website"), max_length=300, blank=True, default="")
    street = models.CharField(_("Street"), max_length=200, blank=True, default="")
    city = models.CharField(_("City"), max_length=100, blank=True, default="")
    region = models.CharField(_("Region"), max_length=100, blank=True, default="")
    postcode = models.CharField(_("Postcode"), max_length=20, blank=True, default="")
    country = models.CharField(_("Country"), max_length=2, blank=True, default="")
    language = models.CharField(_("Language"), max_length=10, blank=True, default="")
    tax_id = models.CharField(_("Tax ID"), max_length=40, blank=True, default="")
    email_quality = models.CharField(
        _("E-mail quality"), max_length=9, choices=Quality.choices, default=Quality.EMPTY, editable=False
    )
    phone_quality = models.CharField(
        _("Phone quality"), max_length=9, choices=Quality.choices, default=Quality.EMPTY, editable=False
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
    shared_with = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Shared with"),
        related_name="shared_opportunities",
        blank=True,
    )
    description = models.TextField(_("Description"), blank=True, default="")

    # The score follows from what is known; the history keeps the probability that people saw.
    untracked: ClassVar[frozenset[str]] = CustomisableRecord.untracked | {"score"}

    objects: ClassVar[Any] = OpportunityManager()
    with_leads: ClassVar[Any] = OpportunityQuerySet.as_manager()

    class Meta(CustomisableRecord.Meta):
        verbose_name = _("Opportunity")
        verbose_name_plural = _("Opportunities")
        constraints = (
            *CustomisableRecord.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(kind="lead") | ~Q(status="won"), name="crm_opportunity_lead_is_never_won"
            ),
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
            models.Index("kind", F("priority").desc(), F("id").desc(), name="crm_opportunity_list"),
            models.Index(
                fields=[
                    "kind",
                    "stage",
                    "status",
                    "archived_at",
                    "currency",
                    "expected_revenue",
                    "weighted_revenue",
                ],
                name="crm_opportunity_totals",
            ),
            models.Index(fields=["salesperson", "status", "stage", "kind"], name="crm_opportunity_mine"),
            models.Index(fields=["team", "status", "stage", "kind"], name="crm_opportunity_team"),
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

    def once_heard(self, at: datetime) -> dict[str, datetime | None]:
        """What is different once the customer was heard at this moment: nothing, where it was later already."""
        if self.last_customer_event_at is not None and self.last_customer_event_at >= at:
            return {}
        waits = self.unanswered_since is not None and self.unanswered_since <= at
        return {"last_customer_event_at": at} | ({"unanswered_since": None} if waits else {})

    def is_stale(self, *, now: datetime) -> bool:
        """True when nothing was heard from the customer for longer than the stage allows, and nothing is planned."""
        limit = self.stage.stale_after_days
        if not self.is_open or limit is None:
            return False
        if self.next_step_on is not None and self.next_step_on >= timezone.localdate(now):
            return False
        heard = max(filter(None, (self.stage_entered_at, self.last_customer_event_at)))
        return now - heard > timedelta(days=limit)


class Lead(Opportunity):
    """A first sign of interest, before somebody has looked whether there is a deal in it.

    It is a record of the opportunities' table: converting changes its `kind`, and all that hangs on it stays.
    A lead that leads nowhere is discarded: lost, with a reason.
    """

    objects: ClassVar[Any] = LeadManager()

    class Meta:
        proxy = True
        verbose_name = _("Lead")
        verbose_name_plural = _("Leads")
