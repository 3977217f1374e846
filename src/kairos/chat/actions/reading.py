"""Up to where a person has read a channel; their own affair, so it has no history."""

import datetime as dt
from typing import Any

from kairos.chat.live import badges_changed
from kairos.chat.models import Channel, Member
from kairos.core.records import type_of
from kairos.discuss.actions.inbox import mark_read as mark_notifications_read
from kairos.discuss.models import Message, Notification

MOMENT = dt.timedelta(milliseconds=1)


def mark_read(channel: Channel, *, by: Any, until: dt.datetime) -> None:
    """What was said up to then is read, never less than was read before; what waits of it in the inbox is read too."""
    own = Member.objects.filter(channel=channel, user=by.pk)
    if own.filter(read_until__lt=until).update(read_until=until):
        badges_changed([by.pk])
    waiting = Notification.objects.of(by).unread().filter(at__lte=until)
    here = waiting.filter(record_type=type_of(Channel).stored_name, record_id=channel.pk)
    mark_notifications_read(here, by=by)


def mark_unread(message: Message, *, by: Any) -> None:
    """This message and all after it are to be read again."""
    own = Member.objects.filter(channel=message.record_id, user=by.pk)
    if own.update(read_until=message.created_at - MOMENT):
        badges_changed([by.pk])
