"""How the house sells, for every part of sales that needs to know."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models

from kairos.core.prepared import prepared
from kairos.sales.models import OrderRule, SalesSettings


@dataclass(frozen=True, slots=True)
class Limits:
    """What needs an approval: discounts above `discount`, margins below `margin`, in percent; None: nothing does."""

    discount: Decimal | None
    margin: Decimal | None


def house() -> SalesSettings:
    """The stored settings, or one with the usual ones while nobody has changed any."""
    return next(iter(_stored()), None) or SalesSettings(pk=1)


@prepared
def _stored() -> models.QuerySet[SalesSettings]:
    return SalesSettings.objects.filter(pk=1)


def limits_for(team_id: int | None) -> Limits:
    """Those of the team, and where it says nothing those of the house."""
    usual = house()
    own = OrderRule.objects.active().filter(team=team_id).first() or OrderRule()
    return Limits(
        usual.discount_limit if own.discount_limit is None else own.discount_limit,
        usual.margin_limit if own.margin_limit is None else own.margin_limit,
    )
