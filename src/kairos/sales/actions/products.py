"""What selling keeps of a product: the taxes of its lines, and what it costs. Permission is asked before."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.workspace import default_currency
from kairos.core.history import ActionRefused, change_set
from kairos.crm.models import Product
from kairos.sales.models import ProductCost, ProductTaxes, Tax


class NotACost(ActionRefused):
    message = _("A cost is not below zero.")


def set_taxes(product: Product, *, taxes: Iterable[Tax], by: Any) -> None:
    """As `set_taxes_of`, for one."""
    set_taxes_of([product], taxes=taxes, by=by)


def set_taxes_of(products: Sequence[Product], *, taxes: Iterable[Tax], by: Any) -> int:
    """Let new lines of these products bear these taxes; none means the usual ones again. Returns how many."""
    chosen = list(taxes)
    params = {"count": len(products)}
    with change_set(by=by, summary=_("Set the taxes of %(count)s products"), params=params) as changes:
        for product in products:
            changes.lock(product)
            row = ProductTaxes.objects.filter(product=product).first()
            if row is None and chosen:
                changes.create(ProductTaxes, product=product, taxes=chosen)
            elif row is not None:
                changes.update(row, taxes=chosen)
    return len(products)


def set_cost(product: Product, *, cost: Decimal | None, currency: str = "", by: Any) -> None:
    """What a unit costs from now on, in the workspace's currency unless another is named; None takes it away.

    Raises `NotACost`.
    """
    if cost is not None and cost < 0:
        raise NotACost()
    params = {"record": product}
    with change_set(by=by, summary=_("Set the cost of %(record)s"), params=params) as changes:
        changes.lock(product)
        row = ProductCost.objects.filter(product=product).first()
        values = {"cost": cost, "currency": currency or default_currency()}
        if row is None and cost is not None:
            changes.create(ProductCost, product=product, **values)
        elif row is not None and cost is None:
            changes.delete(row)
        elif row is not None:
            changes.update(row, **values)
