from django.utils.translation import gettext_lazy as _

from kairos.core.events import Event, people_named

MAIL_FAILED = Event(
    "mail.failed",
    _("A mail to %(address)s could not be sent: %(reason)s"),
    "mail-x",
    audience=lambda entry: [user for user in (int(entry.params["user"]),) if user],
)


MAILBOX_TROUBLED = Event(
    "mail.mailbox_troubled",
    _("The mailbox “%(mailbox)s” cannot be read. Its page says why."),
    "mail-x",
    audience=people_named,
)
MAILBOX_INCOMPLETE = Event(
    "mail.mailbox_incomplete",
    _(
        "In the mailbox “%(mailbox)s”, folder %(folder)s, %(count)s mails were missing here. They are being fetched."
    ),
    "mail-x",
    audience=people_named,
)
