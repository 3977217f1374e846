from collections.abc import Mapping
from typing import Any

from kairos.accounts.workspace import default_currency
from kairos.core.actions.records import create_record
from kairos.crm.models import Product


def create_product(
    *, values: Mapping[str, Any], by: Any, model: type[Product] = Product, at: Any = None
) -> Product:
    """A new product; its price is in the workspace's currency unless another is named."""
    return create_record(
        model=Product,
        values={**values, "currency": values.get("currency") or default_currency()},
        by=by,
        at=at,
    )
