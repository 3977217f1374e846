"""What was said in a channel, message by message, as one reader sees it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, OuterRef, Subquery
from django.utils import timezone

from kairos.chat.cards import Card, cards_for
from kairos.chat.models import Channel
from kairos.core.editing.looks import Mark
from kairos.core.fields import format as shown
from kairos.core.records import type_of
from kairos.discuss.models import Message
from kairos.discuss.thread import Line, lines_of
from kairos.mail.incoming.texts import plain_of

PAGE = 50
# An answer may come before one that was begun earlier: what is new is asked for with this overlap.
OVERLAP = dt.timedelta(seconds=5)
MOST_NEWS = 200


@dataclass(frozen=True, slots=True)
class RoomLine(Line):
    """A message in a channel: beside what every message shows, the time of day, replies, records it links to."""

    cards: Sequence[Card] = ()

    @property
    def time(self) -> str:
        return shown.time(timezone.localtime(self.at).time())

    @property
    def day(self) -> str:
        return shown.date(timezone.localtime(self.at).date(), "full")

    @property
    def place(self) -> str:
        """Its place among the others, as a number that grows."""
        return f"{self.at.timestamp():.6f}"

    @property
    def state(self) -> str:
        """Different whenever the line is."""
        return f"{self.message.touched_at.timestamp():.6f}"

    @property
    def words(self) -> str:
        """What was said, in one line."""
        return plain_of(self.message.body)

    @property
    def replies(self) -> int:
        return int(vars(self.message)["reply_count"] or 0)

    @property
    def last_reply(self) -> str:
        return shown.relative(vars(self.message)["last_reply_at"], timezone.now()) if self.replies else ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some messages one after the other; `older` and `newer` ask for what is beyond, where there is more."""

    lines: Sequence[RoomLine]
    older: str = ""
    newer: str = ""


def lines_of_room(messages: Any, user: Any) -> list[RoomLine]:
    """Messages with all that their lines show, in three queries, and one for each kind of record they link to."""
    replies = Message.objects.filter(reply_to=OuterRef("pk"), deleted_at=None).order_by().values("reply_to")
    found = messages.annotate(
        reply_count=Subquery(replies.annotate(count=Count("pk")).values("count")),
        last_reply_at=Subquery(replies.annotate(last=Max("created_at")).values("last")),
    )
    said = [one.message for one in lines_of(found, user)]
    cards = cards_for(said, user)
    return [RoomLine(one, user, cards=cards.get(one.pk, ())) for one in said]


def said_in(channel: Channel) -> Any:
    """Everything that was said in a channel."""
    return Message.objects.about(type_of(Channel), channel)


def latest(channel: Channel, user: Any, *, before: str = "", most: int = PAGE) -> Stretch:
    """The last messages of a channel, or the last before a mark. What was said in reply stands beside."""
    found = said_in(channel).filter(reply_to=None)
    mark = Mark.read(before)
    if mark is not None:
        found = found.filter(created_at__lte=mark.at).exclude(created_at=mark.at, pk__gte=mark.pk)
    lines = lines_of_room(found.order_by("-created_at", "-pk")[: most + 1], user)
    kept = lines[:most][::-1]
    return Stretch(kept, older=_mark(kept[0]) if len(lines) > most else "")


def following(channel: Channel, user: Any, *, after: str, most: int = PAGE) -> Stretch:
    """The first messages from a mark on, which is among them."""
    found = said_in(channel).filter(reply_to=None)
    mark = Mark.read(after)
    if mark is not None:
        found = found.filter(created_at__gte=mark.at).exclude(created_at=mark.at, pk__lt=mark.pk)
    lines = lines_of_room(found.order_by("created_at", "pk")[: most + 1], user)
    return Stretch(lines[:most], newer=_mark(lines[most]) if len(lines) > most else "")


def around(channel: Channel, user: Any, message: Message) -> Stretch:
    """A message with what was said before and after it; of a reply, the message it replies to."""
    top = message.reply_to or message
    mark = str(Mark(top.created_at, 0, top.pk))
    before = latest(channel, user, before=mark, most=PAGE // 2)
    after = following(channel, user, after=mark, most=PAGE // 2)
    return Stretch([*before.lines, *after.lines], older=before.older, newer=after.newer)


def news(channel: Channel, user: Any, *, since: dt.datetime) -> list[RoomLine]:
    """What is new or different since a moment, replies too."""
    found = said_in(channel).filter(touched_at__gt=since - OVERLAP)
    return lines_of_room(found.order_by("-touched_at")[:MOST_NEWS], user)[::-1]


def thread_of(message: Message, user: Any) -> list[RoomLine]:
    """The replies to a message, in their order."""
    return lines_of_room(message.replies.order_by("created_at", "pk"), user)


def _mark(line: RoomLine) -> str:
    return str(Mark(line.at, 0, line.pk))
