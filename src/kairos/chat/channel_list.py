"""The channels of one person, with what they have not read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Subquery, prefetch_related_objects
from django.utils.translation import gettext as _

from kairos.chat.models import Channel, Member
from kairos.core.live.presence import states_of
from kairos.core.prepared import prepared
from kairos.core.records import type_of
from kairos.discuss.models import Follow, Message, waiting_for

MOST_UNREAD = 99


@dataclass(frozen=True, slots=True)
class Entry:
    """One channel in the list: unread messages, and how many of them call this person."""

    channel: Channel
    title: str
    people: Sequence[Any]
    unread: int = 0
    calls: int = 0
    is_muted: bool = False
    presence: str = ""

    @property
    def is_bold(self) -> bool:
        return bool(self.unread) and not self.is_muted

    @property
    def count(self) -> str:
        """The figure beside it: what is meant for this person."""
        return f"{MOST_UNREAD}+" if self.calls > MOST_UNREAD else str(self.calls or "")


def channel_list(user: Any) -> tuple[list[Entry], list[Entry]]:
    """What this person is in: channels by name, and conversations with people, the latest first. Four queries."""
    kind = type_of(Channel).stored_name
    messages = Message.objects.filter(record_type=kind, record_id=OuterRef("channel_id"), reply_to=None)
    latest = messages.order_by().values("record_id").annotate(latest=Max("created_at")).values("latest")
    rows = (
        _unread_of(user)
        .annotate(latest=Subquery(latest))
        .select_related("channel")
        .order_by("channel__name", "channel_id")
    )
    prefetch_related_objects([row.channel for row in rows if not row.channel.is_named], "members")
    alone = {row.pk: others(row.channel, user) for row in rows}
    there = states_of(one[0].pk for one in alone.values() if len(one) == 1)
    calls = Counter(pk for name, pk in waiting_for(user) if name == kind)
    muted = set(_muted_by(user).values_list("record_id", flat=True))
    entries = [
        Entry(
            row.channel,
            title_for(row.channel, user),
            alone[row.pk],
            row.unread or 0,
            calls[row.channel_id],
            row.channel_id in muted,
            there[alone[row.pk][0].pk] if len(alone[row.pk]) == 1 else "",
        )
        for row in rows
    ]
    last = {row.channel_id: row.latest or row.channel.created_at for row in rows}
    between = [one for one in entries if not one.channel.is_named]
    between.sort(key=lambda one: last[one.channel.pk], reverse=True)
    return [one for one in entries if one.channel.is_named], between


def unread_channels(user: Any) -> int:
    """In how many channels something waits that this person has not muted. One query."""
    return len(_waiting_in(user.pk))


@prepared
def _waiting_in(user: int) -> Any:
    """A person's memberships of the channels where others have said something since."""
    muted = Follow.objects.filter(
        user=user, record_type=type_of(Channel).stored_name, is_muted=True, record_id=OuterRef("channel_id")
    )
    rows = Member.objects.filter(Exists(_said_to(user)), ~Exists(muted), user=user, channel__archived_at=None)
    return rows.only("pk")


def title_for(channel: Channel, user: Any) -> str:
    """What the channel is called for this person: of a conversation without a name, the others in it."""
    if channel.is_named:
        return channel.name
    return ", ".join(str(one) for one in others(channel, user)) or _("Only you")


def others(channel: Channel, user: Any) -> list[Any]:
    """The other people of a conversation without a name; nobody of one that has its own."""
    if channel.is_named:
        return []
    return sorted((one for one in channel.members.all() if one.pk != user.pk), key=lambda one: one.name)


def _unread_of(user: Any) -> Any:
    """One row for each channel a person is in, with what others have said there since."""
    said = _said_to(user.pk).order_by().values("record_id").annotate(count=Count("pk")).values("count")
    rows = Member.objects.filter(user=user.pk, channel__archived_at=None)
    return rows.annotate(unread=Subquery(said))


def _said_to(user: int) -> Any:
    """What others have said in the channel of a membership since its person read there."""
    return Message.objects.filter(
        record_type=type_of(Channel).stored_name,
        record_id=OuterRef("channel_id"),
        created_at__gt=OuterRef("read_until"),
        reply_to=None,
        deleted_at=None,
    ).exclude(author=user)


def _muted_by(user: Any) -> Any:
    kind = type_of(Channel).stored_name
    return Follow.objects.filter(user=user.pk, record_type=kind, is_muted=True)
