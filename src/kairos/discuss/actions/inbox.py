"""What a person has read, and what they have put away; their own, so it has no history."""

import datetime as dt
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


def mark_all_read(*, by: Any) -> dt.datetime | None:
    """Mark read what waits; returns the moment by which `unread_again` finds it, None where nothing waited."""
    now = timezone.now()
    if not Notification.objects.of(by).unread().update(read_at=now):
        return None
    inboxes_changed([by.pk])
    return now


def unread_again(*, by: Any, moment: dt.datetime) -> int:
    """Take `mark_all_read` of that moment back; what has been put away since stays away."""
    return mark_read(
        Notification.objects.of(by).filter(read_at=moment, archived_at=None), by=by, is_read=False
    )


def archive_notification(notification: Notification, *, by: Any, is_archived: bool = True) -> None:
    """Put it away, or back into the inbox, as read."""
    now = timezone.now()
    Notification.objects.of(by).filter(pk=notification.pk).update(
        archived_at=now if is_archived else None, read_at=notification.read_at or now
    )
    inboxes_changed([by.pk])
