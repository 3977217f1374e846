"""What people said of a record, as its timeline shows it."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from kairos.core.editing.timeline import when
from kairos.core.fields import format as shown
from kairos.core.slots import TimelineSource
from kairos.discuss.followers import known_followers
from kairos.discuss.models import Message, Reaction, Star, waiting_for

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
    def files(self) -> list[Any]:
        return [] if self.message.is_deleted else list(self.message.attachments.all())

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
    """Messages with all that their lines show, in three queries."""
    starred = Star.objects.filter(message=OuterRef("pk"), user=user.pk)
    reactions = Reaction.objects.select_related("user").order_by("pk")
    found = messages.select_related("author", "deleted_by", "pinned_by", "reply_to__author")
    found = found.annotate(is_starred=Exists(starred))
    return [
        Line(one, user) for one in found.prefetch_related("attachments", Prefetch("reactions", reactions))
    ]


class Conversation(TimelineSource):
    """Notes and messages between the changes of a record."""

    template_name = "discuss/_message.html"
    head = "discuss/_thread_head.html"
    shows = {"notes": _("Notes"), "pinned": _("Pinned"), "starred": _("Starred")}

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
        return lines_of(found.order_by("-created_at", "-pk")[: look.most], user)

    def context(self, user: Any, record_type: Any, record: Any) -> dict[str, Any]:
        known = known_followers(record_type, record)
        own = next((one for one in known if one.user.pk == user.pk), None)
        return {
            "followers": [one for one in known if one.follows],
            "own": own,
            "has_news": (record_type.stored_name, record.pk) in waiting_for(user),
        }
