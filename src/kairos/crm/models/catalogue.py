"""The short lists an opportunity refers to: where it came from, what it is about, why it was lost."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kairos.core.models import MoneyField, Record


class LostReason(Record):
    """Why deals are lost, in words worth counting."""

    name = models.CharField(_("Name"), max_length=80)

    class Meta(Record.Meta):
        verbose_name = _("Lost reason")
        verbose_name_plural = _("Lost reasons")

    def __str__(self) -> str:
        return self.name


class Source(Record):
    """Where a deal came from: a fair, a search engine, a partner."""

    name = models.CharField(_("Name"), max_length=80)

    class Meta(Record.Meta):
        verbose_name = _("Source")
        verbose_name_plural = _("Sources")

    def __str__(self) -> str:
        return self.name


class Product(Record):
    """What a deal is about, with its list price."""

    name = models.CharField(_("Name"), max_length=120)
    series = models.CharField(_("Series"), max_length=80, blank=True, default="")
    list_price = MoneyField(_("List price"), null=True, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, blank=True, default="")

    class Meta(Record.Meta):
        verbose_name = _("Product")
        verbose_name_plural = _("Products")

    def __str__(self) -> str:
        return self.name
