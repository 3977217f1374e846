"""Channels as a kind of record: found by search, listed, renamed with a history. Their page is the conversation."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kairos.chat.access import ChannelsAccess
from kairos.chat.actions import answers, channels
from kairos.chat.lines import lines_of_room
from kairos.chat.models import CannedAnswer, Channel
from kairos.core.fields import ChoiceField
from kairos.core.records import Action, MatchKeys, Menu, RecordType, Room, Section, register


def everybody(channel: Channel) -> list[Any]:
    """The people in a channel who work here."""
    return list(channel.members.filter(archived_at=None))


def addressed(channel: Channel) -> list[Any]:
    """Whoever is in a conversation without a name is meant by every word of it."""
    return [] if channel.is_named else everybody(channel)


class LetInField(ChoiceField):
    """Who is let into a channel; what two or several people begin among themselves is never chosen here."""

    def choices(self) -> Sequence[tuple[Any, Any]]:
        return list(Channel.Kind.choices[:2])

    def format(self, value: Any) -> str:
        return str(Channel.Kind(value).label) if value in Channel.Kind.values else ""


def _is_named(user: Any, record: Any) -> bool:
    return record is None or record.is_named


def _change(record: Channel, *, by: Any, **values: Any) -> None:
    channels.update_channel(record, values=values, by=by)


@register
class Channels(RecordType):
    model = Channel
    plural = "channels"
    icon = "hash"
    access = ChannelsAccess()
    thread = Room(
        everybody=everybody,
        addressed=addressed,
        calls=("channel",),
        check_speaker=channels.check_speaker,
        lines=lines_of_room,
        line="chat/_line.html",
    )
    field_options: ClassVar[list[Any]] = [LetInField("kind")]
    hidden = frozenset({"pair"})
    columns = ("name", "description", "kind", "members", "created_at")
    search = ("name", "description")
    groups = ("kind",)
    default_sort = "name"
    sections = (Section(_("Channel"), ("name", "description", "kind", "members")),)
    quick_create = ("name", "description", "kind", "members")
    actions = (
        Action(
            "change",
            _("Name and description"),
            _change,
            icon="pencil",
            fields=("name", "description"),
            shown_to=_is_named,
            is_bulk=False,
        ),
        Action(
            "people",
            _("Let people in or out"),
            _change,
            icon="user-plus",
            fields=("members",),
            shown_to=_is_named,
            is_bulk=False,
        ),
    )
    create = staticmethod(channels.create_channel)
    update = staticmethod(channels.update_channel)

    def url_of(self, record: Any) -> str:
        return reverse("chat-channel", args=[getattr(record, "pk", record)])

    def subtitle(self, record: Any) -> str:
        return str(record.description)


def _shortcut(record: CannedAnswer) -> list[tuple[str, str]]:
    return [("shortcut", record.shortcut.casefold())]


@register
class CannedAnswers(RecordType):
    """Everybody writes them, for everybody."""

    model = CannedAnswer
    plural = "canned-answers"
    icon = "reply"
    menu = Menu(_("Canned answers"), icon="reply", order=40, area="conversation")
    title_field = "shortcut"
    columns = ("shortcut", "text", "created_by")
    search = ("shortcut", "text")
    match_keys = MatchKeys(("shortcut",), _shortcut, ("shortcut",))
    default_sort = "shortcut"
    sections = (Section(_("Canned answer"), ("shortcut", "text")),)
    quick_create = ("shortcut", "text")
    create = staticmethod(answers.create_answer)
    update = staticmethod(answers.update_answer)
