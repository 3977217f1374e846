from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from kairos.core.models.record import Record


class CurrencyRate(Record):
    """What one unit of a currency is worth in another (`base`), from a day on until the next rate."""

    currency = models.CharField(_("Currency"), max_length=3)
    base = models.CharField(_("In"), max_length=3, blank=True, default="")
    on = models.DateField(_("From"))
    rate = models.DecimalField(_("Rate"), max_digits=20, decimal_places=10)

    class Meta(Record.Meta):
        verbose_name = _("Exchange rate")
        verbose_name_plural = _("Exchange rates")
        constraints = (
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["currency", "base", "on"], name="core_rate_once_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=Decimal(0)), name="core_rate_positive"),
            models.CheckConstraint(
                condition=~models.Q(currency=models.F("base")), name="core_rate_of_another"
            ),
        )

    def __str__(self) -> str:
        return f"{self.currency}/{self.base} {self.on}"
