from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from kairos.core.models import Record
from kairos.sales.reckoning import Levy


class Tax(Record):
    """A share of what is sold that goes to the state.

    Those of a line are taken by `position`; a compound one is also levied on those before it. New lines bear
    the usual ones. Whoever reads Chinese reads `name_chinese` where there is one.
    """

    name = models.CharField(_("Name"), max_length=80)
    name_chinese = models.CharField(_("Name in Chinese"), max_length=80, blank=True, default="")
    percent = models.DecimalField(_("Percent"), max_digits=6, decimal_places=3)
    is_included = models.BooleanField(_("Included in prices"), default=False)
    is_compound = models.BooleanField(_("Also on the taxes before it"), default=False)
    is_usual = models.BooleanField(_("Usual on new lines"), default=False)
    position = models.PositiveIntegerField(_("Order"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("Tax")
        verbose_name_plural = _("Taxes")
        constraints = (
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(percent__gte=Decimal(0), percent__lte=Decimal(100)),
                name="sales_tax_percent",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def levy(self) -> Levy:
        return Levy(self.pk, self.percent, self.is_included, self.is_compound)
