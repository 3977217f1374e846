"""What people say, as other apps hear of it. The page of the record tells it with its words."""

from django.utils.translation import gettext_lazy as _

from kairos.core.events import Event
from kairos.core.models import EventEntry


def _told(entry: EventEntry) -> list[int]:
    return [int(pk) for pk in entry.params.get("people", "").split(",") if pk]


NOTED = Event("discuss.noted", _("%(author)s wrote a note"), "message-square", _told, on_timeline=False)
MESSAGED = Event("discuss.messaged", _("%(author)s wrote a message"), "mail", _told, on_timeline=False)
