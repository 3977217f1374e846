"""Taxes, as administrators and leaders arrange them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.actions.records import create_record, update_record
from kairos.core.history import ActionRefused, change_set
from kairos.sales.models import Tax


class NotAPercentage(ActionRefused):
    message = _("A tax is from 0 to 100 percent.")


def create_tax(*, values: Mapping[str, Any], by: Any, model: type[Tax] = Tax, at: Any = None) -> Tax:
    """A new tax. Raises `NotAPercentage`."""
    _check(values)
    return create_record(model=Tax, values=values, by=by, at=at)


def update_tax(tax: Tax, *, values: Mapping[str, Any], by: Any) -> Tax:
    """Change a tax. Raises `NotAPercentage`."""
    _check(values)
    return update_record(tax, values=values, by=by)


def update_taxes(*, model: type[Tax], values_by_id: Mapping[int, Mapping[str, Any]], by: Any) -> int:
    """Change several. Raises `NotAPercentage`."""
    params = {"count": len(values_by_id)}
    with change_set(by=by, summary=_("Changed %(count)s records"), params=params) as changes:
        for values in values_by_id.values():
            _check(values)
        return changes.update_many(model, values_by_id)


def _check(values: Mapping[str, Any]) -> None:
    percent = values.get("percent")
    if percent is not None and not 0 <= Decimal(percent) <= 100:
        raise NotAPercentage()
