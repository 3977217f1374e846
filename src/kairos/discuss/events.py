"""What people say, as other apps hear of it. The page of the record tells it with its words."""

from django.utils.translation import gettext_lazy as _

from kairos.core.events import Event, people_named

NOTED = Event(
    "discuss.noted", _("%(author)s wrote a note"), "message-square", people_named, on_timeline=False
)
SAID = Event("discuss.said", _("%(author)s wrote"), "message-circle", people_named, on_timeline=False)
MESSAGED = Event("discuss.messaged", _("%(author)s wrote a message"), "mail", people_named, on_timeline=False)
