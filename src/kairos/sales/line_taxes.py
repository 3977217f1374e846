"""The taxes that new lines bear: those of their product, or the usual ones."""

from collections.abc import Sequence

from django.db import models

from kairos.core.prepared import prepared
from kairos.crm.models import Product
from kairos.sales.models import ProductTaxes, Tax


def taxes_of(product: Product | None) -> list[Tax]:
    """Those of a line of this product, or of one in own words."""
    return taxes_by_product([product] if product else [])[product.pk if product else None]


def taxes_by_product(products: Sequence[Product]) -> dict[int | None, list[Tax]]:
    """The same for many, by the number of the product; the usual ones by None. Two queries."""
    active = _active()
    by_id = {tax.pk: tax for tax in active}
    usual = [tax for tax in active if tax.is_usual]
    own: dict[int, list[Tax]] = {}
    through = ProductTaxes.taxes.through.objects.filter(producttaxes__product__in=list(products))
    for product, tax in through.values_list("producttaxes__product", "tax"):
        if tax in by_id:
            own.setdefault(product, []).append(by_id[tax])
    return {None: usual, **{one.pk: own.get(one.pk) or usual for one in products}}


@prepared
def _active() -> models.QuerySet[Tax]:
    return Tax.objects.active()
