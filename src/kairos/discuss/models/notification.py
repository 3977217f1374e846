from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.history.attached import attached
from kairos.core.models import EventEntry
from kairos.discuss.models.message import Message


class NotificationQuerySet(models.QuerySet[Any]):
    def of(self, user: Any) -> Self:
        """One person's inbox: nobody sees another's."""
        return self.filter(user=user.pk)

    def unread(self) -> Self:
        return self.filter(read_at=None, archived_at=None)


MOST_COUNTED = 1000


def waiting_for(user: Any) -> list[tuple[str, int]]:
    """The records of which something waits unread for this person, one for each; asked once per loaded person."""
    if not hasattr(user, "_waiting"):
        found = Notification.objects.of(user).unread().values_list("record_type", "record_id")
        user._waiting = list(found[:MOST_COUNTED])
    return list(user._waiting)


@attached
class Notification(models.Model):
    """Something one person is told in their inbox: what happened, and why it concerns them.

    `mail_at` is when it is due by e-mail too, as long as nobody has read it; None for never, and once it was looked at.
    `push_at` is the same for the browsers of the person.
    """

    class Reason(models.TextChoices):
        MENTION = "mention", _("You were mentioned")
        REPLY = "reply", _("A reply to you")
        DIRECT = "direct", _("Written to you")
        ANSWER = "answer", _("The customer answered")
        FOLLOW = "follow", _("You follow this")
        CONCERN = "concern", _("It concerns you")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    event = models.ForeignKey(EventEntry, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=8, choices=Reason.choices)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)
    push_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = NotificationQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["user", "at"], name="discuss_notification_user"),
            models.Index(
                fields=["user", "record_type", "record_id"],
                condition=models.Q(read_at=None, archived_at=None),
                name="discuss_notification_unread",
            ),
            models.Index(fields=["record_type", "record_id"], name="discuss_notification_record"),
            models.Index(
                fields=["mail_at", "user"],
                condition=models.Q(mail_at__isnull=False),
                name="discuss_notification_mail",
            ),
            models.Index(
                fields=["push_at", "user"],
                condition=models.Q(push_at__isnull=False),
                name="discuss_notification_push",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.reason}"
