"""What selling needs to know of a product beyond what deals refer to."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.core.history.parts import part_of
from kairos.core.models import MoneyField, Record, RecordQuerySet
from kairos.crm.models import Product
from kairos.sales.models.tax import Tax


@part_of("product")
class ProductTaxes(models.Model):
    """The taxes that new lines of a product bear; without such a row they bear the usual ones."""

    product = models.OneToOneField(Product, on_delete=models.PROTECT, related_name="sold_with")
    taxes = models.ManyToManyField(Tax, verbose_name=_("Taxes"), related_name="sold_products")

    untracked: ClassVar[frozenset[str]] = frozenset({"id"})

    def __str__(self) -> str:
        return str(self.product_id)


class ProductCostQuerySet(RecordQuerySet):
    """What things cost the house is for those who lead."""

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user) if getattr(user, "is_leader", False) else self.none()


class ProductCost(Record):
    """What one unit of a product costs the house; a record of its own, because fewer people may see it."""

    product = models.OneToOneField(
        Product,
        verbose_name=_("Product"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="cost_row",
    )
    cost = MoneyField(pgettext_lazy("product", "Cost"))
    currency = models.CharField(_("Currency"), max_length=3)

    objects: ClassVar[Any] = ProductCostQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Cost of a product")
        verbose_name_plural = _("Costs of products")

    def __str__(self) -> str:
        return str(self.product_id)
