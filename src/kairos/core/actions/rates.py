"""What currencies are worth, as people or banks say it."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kairos.core.actions.records import create_record
from kairos.core.fields import format as shown
from kairos.core.history import ActionRefused
from kairos.core.models import CurrencyRate


class RateRefused(ActionRefused):
    message = _("There is a rate of %(currency)s in %(base)s for %(day)s already, or it is none.")


def create_rate(
    *, values: Mapping[str, Any], by: Any, model: type[CurrencyRate] = CurrencyRate, at: Any = None
) -> CurrencyRate:
    """A new rate; what is not said to be in another currency is in that of the house. Raises `RateRefused`."""
    from kairos.core.rates import house_currency

    full = {**values, "base": values.get("base") or house_currency()}
    try:
        with transaction.atomic():
            return create_record(model=CurrencyRate, values=full, by=by, at=at)
    except IntegrityError as error:
        day = shown.date(full.get("on"))
        raise RateRefused(currency=full["currency"], base=full["base"], day=day) from error
