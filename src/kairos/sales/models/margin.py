"""What quotations leave after what things cost the house. Derived, kept apart, and in no history: few may see it."""

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.core.models import MoneyField, Record, RecordQuerySet
from kairos.sales.models.line import QuotationLine
from kairos.sales.models.quotation import Quotation

# Below every margin: that of what brings nothing.
LOWEST = Decimal("-99999.99")


class MarginQuerySet(RecordQuerySet):
    """Those who lead see the margins of the quotations they see."""

    def visible_to(self, user: Any) -> Self:
        if not getattr(user, "is_leader", False):
            return self.none()
        return super().visible_to(user).filter(quotation__in=Quotation.objects.visible_to(user).values("pk"))


class Margin(Record):
    """What a quotation leaves: `revenue` without taxes of the lines whose cost is known, less their `cost`.

    `unknown` says how many counted lines were left out. Nothing is kept of a quotation without any known cost.
    """

    quotation = models.OneToOneField(
        Quotation,
        verbose_name=_("Quotation"),
        editable=False,
        on_delete=models.CASCADE,
        related_name="margin_row",
    )
    currency = models.CharField(_("Currency"), max_length=3, editable=False)
    revenue = MoneyField(pgettext_lazy("margin", "Revenue"), editable=False)
    cost = MoneyField(pgettext_lazy("product", "Cost"), editable=False)
    margin = MoneyField(_("Margin"), editable=False)
    margin_percent = models.DecimalField(
        _("Margin in percent"), max_digits=7, decimal_places=2, null=True, editable=False
    )
    unknown = models.PositiveIntegerField(_("Lines without a known cost"), default=0, editable=False)

    untracked: ClassVar[frozenset[str]] = Record.untracked | {
        "quotation",
        "currency",
        "revenue",
        "cost",
        "margin",
        "margin_percent",
        "unknown",
    }

    objects: ClassVar[Any] = MarginQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Margin")
        verbose_name_plural = _("Margins")

    def __str__(self) -> str:
        return str(self.quotation_id)

    @property
    def percent(self) -> Decimal:
        """The margin in percent, for comparing."""
        return LOWEST if self.margin_percent is None else self.margin_percent


class LineCost(models.Model):
    """What one unit of a line's product cost when the line got it, in the currency of its quotation.

    It stays when the line is deleted, so that a line that comes back has the cost of its day.
    """

    line = models.OneToOneField(
        QuotationLine,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="cost_row",
    )
    product_id = models.BigIntegerField()
    cost = MoneyField()

    def __str__(self) -> str:
        return str(self.line_id)


class AskedMargin(models.Model):
    """A margin that was to be approved. The quotation, whose history many may read, knows only the number of this."""

    quotation = models.ForeignKey(Quotation, on_delete=models.CASCADE, related_name="+")
    percent = models.DecimalField(max_digits=7, decimal_places=2)

    def __str__(self) -> str:
        return str(self.pk)
