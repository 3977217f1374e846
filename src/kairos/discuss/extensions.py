"""What conversation adds to the apps below it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.slots import PLACES, TIMELINE, Place
from kairos.discuss import inbox
from kairos.discuss.models import waiting_for
from kairos.discuss.thread import Conversation

TIMELINE.register(order=10)(Conversation)
WITNESS = inbox.tell


@PLACES.register()
class Inbox(Place):
    name = "inbox"
    label = _("Inbox")
    icon = "bell"
    order = 1
    key = "i"
    count_name = "inbox-count"
    on_phone = True

    def count(self, user: Any) -> int:
        return len(waiting_for(user))
