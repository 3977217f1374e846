"""What conversation adds to the apps below it."""

import json
from collections.abc import Iterable, Mapping, Set
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kairos.accounts.own_panels import OWN_PANELS, OwnPanel
from kairos.core.history.canonical import type_name
from kairos.core.models import FieldChange
from kairos.core.slots import (
    FILE_KEEPERS,
    LEFT_BY_UNDO,
    PLACES,
    RECORD_MENU,
    TIMELINE,
    FileKeeper,
    LeftByUndo,
    Place,
    RecordMenuEntry,
)
from kairos.discuss import inbox, mail_route
from kairos.discuss.given_back import give_back_to_all
from kairos.discuss.models import Attachment, Message, waiting_for
from kairos.discuss.thread import Conversation
from kairos.mail.reply_address import reply_address

TIMELINE.register(order=10)(Conversation)
WITNESS = inbox.tell
ROUTE = mail_route.Answers


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


@RECORD_MENU.register()
class CarbonCopies(RecordMenuEntry):
    """What is sent to the record's own address from any mail program comes into its conversation."""

    template_name = "discuss/_copy_address.html"

    def context(self, user: Any, record_type: Any, record: Any) -> dict[str, Any] | None:
        is_for_mail = record_type.thread is not None and record_type.access.can_edit(user, record)
        address = reply_address(record) if is_for_mail else ""
        return {"address": address} if address else None


@PLACES.register()
class AnswersPlace(Place):
    name = "answers"
    label = _("Response times")
    icon = "reply"
    order = 40
    area = "reports"
    sentence = _("How long do customers wait for an answer?")


@OWN_PANELS.register(order=5)
class OwnNotices(OwnPanel):
    title = _("Notices")
    icon = "bell"
    sentence = _("What you are told, and whether it also comes by e-mail.")
    label = _("Choose notices")

    def url(self) -> str:
        return reverse("notices")


@FILE_KEEPERS.register()
class Attachments(FileKeeper):
    """Files of records, and those that come back when their removal is undone."""

    def digests(self) -> Iterable[str]:
        yield from Attachment.objects.values_list("digest", flat=True).iterator()
        removed = FieldChange.objects.filter(record_type=type_name(Attachment), field="")
        for old in removed.values_list("old", flat=True).iterator():
            if old is not None:
                yield json.loads(old)["digest"]


give_back_to_all()


@LEFT_BY_UNDO.register(for_type="message")
class SentStaysSent(LeftByUndo):
    """What has left cannot be called back; the message stays, as it was sent."""

    def words(self, ids: Set[int], user: Any) -> Mapping[int, tuple[str, Any]]:
        sent = Message.objects.filter(pk__in=ids, author=user.pk).exclude(sent_at=None)
        reason = _("has left by mail and cannot be called back")
        return {one.pk: (f"“{one.subject}”", reason) for one in sent}
