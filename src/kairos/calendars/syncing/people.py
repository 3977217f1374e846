"""Who is named in an event, as far as the house knows them."""

from typing import Any

from kairos.accounts.models import User
from kairos.activities.actions.meetings import Invitee
from kairos.calendars.ical import Read
from kairos.contacts.models import Contact
from kairos.core.history.canonical import type_name
from kairos.core.models import MatchKey
from kairos.core.records import type_of
from kairos.mail.actions.outbox import BadAddress, checked_address


def invitees_of(read: Read, owner: Any) -> list[Invitee]:
    """Everybody from outside who is asked to come; a contact where the owner sees one with that address.

    Colleagues are left out: who sees something of a calendar is for its owner to choose, not for whoever invites.
    """
    named = {address for _name, address in read.attendees if _is_address(address)}
    named -= set(User.objects.filter(email__in=named).values_list("email", flat=True))
    contacts = _contacts(named, owner)
    wanted = [address for _name, address in read.attendees if address in named]
    return [Invitee(contact=contacts.get(address), email=address) for address in dict.fromkeys(wanted)]


def _contacts(addresses: set[str], owner: Any) -> dict[str, Contact]:
    keys = MatchKey.objects.filter(record_type=type_name(Contact), kind="email", value__in=addresses)
    numbers = dict(keys.order_by("-record_id").values_list("value", "record_id"))
    found = type_of(Contact).visible_to(owner).filter(archived_at=None).in_bulk(set(numbers.values()))
    return {address: found[pk] for address, pk in numbers.items() if pk in found}


def _is_address(address: str) -> bool:
    try:
        checked_address(address)
    except BadAddress:
        return False
    return True
