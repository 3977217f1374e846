from django.utils.translation import gettext_lazy as _

from kairos.core.events import Event, people_named
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

INVITED = Event(
    "activities.invited", _("Asked to come to “%(what)s”"), "calendar-plus", audience=people_named
)
MEETING_CHANGED = Event(
    "activities.meeting_changed",
    _("The meeting “%(what)s” has changed"),
    "calendar-clock",
    audience=people_named,
)
MEETING_CANCELLED = Event(
    "activities.meeting_cancelled",
    _("The meeting “%(what)s” does not take place"),
    "calendar-x",
    audience=people_named,
)
COMES = Event(
    "activities.comes", _("%(person)s comes to “%(what)s”"), "calendar-check", audience=people_named
)
PERHAPS = Event(
    "activities.perhaps", _("%(person)s perhaps comes to “%(what)s”"), "calendar-clock", audience=people_named
)
STAYS_AWAY = Event(
    "activities.stays_away", _("%(person)s does not come to “%(what)s”"), "calendar-x", audience=people_named
)
NOT_INVITED = Event(
    "activities.not_invited",
    _("%(person)s could not be invited: %(reason)s"),
    "mail-x",
    audience=people_named,
)
ANSWERED_TOO_LATE = Event(
    "activities.answered_too_late",
    _("%(person)s answered an earlier invitation; it does not count"),
    "mail-x",
)
ANSWER_NOT_BELIEVED = Event(
    "activities.answer_not_believed",
    _("An answer by mail from %(address)s in the name of %(person)s does not count"),
    "mail-x",
)
REMINDER = Event(
    "activities.reminder", _("Begins soon: “%(what)s”"), "bell", audience=people_named, on_timeline=False
)
