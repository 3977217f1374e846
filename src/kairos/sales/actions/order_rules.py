"""What quotations do to the deals of a team, and what they may give, as leaders arrange it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.actions.records import create_record, update_record, update_records
from kairos.core.history import ActionRefused
from kairos.sales.models import OrderRule

LIMITS = ("discount_limit", "margin_limit")


class NotALimit(ActionRefused):
    message = _("A limit is from 0 to 100 percent.")


def create_order_rule(
    *, values: Mapping[str, Any], by: Any, model: type[OrderRule] = OrderRule, at: Any = None
) -> OrderRule:
    """A rule for a team. Raises `NotALimit`."""
    _check(values)
    return create_record(model=OrderRule, values=values, by=by, at=at)


def update_order_rule(rule: OrderRule, *, values: Mapping[str, Any], by: Any) -> OrderRule:
    """Change a rule. Raises `NotALimit`."""
    _check(values)
    return update_record(rule, values=values, by=by)


def update_order_rules(
    *, model: type[OrderRule], values_by_id: Mapping[int, Mapping[str, Any]], by: Any
) -> int:
    """Change several. Raises `NotALimit`."""
    for values in values_by_id.values():
        _check(values)
    return update_records(model=model, values_by_id=values_by_id, by=by)


def _check(values: Mapping[str, Any]) -> None:
    if any(values.get(name) is not None and not 0 <= values[name] <= 100 for name in LIMITS):
        raise NotALimit()
