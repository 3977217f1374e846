from django.utils.translation import gettext_lazy as _

from kairos.core.events import Event
from kairos.core.models import EventEntry


def _assignee(entry: EventEntry) -> list[int]:
    """Whom somebody else has given something to do."""
    return [int(entry.params["user"])] if entry.params.get("user") else []


PLANNED = Event("activities.planned", _("Planned: %(what)s"), "calendar-plus", audience=_assignee)
DONE = Event("activities.done", _("Done: %(what)s"), "calendar-check")
CANCELLED = Event("activities.cancelled", _("Cancelled: %(what)s"), "calendar-x")
RESCHEDULED = Event("activities.rescheduled", _("Put off: %(what)s"), "calendar-clock")
REASSIGNED = Event(
    "activities.reassigned", _("Given to %(person)s: %(what)s"), "user-check", audience=_assignee
)
