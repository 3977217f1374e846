"""A mail that came in."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Came(models.TextChoices):
    """What became of it. Whatever it is, the mail itself is kept as it came."""

    NEW = "new", _("Not looked at yet")
    TAKEN = "taken", _("Taken")
    UNCLAIMED = "unclaimed", _("Unclaimed")
    IGNORED = "ignored", _("Ignored")
    QUARANTINED = "quarantined", _("In quarantine")


class IncomingMail(models.Model):
    """One mail as it came, under the digest of its bytes: the same mail twice is one.

    `text` is what was written, without what it answers. `about_type` and `about_id` name the record it was taken to.
    `is_own` is what one of us wrote in another program, found in the folder of their letters.
    """

    digest = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    received_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=260, blank=True, default="", db_index=True)
    from_address = models.CharField(max_length=254, blank=True, default="")
    from_name = models.CharField(max_length=200, blank=True, default="")
    subject = models.CharField(max_length=500, blank=True, default="")
    text = models.TextField(blank=True, default="")
    state = models.CharField(_("State"), max_length=11, choices=Came.choices, default=Came.NEW)
    reason = models.CharField(max_length=300, blank=True, default="")
    is_own = models.BooleanField(default=False)
    about_type = models.CharField(max_length=40, blank=True, default="")
    about_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("Incoming mail")
        verbose_name_plural = _("Incoming mails")
        indexes = (
            models.Index(fields=["state", "-id"], name="mail_came_state"),
            models.Index(fields=["about_type", "about_id", "id"], name="mail_came_about"),
        )

    def __str__(self) -> str:
        return self.subject or self.from_address
