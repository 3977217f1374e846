"""Where the outbox is found, and what the page of a mailbox shows."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.own_panels import OWN_PANELS, OwnPanel
from kairos.core.records import type_of
from kairos.core.slots import FILE_KEEPERS, PLACES, RECORD_PANELS, FileKeeper, Place, RecordPanel
from kairos.mail.check import MailLeaves
from kairos.mail.mailboxes import check
from kairos.mail.mailboxes.page import panel_context
from kairos.mail.models import Mailbox, OutgoingMail
from kairos.mail.records import Mailboxes
from kairos.mail.way import is_free

DOCTOR = (check.MailboxesAreRead, MailLeaves)


@PLACES.register()
class SendingMail(Place):
    """By which server or provider mail leaves; where the settings say it, there is nothing to choose."""

    name = "mail-way"
    label = _("Sending mail")
    icon = "mail-check"
    order = 65
    area = "conversation"
    audience = "administrators"

    def shown_to(self, user: Any) -> bool:
        return super().shown_to(user) and is_free()


@PLACES.register()
class Outbox(Place):
    name = "outbox"
    label = _("Outbox")
    icon = "send"
    order = 80
    area = "conversation"
    audience = "administrators"


@PLACES.register()
class Incoming(Place):
    name = "incoming-mail"
    label = _("Incoming mail")
    icon = "inbox"
    order = 70
    area = "conversation"
    audience = "administrators"


@RECORD_PANELS.register(order=5, for_type="mailbox")
class Reading(RecordPanel):
    """What the server has beside what is here."""

    template_name = "mail/_reading.html"
    title = _("Fetching")
    icon = "mailbox"

    def context(self, user: Any, record: Any) -> dict[str, Any]:
        can_edit = Mailboxes.access.can_edit(user, record)
        return {**panel_context(record, user), "can_edit": can_edit}


@OWN_PANELS.register(order=20)
class OwnMailboxes(OwnPanel):
    title = _("Mailboxes")
    icon = "mailbox"
    sentence = _("Mail with customers is fetched from your mailbox; everything else in it stays private.")
    label = _("My mailboxes")

    def url(self) -> str:
        return f"{type_of(Mailbox).url}?where=owner:is:me"


@FILE_KEEPERS.register()
class Enclosed(FileKeeper):
    """What goes along with mail."""

    def digests(self) -> Iterable[str]:
        for files in OutgoingMail.objects.exclude(files=[]).values_list("files", flat=True).iterator():
            yield from (one["digest"] for one in files)
