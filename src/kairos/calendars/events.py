from django.utils.translation import gettext_lazy as _

from kairos.core.events import Event, people_named

ACCOUNT_TROUBLED = Event(
    "calendars.account_troubled",
    _("The calendar account “%(account)s” is not kept in step. Its page says why."),
    "calendar-x",
    audience=people_named,
)
BOTH_CHANGED = Event(
    "calendars.both_changed",
    _(
        "“%(what)s” was changed here and on the calendar server. What counts: %(winner)s. Given up: %(given_up)s"
    ),
    "calendar-clock",
    audience=people_named,
)
