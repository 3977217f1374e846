"""A mail on its way out."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """`handover` is written the moment before the server is given the text: what stays there was perhaps sent."""

    QUEUED = "queued", _("Waiting")
    CLAIMED = "claimed", _("In hand")
    HANDOVER = "handover", _("Being handed over")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Uncertain")
    CANCELLED = "cancelled", _("Cancelled")


class OutgoingQuerySet(models.QuerySet["OutgoingMail"]):
    def due(self, now: dt.datetime) -> Self:
        """What may be sent now, in the order of its turn."""
        return self.filter(state=State.QUEUED, due_at__lte=now).order_by("is_bulk", "due_at", "pk")

    def troubled(self) -> Self:
        """What somebody should look at."""
        return self.filter(state__in=(State.FAILED, State.UNKNOWN))


class OutgoingMail(models.Model):
    """One mail to one address, whole as it is sent.

    A letter (`is_bulk` false) is sent again after a crash, with the same `message_id`, so that a second copy can be
    recognised; one of many is never sent twice. `about_type` and `about_id` name the record it speaks of. `files` are
    what goes along: name, media type and digest of each (see `core.files`). `calendar` is what a calendar program reads
    of it (iCalendar, with its METHOD).
    """

    to_address = models.CharField(max_length=254)
    to_name = models.CharField(max_length=200, blank=True, default="")
    sender = models.CharField(max_length=320)
    reply_to = models.CharField(max_length=320, blank=True, default="")
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    calendar = models.TextField(blank=True, default="")
    headers = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    message_id = models.CharField(max_length=200, unique=True)
    is_bulk = models.BooleanField(default=False)
    about_type = models.CharField(max_length=40, blank=True, default="")
    about_id = models.BigIntegerField(null=True)

    state = models.CharField(_("State"), max_length=9, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=80, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # When a provider told that the receiver's server has it.
    delivered_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True, default="")

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        verbose_name = _("Outgoing mail")
        verbose_name_plural = _("Outgoing mails")
        indexes = (
            models.Index(
                fields=["is_bulk", "due_at", "id"], name="mail_waiting", condition=Q(state=State.QUEUED)
            ),
            models.Index(
                fields=["claimed_at"],
                name="mail_in_hand",
                condition=Q(state__in=(State.CLAIMED, State.HANDOVER)),
            ),
            models.Index(fields=["state", "-id"], name="mail_by_state"),
            models.Index(fields=["about_type", "about_id", "id"], name="mail_about"),
        )

    def __str__(self) -> str:
        return self.subject

    @property
    def is_settled(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state in (State.SENT, State.FAILED, State.UNKNOWN, State.CANCELLED)
