"""Price lists and their rules, as leaders arrange them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.actions.records import create_record, update_record
from kairos.core.history import ActionRefused, change_set
from kairos.sales.models import PriceRule


class MoreThanAll(ActionRefused):
    message = _("At most 100 percent can be taken off.")


def create_rule(
    *, values: Mapping[str, Any], by: Any, model: type[PriceRule] = PriceRule, at: Any = None
) -> PriceRule:
    """A new rule of a list. Raises `MoreThanAll`."""
    check_rule(values)
    return create_record(model=PriceRule, values=values, by=by, at=at)


def update_rule(rule: PriceRule, *, values: Mapping[str, Any], by: Any) -> PriceRule:
    """Change a rule. Raises `MoreThanAll`."""
    check_rule(values)
    return update_record(rule, values=filled(values), by=by)


def update_rules(*, model: type[PriceRule], values_by_id: Mapping[int, Mapping[str, Any]], by: Any) -> int:
    """Change several. Raises `MoreThanAll`."""
    params = {"count": len(values_by_id)}
    with change_set(by=by, summary=_("Changed %(count)s records"), params=params) as changes:
        for values in values_by_id.values():
            check_rule(values)
        return changes.update_many(model, {pk: filled(values) for pk, values in values_by_id.items()})


def check_rule(values: Mapping[str, Any]) -> None:
    """Raises `MoreThanAll`."""
    if (values.get("percent") or Decimal(0)) > 100:
        raise MoreThanAll()


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """A number that was emptied is nought."""
    numbers = ("percent", "minimum_quantity")
    return {
        name: Decimal(0) if value is None and name in numbers else value for name, value in values.items()
    }
