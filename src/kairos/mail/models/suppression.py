"""Addresses that get no mail."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kairos.core.models import Record


class Suppression(Record):
    """An address that gets nothing any more, and why. It holds from the moment it is written, also for what waits."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("Mail came back")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        COMPLAINED = "complained", _("Complained")
        BY_HAND = "by_hand", _("Entered by hand")

    address = models.EmailField(_("Address"), max_length=254)
    reason = models.CharField(_("Reason"), max_length=12, choices=Reason.choices, default=Reason.BY_HAND)
    note = models.CharField(_("Note"), max_length=300, blank=True, default="")

    class Meta(Record.Meta):
        constraints = (
            *Record.Meta.constraints,
            models.UniqueConstraint(
                Lower("address"), condition=models.Q(archived_at=None), name="mail_blocked_once"
            ),
        )
        verbose_name = _("Blocked address")
        verbose_name_plural = _("Blocked addresses")

    def __str__(self) -> str:
        return self.address
