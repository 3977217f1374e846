"""Saying something in a channel."""

from collections.abc import Sequence
from typing import Any

from kairos.chat.models import Channel, Member
from kairos.discuss.actions.attachments import Upload
from kairos.discuss.actions.messages import post_note
from kairos.discuss.models import Message


def say_in_channel(
    channel: Channel,
    *,
    text: str,
    by: Any,
    reply_to: Message | None = None,
    files: Sequence[Upload] = (),
    at: Any = None,
) -> Message:
    """Write a message; one in reply to a reply replies to the same. Whoever speaks has read what was said before.

    Raises `NotInChannel`, `ChannelIsArchived`, and what `post_note` does.
    """
    top = reply_to.reply_to if reply_to is not None and reply_to.reply_to_id else reply_to
    message = post_note(channel, text=text, by=by, reply_to=top, files=files, at=at)
    Member.objects.filter(channel=channel, user=by.pk, read_until__lt=message.created_at).update(
        read_until=message.created_at
    )
    return message
