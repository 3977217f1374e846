from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.core.history.parts import part_of
from kairos.core.models import MoneyField, Record, RecordQuerySet
from kairos.crm.models import Product
from kairos.sales.models.quotation import Quotation
from kairos.sales.models.tax import Tax


class LineKind(models.TextChoices):
    ITEM = "item", pgettext_lazy("line", "Item")
    SECTION = "section", pgettext_lazy("line", "Section")
    NOTE = "note", pgettext_lazy("line", "Note")


class QuotationLineQuerySet(RecordQuerySet):
    """Who sees a quotation sees its lines."""

    def visible_to(self, user: Any) -> Self:
        seen = Quotation.objects.visible_to(user).active()
        return super().visible_to(user).filter(quotation__in=seen.values("pk"))


@part_of("quotation")
class QuotationLine(Record):
    """One line of a quotation: something at a price, the heading of those that follow, or a note.

    `amount` follows from the rest. The price of a product comes from the price list (`listed_price`) and follows the
    quantity until somebody types one of their own. An optional line is offered beside the others and is in no total.
    """

    quotation = models.ForeignKey(Quotation, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(_("Order"), default=0)
    kind = models.CharField(_("Kind"), max_length=7, choices=LineKind.choices, default=LineKind.ITEM)
    product = models.ForeignKey(
        Product,
        verbose_name=_("Product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quotation_lines",
    )
    description = models.CharField(_("Description"), max_length=500, blank=True, default="")
    quantity = models.DecimalField(_("Quantity"), max_digits=12, decimal_places=3, default=1)
    unit_price = MoneyField(_("Unit price"), default=0)
    is_own_price = models.BooleanField(_("Own price"), default=False)
    listed_price = MoneyField(_("Price by the list"), null=True, blank=True, editable=False)
    discount_percent = models.DecimalField(
        _("Discount in percent"), max_digits=5, decimal_places=2, default=0
    )
    taxes = models.ManyToManyField(Tax, verbose_name=_("Taxes"), blank=True, related_name="lines")
    is_optional = models.BooleanField(_("Optional"), default=False)
    amount = MoneyField(_("Amount"), default=0, editable=False)

    following: ClassVar[frozenset[str]] = frozenset({"amount"})

    objects: ClassVar[Any] = QuotationLineQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Line of a quotation")
        verbose_name_plural = _("Lines of quotations")
        constraints = (
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(discount_percent__gte=Decimal(0), discount_percent__lte=Decimal(100)),
                name="sales_line_discount_percent",
            ),
        )

    def __str__(self) -> str:
        return self.description

    @property
    def currency(self) -> str:
        """That of its quotation, which has to be at hand."""
        return self.quotation.currency

    @property
    def is_counted(self) -> bool:
        """Whether it is in the totals."""
        return self.kind == LineKind.ITEM and not self.is_optional
