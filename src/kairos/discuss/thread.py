"""What people said of a record, as its timeline shows it."""

from collections import defaultdict
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from kairos.core.editing.timeline import when
from kairos.core.fields import format as shown
from kairos.core.listing.related import attach
from kairos.core.slots import TimelineSource
from kairos.discuss.followers import known_followers
from kairos.discuss.models import Message, Reaction, Star, waiting_for
from kairos.discuss.reading import kept_back
from kairos.mail.models import State
from kairos.mail.shown import Shown

# Stands for the number of a message in tools that are drawn once for many; no text on screen has it.
ANY_NUMBER = 999_999_999_999_999_937
KINDS = {"notes": Message.Kind.NOTE, "messages": Message.Kind.MESSAGE}


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign put to a message: by how many, by whom, whether by the reader too."""

    sign: str
    count: int
    names: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A message as one reader sees it. Its queries were made for the whole page."""

    message: Message
    user: Any
    kept_back: Mapping[int, Shown] = field(default_factory=dict)
    # The tools of the lines of one page, by what they differ in.
    drawn_tools: dict[Any, Any] = field(default_factory=dict)

    @property
    def tools_key(self) -> tuple[Any, ...]:
        """What the tools of this message depend on, besides its number."""
        one = self.message
        is_open = self.is_own and one.sent_at is None
        named = one.sender if one.kind == Message.Kind.NOTE else ""
        return (
            one.kind,
            one.is_deleted,
            one.is_pinned,
            self.is_starred,
            is_open,
            is_open and one.is_waiting,
            named,
        )

    @property
    def any_such(self) -> Message:
        """A message with the same tools, whose number is `any_number`."""
        found = copy(self.message)
        found.pk = ANY_NUMBER
        return found

    @property
    def any_number(self) -> str:
        return str(ANY_NUMBER)

    @property
    def is_kept_back(self) -> bool:
        """Whether its words and files are not for the reader: it lies in somebody's personal mailbox."""
        return self.message.pk in self.kept_back

    @property
    def subject(self) -> str:
        return self.kept_back[self.message.pk].subject if self.is_kept_back else self.message.subject

    @property
    def replied_words(self) -> str:
        """What it replies to."""
        answered = self.message.reply_to
        return answered.text if answered is not None and answered.pk not in self.kept_back else ""

    @property
    def at(self) -> Any:
        return self.message.created_at

    @property
    def pk(self) -> int:
        return int(self.message.pk)

    @property
    def body(self) -> SafeString:
        """Clean since it was written: `discuss.writing` is the only way in."""
        return mark_safe(self.message.body)

    @property
    def when(self) -> str:
        return when(self.at)

    @property
    def when_full(self) -> str:
        return shown.datetime(self.at, "long")

    @property
    def is_own(self) -> bool:
        return self.message.author_id == self.user.pk

    @property
    def is_starred(self) -> bool:
        return bool(getattr(self.message, "is_starred", False))

    @property
    def recipients(self) -> str:
        """To whom it goes, in words."""
        return shown.listed([one["name"] or one["address"] for one in self.message.recipients])

    @property
    def leaves(self) -> str:
        """When it leaves, if it waits."""
        return shown.datetime(self.message.send_at) if self.message.is_waiting else ""

    @property
    def mails(self) -> list[Any]:
        """The mails that carry it to each recipient."""
        return [one.mail for one in self.message.letters.all()]

    @property
    def arrived(self) -> bool:
        """Whether it is out of the house: all of its mails were taken by the mail server."""
        return self.message.sent_at is not None and all(one.state == State.SENT for one in self.mails)

    @property
    def delivered(self) -> bool:
        """Whether it has reached the receivers' servers, as a provider tells of every mail of it."""
        return self.arrived and bool(self.mails) and all(one.delivered_at for one in self.mails)

    @property
    def troubled(self) -> list[Any]:
        """Those that failed, or of which nobody knows."""
        return [one for one in self.mails if one.state in (State.FAILED, State.UNKNOWN)]

    @property
    def files(self) -> list[Any]:
        is_hidden = self.message.is_deleted or self.is_kept_back
        return [] if is_hidden else list(self.message.attachments.all())

    @property
    def signs(self) -> list[Sign]:
        """The signs put to it, in the order in which they first were."""
        by_sign: dict[str, list[Any]] = defaultdict(list)
        for one in self.message.reactions.all():
            by_sign[one.sign].append(one.user)
        return [
            Sign(sign, len(people), shown.listed([str(one) for one in people]), self.user in people)
            for sign, people in by_sign.items()
        ]


def lines_of(messages: Any, user: Any) -> list[Line]:
    """Messages with all that their lines show, in few queries."""
    starred = Star.objects.filter(message=OuterRef("pk"), user=user.pk)
    reactions = Reaction.objects.select_related("user").order_by("pk")
    found = messages.annotate(is_starred=Exists(starred))
    found = list(found.prefetch_related("attachments", Prefetch("reactions", reactions), "letters__mail"))
    _attach_named(found)
    hidden = kept_back([each for one in found for each in (one, one.reply_to)], user)
    tools: dict[Any, Any] = {}
    return [Line(one, user, hidden, tools) for one in found]


def _attach_named(messages: list[Message]) -> None:
    """What messages name, and those they reply to: joined to each, a person would be read with all they said."""
    prefetch_related_objects([one for one in messages if one.reply_to_id], "reply_to")
    every = [*messages, *(one.reply_to for one in messages if one.reply_to is not None)]
    attach(every, ["author", "deleted_by", "pinned_by"])
    prefetch_related_objects([one for one in every if one.incoming_id], "incoming")


class Conversation(TimelineSource):
    """Notes and messages between the changes of a record."""

    template_name = "discuss/_message.html"
    head = "discuss/_thread_head.html"
    shows = {"notes": _("Notes"), "messages": _("Messages"), "pinned": _("Pinned"), "starred": _("Starred")}

    def shown_to(self, user: Any, record_type: Any, record: Any) -> bool:
        return record_type.thread is not None

    def entries(self, user: Any, record_type: Any, record: Any, look: Any) -> list[Line]:
        found = Message.objects.about(record_type, record).filter(look.before("created_at"))
        if look.show in KINDS:
            found = found.filter(kind=KINDS[look.show])
        elif look.show == "pinned":
            found = found.exclude(pinned_at=None)
        elif look.show == "starred":
            found = found.filter(stars__user=user.pk)
        for word in look.words.split():
            found = found.filter(text__icontains=word, deleted_at=None)
        lines = lines_of(found.order_by("-created_at", "-pk")[: look.most], user)
        return [one for one in lines if not (look.words and one.is_kept_back)]

    def context(self, user: Any, record_type: Any, record: Any) -> dict[str, Any]:
        known = known_followers(record_type, record)
        own = next((one for one in known if one.user.pk == user.pk), None)
        return {
            "followers": [one for one in known if one.follows],
            "own": own,
            "may_write": record_type.access.can_edit(user, record),
            "has_news": (record_type.stored_name, record.pk) in waiting_for(user),
        }
