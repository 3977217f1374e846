from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.history.attached import attached
from kairos.mail.models import IncomingMail, OutgoingMail

WAITING = models.Q(sent_at=None, deleted_at=None, send_at__isnull=False)


class MessageQuerySet(models.QuerySet[Any]):
    def about(self, record_type: Any, record: Any) -> Self:
        """What was said about one record."""
        return self.filter(record_type=record_type.stored_name, record_id=record.pk)

    def due(self, now: Any) -> Self:
        """Messages to customers whose time has come, in the order of their turn."""
        return self.filter(WAITING, send_at__lte=now).order_by("send_at", "pk")

    def from_customers(self) -> Self:
        """Mail that came from outside."""
        mail = self.filter(kind=Message.Kind.MESSAGE, author=None, sent_at=None, deleted_at=None)
        return mail.exclude(sender_address="")

    def to_customers(self) -> Self:
        """Mail of ours that has left, whichever program it was written in."""
        return self.filter(kind=Message.Kind.MESSAGE, sent_at__isnull=False, deleted_at=None)


@attached
class Message(models.Model):
    """Something a person said about a record of any kind, which `record_type` and `record_id` name.

    A note stays in the house, a message is to the customer or from them. `text` is what was typed, `body` the clean
    HTML that comes of it. A deleted one stays in its place, without showing its words. `touched_at` is when anything
    that its readers see was last different: words, signs, pin, replies.

    A message to the customer is written to `recipients`, leaves at `send_at`, was put into the outbox at `sent_at`, and
    `trouble` says why it was not. One from the customer has no author but `sender_name` and `sender_address`; `quoted`
    is what they answered, `mail_id` the identity of their mail, and `incoming` the mail itself: whoever may not read
    all of that does not read the message either (see `discuss.reading`).
    """

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        MESSAGE = "message", _("Message")

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.NOTE)
    text = models.TextField(blank=True, default="")
    body = models.TextField(blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    subject = models.CharField(max_length=300, blank=True, default="")
    recipients = models.JSONField(default=list)
    send_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True, default="")
    sender_name = models.CharField(max_length=200, blank=True, default="")
    sender_address = models.CharField(max_length=254, blank=True, default="")
    quoted = models.TextField(blank=True, default="")
    mail_id = models.CharField(max_length=260, blank=True, default="")
    incoming = models.ForeignKey(IncomingMail, null=True, on_delete=models.SET_NULL, related_name="+")
    reply_to = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replies")
    pinned_at = models.DateTimeField(null=True)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    untracked: ClassVar[frozenset[str]] = frozenset({"id", "touched_at"})
    # Whoever made a change of these rows may take it back.
    is_makers: ClassVar[bool] = True

    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["record_type", "record_id", "created_at"], name="discuss_message_record"),
            models.Index(fields=["record_type", "record_id", "touched_at"], name="discuss_message_touched"),
        )

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def at(self) -> Any:
        """Its place in the timeline."""
        return self.created_at

    @property
    def sender(self) -> str:
        """Whoever it is from, in words; "" where nobody knows any more."""
        return str(self.author) if self.author else self.sender_name or self.sender_address

    @property
    def is_outgoing(self) -> bool:
        """To the customer: sent, about to be, or held back."""
        return bool(self.recipients)

    @property
    def is_waiting(self) -> bool:
        return self.send_at is not None and self.sent_at is None and not self.is_deleted

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def is_pinned(self) -> bool:
        return self.pinned_at is not None


class Reaction(models.Model):
    """A sign that one person put to a message; each sign once."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    sign = models.CharField(max_length=16)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["message", "sign", "user"], name="discuss_reaction_once"),
        )

    def __str__(self) -> str:
        return self.sign


class Star(models.Model):
    """A message that one person wants to find again."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="stars", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message", "user"], name="discuss_star_once"),)
        indexes = (models.Index(fields=["user", "at"], name="discuss_star_of_user"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.message_id}"


class Letter(models.Model):
    """The mail that brings a message to one of its recipients."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="letters")
    mail = models.OneToOneField(OutgoingMail, on_delete=models.CASCADE, related_name="letter")

    def __str__(self) -> str:
        return str(self.mail)
