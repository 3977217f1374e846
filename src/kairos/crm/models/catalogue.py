"""The short lists an opportunity refers to: where it came from, who else sells, why it was lost."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kairos.core.models import MoneyField, Record


class LostReason(Record):
    """Why deals are lost, in words worth counting."""

    class Loses(models.TextChoices):
        BOTH = "both", _("Leads and opportunities")
        LEADS = "lead", _("Leads")
        OPPORTUNITIES = "opportunity", _("Opportunities")

    name = models.CharField(_("Name"), max_length=80)
    group = models.CharField(_("Group"), max_length=80, blank=True, default="")
    loses = models.CharField(_("For"), max_length=11, choices=Loses.choices, default=Loses.BOTH)

    class Meta(Record.Meta):
        verbose_name = _("Lost reason")
        verbose_name_plural = _("Lost reasons")

    def __str__(self) -> str:
        return self.name


class Source(Record):
    """Where a deal came from: a fair, a search engine, a partner."""

    name = models.CharField(_("Name"), max_length=80)

    class Meta(Record.Meta):
        verbose_name = _("Source")
        verbose_name_plural = _("Sources")

    def __str__(self) -> str:
        return self.name


class Medium(Record):
    """By what kind of way somebody came: e-mail, search, a fair."""

    name = models.CharField(_("Name"), max_length=80)

    class Meta(Record.Meta):
        verbose_name = _("Medium")
        verbose_name_plural = _("Media")

    def __str__(self) -> str:
        return self.name


class Campaign(Record):
    """One effort to win interest, over a time, for a sum."""

    name = models.CharField(_("Name"), max_length=80)
    starts_on = models.DateField(_("Starts on"), null=True, blank=True)
    ends_on = models.DateField(_("Ends on"), null=True, blank=True)
    cost = MoneyField(_("Cost"), null=True, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, blank=True, default="")

    class Meta(Record.Meta):
        verbose_name = _("Campaign")
        verbose_name_plural = _("Campaigns")

    def __str__(self) -> str:
        return self.name


class Competitor(Record):
    """Who else sells what we sell."""

    name = models.CharField(_("Name"), max_length=120)
    website = models.URLField(_("Website"), max_length=300, blank=True, default="")
    notes = models.TextField(_("Notes"), blank=True, default="")

    class Meta(Record.Meta):
        verbose_name = _("Competitor")
        verbose_name_plural = _("Competitors")

    def __str__(self) -> str:
        return self.name


class RecurringPlan(Record):
    """How often a recurring amount is paid: every so many months."""

    name = models.CharField(_("Name"), max_length=80)
    months = models.PositiveSmallIntegerField(_("Months"), default=1)

    class Meta(Record.Meta):
        verbose_name = _("Recurring plan")
        verbose_name_plural = _("Recurring plans")
        constraints = (
            *Record.Meta.constraints,
            models.CheckConstraint(condition=models.Q(months__gte=1), name="crm_recurring_plan_months"),
        )

    def __str__(self) -> str:
        return self.name
