"""What chat adds to the apps below it: its place in the rail, and who hears that something was said."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.chat import commands
from kairos.chat.live import badges_changed
from kairos.chat.models import Channel, Member
from kairos.core.models import EventEntry
from kairos.core.records import type_of
from kairos.core.slots import PLACES, Place
from kairos.discuss.events import SAID

OWN_COMMANDS = (commands.Help, commands.Who, commands.Leave)


@PLACES.register()
class Chat(Place):
    name = "chat"
    label = _("Chat")
    icon = "messages-square"
    order = 2
    key = "h"
    count_name = "chat-count"

    def count(self, user: Any) -> int:
        from kairos.chat.channel_list import unread_channels

        return unread_channels(user)


@SAID.read
def tell_members(entry: EventEntry) -> None:
    """Everybody in the channel has something to read."""
    if entry.record_type == type_of(Channel).stored_name:
        badges_changed(Member.objects.filter(channel=entry.record_id).values_list("user", flat=True))
