"""For whom which prices hold."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.accounts.models import Team
from kairos.contacts.models import Contact
from kairos.core.history.parts import part_of
from kairos.core.models import MoneyField, Record, RecordQuerySet
from kairos.crm.models import Product, ProductCategory


class PriceRuleQuerySet(RecordQuerySet):
    """A formula may start from what things cost the house, so rules are for those who lead."""

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user) if getattr(user, "is_leader", False) else self.none()


class PriceList(Record):
    """Prices in one currency, for the customers it names, else for its teams, else for everybody, within its time."""

    name = models.CharField(_("Name"), max_length=80)
    currency = models.CharField(_("Currency"), max_length=3)
    customers = models.ManyToManyField(
        Contact, verbose_name=_("Customers"), blank=True, related_name="price_lists"
    )
    teams = models.ManyToManyField(Team, verbose_name=_("Teams"), blank=True, related_name="price_lists")
    starts_on = models.DateField(_("Starts on"), null=True, blank=True)
    ends_on = models.DateField(_("Ends on"), null=True, blank=True)
    position = models.PositiveIntegerField(_("Order"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("Price list")
        verbose_name_plural = _("Price lists")

    def __str__(self) -> str:
        return self.name

    def holds_on(self, day: dt.date) -> bool:
        """Whether the day lies within its time, both ends included."""
        return (self.starts_on is None or self.starts_on <= day) and (
            self.ends_on is None or day <= self.ends_on
        )


@part_of("price_list")
class PriceRule(Record):
    """What the products it is about cost by its list: a price, a percentage off, or a formula.

    A formula takes the list price or the cost, less the percentage (a negative one is a surplus), rounds to multiples
    of `round_to`, and adds the surcharge. Which rule counts when several fit: see `sales.pricing`.
    """

    class Kind(models.TextChoices):
        FIXED = "fixed", pgettext_lazy("price", "Fixed price")
        PERCENT = "percent", pgettext_lazy("price", "Percentage off")
        FORMULA = "formula", pgettext_lazy("price", "Formula")

    class Base(models.TextChoices):
        LIST_PRICE = "list_price", _("List price")
        COST = "cost", pgettext_lazy("product", "Cost")

    price_list = models.ForeignKey(
        PriceList, verbose_name=_("Price list"), on_delete=models.PROTECT, related_name="rules"
    )
    name = models.CharField(_("Name"), max_length=80, blank=True, default="")
    product = models.ForeignKey(
        Product,
        verbose_name=_("Product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="price_rules",
    )
    category = models.ForeignKey(
        ProductCategory,
        verbose_name=_("Category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="price_rules",
    )
    minimum_quantity = models.DecimalField(
        _("From a quantity of"), max_digits=12, decimal_places=3, default=0, blank=True
    )
    starts_on = models.DateField(_("Starts on"), null=True, blank=True)
    ends_on = models.DateField(_("Ends on"), null=True, blank=True)
    kind = models.CharField(_("Kind"), max_length=7, choices=Kind.choices, default=Kind.PERCENT)
    price = MoneyField(pgettext_lazy("rule", "Fixed price"), null=True, blank=True)
    percent = models.DecimalField(_("Percent off"), max_digits=6, decimal_places=2, default=0, blank=True)
    base = models.CharField(
        _("Formula starts from"), max_length=10, choices=Base.choices, default=Base.LIST_PRICE, blank=True
    )
    round_to = MoneyField(_("Rounded to multiples of"), null=True, blank=True)
    surcharge = MoneyField(_("Surcharge"), null=True, blank=True)

    objects: ClassVar[Any] = PriceRuleQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Price rule")
        verbose_name_plural = _("Price rules")

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())


class SalesSettings(models.Model):
    """The one row that says how the house sells."""

    class Rounding(models.TextChoices):
        DOCUMENT = "document", _("Once for each tax of a quotation")
        LINE = "line", _("On every line")

    rounding = models.CharField(
        _("Taxes are rounded"), max_length=8, choices=Rounding.choices, default=Rounding.DOCUMENT
    )
    valid_days = models.PositiveSmallIntegerField(_("Quotations are valid for so many days"), default=30)

    discount_limit = models.DecimalField(
        _("Discounts above so many percent need an approval"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
    )

    margin_limit = models.DecimalField(
        _("Margins below so many percent need an approval"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
    )

    untracked: ClassVar[frozenset[str]] = frozenset({"id"})

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="sales_settings_single"),)

    def __str__(self) -> str:
        return str(self.pk)
