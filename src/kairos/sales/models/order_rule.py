from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.accounts.models import Team
from kairos.core.history.parts import part_of
from kairos.core.models import Record


class RevenueFollows(models.TextChoices):
    """What the expected revenue of a team's open deals is taken from."""

    NOTHING = "nothing", pgettext_lazy("revenue", "Nothing: people say it")
    HIGHEST = "highest", pgettext_lazy("revenue", "The highest quotation")
    ORDERED = "ordered", pgettext_lazy("revenue", "What was ordered")


@part_of("team")
class OrderRule(Record):
    """What quotations and orders do to the deals of a team, and what its quotations may give; else, as in the house."""

    team = models.OneToOneField(
        Team, verbose_name=_("Team"), on_delete=models.PROTECT, related_name="order_rule"
    )
    wins_deal = models.BooleanField(_("An order wins the deal"), default=False)
    revenue_follows = models.CharField(
        _("Expected revenue follows"),
        max_length=7,
        choices=RevenueFollows.choices,
        default=RevenueFollows.NOTHING,
    )

    discount_limit = models.DecimalField(
        _("Discounts above so many percent need an approval"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: as in the whole house."),
    )
    margin_limit = models.DecimalField(
        _("Margins below so many percent need an approval"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: as in the whole house."),
    )

    class Meta(Record.Meta):
        verbose_name = _("Rule for orders")
        verbose_name_plural = _("Rules for orders")

    def __str__(self) -> str:
        return str(self.team)
