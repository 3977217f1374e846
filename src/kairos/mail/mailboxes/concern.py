"""Which mail of a personal mailbox is the house's business. Of the rest nothing is kept but its number."""

from collections.abc import Collection, Mapping

from kairos.accounts.models import User
from kairos.core.history.canonical import type_name
from kairos.core.models import MatchKey
from kairos.core.records import all_types
from kairos.mail.incoming.parsing import Parsed, parse
from kairos.mail.models import IncomingMail, Mailbox, OutgoingMail


def concerning(mailbox: Mailbox, envelopes: Mapping[int, bytes]) -> set[int]:
    """Those written to or by somebody the house knows, and answers to what lies here. `envelopes` are header lines."""
    read = {uid: parse(raw) for uid, raw in envelopes.items()}
    known = _known({address for one in read.values() for address in _people(one)} - {mailbox.login.lower()})
    here = _here({answered for one in read.values() for answered in one.answers})
    return {uid for uid, one in read.items() if known & _people(one) or here & set(one.answers)}


def _people(parsed: Parsed) -> set[str]:
    return {address for _name, address in (parsed.sender, *parsed.recipients) if address}


def _known(addresses: Collection[str]) -> set[str]:
    """Those of customers. A colleague who is also in the address book stays a colleague."""
    kinds = {
        type_name(one.model) for one in all_types() if one.match_keys and "email" in one.match_keys.kinds
    }
    keys = MatchKey.objects.filter(record_type__in=kinds, kind="email", value__in=addresses)
    found = keys.values_list("record_type", "value")
    colleagues = {value for kind, value in found if kind == type_name(User)}
    return {value for _kind, value in found} - colleagues


def _here(message_ids: Collection[str]) -> set[str]:
    return {
        one
        for model in (OutgoingMail, IncomingMail)
        for one in model.objects.filter(message_id__in=message_ids).values_list("message_id", flat=True)
    }
