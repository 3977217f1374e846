from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.history.attached import attached


class MessageQuerySet(models.QuerySet[Any]):
    def about(self, record_type: Any, record: Any) -> Self:
        """What was said about one record."""
        return self.filter(record_type=record_type.stored_name, record_id=record.pk)


@attached
class Message(models.Model):
    """Something a person said about a record of any kind, which `record_type` and `record_id` name.

    A note stays in the house, a message is for the customer. `text` is what was typed, `body` the clean HTML that comes
    of it. A deleted one stays in its place, without showing its words.
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
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    reply_to = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replies")
    pinned_at = models.DateTimeField(null=True)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    untracked: ClassVar[frozenset[str]] = frozenset({"id"})
    # Whoever made a change of these rows may take it back.
    is_makers: ClassVar[bool] = True

    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["record_type", "record_id", "created_at"], name="discuss_message_record"),
        )

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def at(self) -> Any:
        """Its place in the timeline."""
        return self.created_at

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
