"""Mail from outside, kept as a message of a record's thread."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairos.core.files import LARGEST
from kairos.core.history import change_set
from kairos.core.records import type_of
from kairos.discuss.actions.attachments import MOST
from kairos.discuss.actions.messages import LONGEST, write
from kairos.discuss.models import Message, Notification
from kairos.discuss.reading import may_read
from kairos.mail.incoming.parsing import Parsed, Part
from kairos.mail.incoming.texts import written_and_quoted
from kairos.mail.models import IncomingMail


def take_mail(record: Any, mail: IncomingMail, parsed: Parsed) -> Message:
    """Keep a mail as a message of the record's thread; what a colleague wrote elsewhere has the colleague as author.

    It is kept whole: who reads how much of it is asked when it is shown (see `discuss.reading`).
    """
    text, quoted = written_and_quoted(parsed.text)
    files, left_out = _files(parsed.files)
    values: dict[str, Any] = {
        "kind": Message.Kind.MESSAGE,
        "subject": mail.subject[:300],
        "text": "\n\n".join(filter(None, [text[:LONGEST], *left_out])) or _("(no text)"),
        "quoted": quoted[:LONGEST],
        "sender_name": mail.from_name,
        "sender_address": mail.from_address,
        "mail_id": mail.message_id,
        "incoming": mail,
    }
    if mail.is_own:
        named = [{"name": name, "address": address} for name, address in parsed.recipients]
        values |= {"recipients": named, "sent_at": mail.received_at}
    by, params = _colleague(mail), {"record": record}
    with change_set(by=by, summary=gettext_lazy("Mail about %(record)s"), params=params, at=mail.received_at):
        return write(record, values, by=by, files=files, at=mail.received_at, know=_know(record, mail))


def _know(record: Any, mail: IncomingMail) -> set[int]:
    """Who was told of another copy of the same mail on this record, and may read that one whole."""
    if not mail.message_id:
        return set()
    copies = Message.objects.about(type_of(type(record)), record).filter(
        mail_id=mail.message_id, sender_address=mail.from_address, incoming__sent_at=mail.sent_at
    )
    told = Notification.objects.filter(message__in=copies).select_related("user", "message__incoming")
    return {one.user_id for one in told if may_read(one.message, one.user)}


def _colleague(mail: IncomingMail) -> Any:
    people = get_user_model()._default_manager.annotate(lower=Lower("email"))
    return people.filter(lower=mail.from_address.lower(), archived_at=None).exclude(email="").first()


@dataclass(slots=True)
class _File:
    name: str | None
    content: bytes

    def chunks(self) -> Iterator[bytes]:
        yield self.content


def _files(parts: Iterable[Part]) -> tuple[list[_File], list[str]]:
    """What is kept with the message, and a line for each file that is not."""
    kept: list[_File] = []
    left_out: list[str] = []
    for part in parts:
        if len(part.content) > LARGEST or len(kept) == MOST:
            left_out.append(_("(The file “%(name)s” is too large, or one too many.)") % {"name": part.name})
        else:
            kept.append(_File(part.name, part.content))
    return kept, left_out
