"""What a person has read, and what they have put away; their own, so it has no history."""

from typing import Any

from django.utils import timezone

from kairos.discuss.live import inboxes_changed
from kairos.discuss.models import Notification


def mark_read(notifications: Any, *, by: Any, is_read: bool = True) -> int:
    """Mark those of the notifications that are this person's; returns how many were not marked so before."""
    own = notifications.filter(user=by.pk)
    if is_read:
        count = own.filter(read_at=None).update(read_at=timezone.now())
    else:
        count = own.exclude(read_at=None).update(read_at=None, archived_at=None)
    if count:
        inboxes_changed([by.pk])
    return int(count)


def archive_notification(notification: Notification, *, by: Any, is_archived: bool = True) -> None:
    """Put it away, or back into the inbox, as read."""
    now = timezone.now()
    Notification.objects.of(by).filter(pk=notification.pk).update(
        archived_at=now if is_archived else None, read_at=notification.read_at or now
    )
    inboxes_changed([by.pk])
