"""How the house sells, for every part of sales that needs to know."""

from kairos.sales.models import SalesSettings


def house() -> SalesSettings:
    """The stored settings, or one with the usual ones while nobody has changed any."""
    return SalesSettings.objects.filter(pk=1).first() or SalesSettings(pk=1)
