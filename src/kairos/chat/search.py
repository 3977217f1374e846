"""Finding what was said, in every channel a person may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from kairos.chat.channel_list import title_for
from kairos.chat.lines import RoomLine, lines_of_room
from kairos.chat.models import Channel
from kairos.core.records import type_of
from kairos.discuss.models import Message

MOST = 50
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A message that holds the words, and where it was said."""

    line: RoomLine
    channel: Channel
    title: str


def find_said(user: Any, query: str) -> list[Found]:
    """The latest messages that hold every word."""
    words = query.split()[:MOST_WORDS]
    if not words:
        return []
    kind = type_of(Channel)
    seen = kind.visible_to(user)
    said = Message.objects.filter(
        record_type=kind.stored_name, record_id__in=seen.values("pk"), deleted_at=None
    )
    for word in words:
        said = said.filter(text__icontains=word)
    lines = lines_of_room(said.order_by("-created_at", "-pk")[:MOST], user)
    channels = seen.in_bulk({one.message.record_id for one in lines})
    prefetch_related_objects([one for one in channels.values() if not one.is_named], "members")
    titles = {pk: title_for(one, user) for pk, one in channels.items()}
    return [Found(one, channels[one.message.record_id], titles[one.message.record_id]) for one in lines]
