"""What the line editor sends, read as the fields of a line read it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from kairos.core.fields import derive
from kairos.sales.models import QuotationLine

TYPED = ("description", "quantity", "unit_price", "discount_percent", "is_optional", "is_own_price")
NEW = ("kind", "product", *TYPED)


def values_of(
    data: Mapping[str, str],
    *,
    by: Any,
    names: Sequence[str] = TYPED,
    model: type[models.Model] = QuotationLine,
) -> dict[str, Any]:
    """The values of those fields that were sent. Raises `ValidationError`."""
    return {name: _read(model, name, data[name], by) for name in names if name in data}


def was_of(
    data: Mapping[str, str], values: Mapping[str, Any], *, by: Any, model: type[models.Model] = QuotationLine
) -> dict[str, Any]:
    """What stood in the one field that was sent when it was read, if the form says so. Raises `ValidationError`."""
    if "was" not in data or len(values) != 1:
        return {}
    return {name: _read(model, name, data["was"], by) for name in values}


def _read(model: type[models.Model], name: str, text: str, by: Any) -> Any:
    words = " ".join(text.replace("\x00", "").splitlines())
    value = derive(model._meta.get_field(name)).parse(words, user=by)
    return 0 if value is None and name != "product" else value
