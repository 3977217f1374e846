from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kairos.crm.models.catalogue import Campaign, Medium, Source
from kairos.crm.models.opportunity import Channel, Opportunity


class Touch(models.Model):
    """One time a customer came to us: when, by which channel, what brought them. First and last are on the deal."""

    opportunity = models.ForeignKey(
        Opportunity, verbose_name=_("Opportunity"), on_delete=models.CASCADE, related_name="touches"
    )
    at = models.DateTimeField(_("At"))
    channel = models.CharField(_("Channel"), max_length=8, choices=Channel.choices)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    medium = models.ForeignKey(Medium, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    url = models.CharField(_("Page"), max_length=500, blank=True, default="")
    referrer = models.CharField(_("Referrer"), max_length=500, blank=True, default="")

    # Named as records do, so that what came with a change is undone with it.
    untracked: ClassVar[frozenset[str]] = frozenset({"id"})

    class Meta:
        verbose_name = _("Touch")
        indexes = (models.Index(fields=["opportunity", "at"], name="crm_touch_of_deal"),)

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%Y-%m-%d}"
