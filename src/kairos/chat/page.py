"""What the page of a channel shows."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from kairos.chat.channel_list import channel_list, others, title_for
from kairos.chat.lines import around, latest, lines_of_room, said_in
from kairos.chat.models import Channel, Member
from kairos.core.editing.numbers import number_in
from kairos.core.live.presence import states_of
from kairos.core.records import type_of
from kairos.discuss.models import Follow

MOST_PINNED = 20


def list_context(user: Any, opened: Channel | None = None) -> dict[str, Any]:
    """The list of channels beside the conversation."""
    named, alone = channel_list(user)
    return {"named": named, "alone": alone, "opened": opened, "user": user}


def room_context(request: HttpRequest, channel: Channel) -> dict[str, Any]:
    """The conversation: its last messages, or those around the one that `message` names."""
    user = request.user
    own = Member.objects.filter(channel=channel, user=user.pk).first()
    asked = number_in(request.GET.get("message", ""))
    target = said_in(channel).filter(pk=asked).select_related("reply_to").first() if asked else None
    stretch = around(channel, user, target) if target else latest(channel, user)
    return {
        "channel": channel,
        "record": channel,
        "record_type": type_of(Channel),
        "title": title_for(channel, user),
        "others": others(channel, user),
        "own": own,
        "is_muted": _is_muted(channel, user),
        "stretch": stretch,
        "target": target,
        "since": timezone.now().timestamp(),
        "user": user,
    }


def about_context(channel: Channel, user: Any) -> dict[str, Any]:
    """What the panel about a channel tells: who is in it, what is pinned, what one may do."""
    kind = type_of(Channel)
    people = list(channel.members.filter(archived_at=None).order_by("name", "pk"))
    pinned = said_in(channel).exclude(pinned_at=None)
    return {
        "channel": channel,
        "record_type": kind,
        "people": people,
        "presence": states_of(one.pk for one in people),
        "pinned": lines_of_room(pinned.order_by("-pinned_at", "-pk")[:MOST_PINNED], user),
        "can_edit": kind.access.can_edit(user, channel),
        "can_archive": kind.access.can_archive(user, channel),
        "is_in": user in people,
        "is_muted": _is_muted(channel, user),
        "user": user,
    }


def _is_muted(channel: Channel, user: Any) -> bool:
    name = type_of(Channel).stored_name
    rows = Follow.objects.filter(record_type=name, record_id=channel.pk, user=user.pk, is_muted=True)
    return bool(rows.exists())
