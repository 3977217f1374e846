from django.utils.translation import gettext_lazy as _

from kairos.core.events import Event

MAIL_FAILED = Event(
    "mail.failed",
    _("A mail to %(address)s could not be sent: %(reason)s"),
    "mail-x",
    audience=lambda entry: [user for user in (int(entry.params["user"]),) if user],
)
