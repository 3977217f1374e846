"""Mail that answers a message of ours, or is addressed to a record, goes into that record's thread."""

from collections.abc import Sequence
from typing import Any

from kairos.core.merging import where_now
from kairos.core.records import Room, type_of
from kairos.discuss.actions.incoming import take_mail
from kairos.discuss.models import Letter
from kairos.mail.incoming.parsing import Parsed
from kairos.mail.models import IncomingMail
from kairos.mail.reply_address import record_named
from kairos.mail.slots import ROUTES, Route


@ROUTES.register(order=10)
class Answers(Route):
    """The identity of a mail of ours and a record's own address are known only to whom we have written to."""

    takes_own = True

    def may_take(self, mails: Sequence[Parsed]) -> Sequence[bool]:
        ids = [{one.message_id, *one.answers} for one in mails]
        letters = Letter.objects.filter(mail__message_id__in={each for one in ids for each in one})
        ours = set(letters.values_list("mail__message_id", flat=True))
        return [bool(ours & each) or _named(one) is not None for one, each in zip(mails, ids, strict=True)]

    def take(self, mail: IncomingMail, parsed: Parsed) -> Any:
        ours = (
            Letter.objects.filter(mail__message_id=mail.message_id or "-").select_related("message").first()
        )
        if ours is not None:
            # A copy of what left here, found in somebody's folder.
            return where_now(ours.message.record_type, ours.message.record_id)
        named = _named(parsed) or _answered(parsed)
        record = where_now(*named) if named is not None else None
        thread = type_of(type(record)).thread if record is not None else None
        if record is None or thread is None or isinstance(thread, Room):
            return None
        take_mail(record, mail, parsed)
        return record


def _named(parsed: Parsed) -> tuple[str, int] | None:
    """The record to whose own address it was sent, openly or as a copy."""
    found = (record_named(address) for _name, address in parsed.recipients)
    return next(filter(None, found), None)


def _answered(parsed: Parsed) -> tuple[str, int] | None:
    letters = Letter.objects.filter(mail__message_id__in=parsed.answers).select_related("message")
    by_id = {letter.mail.message_id: letter.message for letter in letters.select_related("mail")}
    message = next((by_id[identity] for identity in parsed.answers if identity in by_id), None)
    return (message.record_type, message.record_id) if message is not None else None
