"""What the line editor sends, read as the fields of a line read it."""

from collections.abc import Mapping, Sequence
from typing import Any

from kairos.core.fields import derive
from kairos.sales.models import QuotationLine

TYPED = ("description", "quantity", "unit_price", "discount_percent", "is_optional", "is_own_price")
NEW = ("kind", "product", *TYPED)


def values_of(data: Mapping[str, str], *, by: Any, names: Sequence[str] = TYPED) -> dict[str, Any]:
    """The values of those fields that were sent. Raises `ValidationError`."""
    fields = {name: derive(QuotationLine._meta.get_field(name)) for name in names if name in data}
    found = {name: field.parse(data[name].replace("\x00", ""), user=by) for name, field in fields.items()}
    return {name: 0 if value is None and name != "product" else value for name, value in found.items()}
