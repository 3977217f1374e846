"""Mail nobody was expecting: to a team's address for leads, or from somebody who is known."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from kairos.accounts.models import User
from kairos.contacts.models import Contact
from kairos.core.duplicates.keys import email_key
from kairos.core.history.canonical import type_name
from kairos.core.models import MatchKey, Record
from kairos.crm.actions.leads import add_lead
from kairos.crm.actions.touches import Brought
from kairos.crm.models import Channel, Opportunity, TeamProcess
from kairos.discuss.actions.incoming import take_mail
from kairos.mail.incoming.parsing import Parsed
from kairos.mail.models import IncomingMail
from kairos.mail.shown import shown_parts
from kairos.mail.slots import ROUTES, Route


@ROUTES.register(order=50)
class LeadsByMail(Route):
    """A lead, or another touch of one who is known; the first of the addressees that is a team's decides.

    The copy that only its owner reads, in a personal mailbox, makes none: the team's own comes by the team's way.
    """

    def may_take(self, mails: Sequence[Parsed]) -> Sequence[bool]:
        teams = _by_address()
        return [any(address in teams for _name, address in parsed.recipients) for parsed in mails]

    def take(self, mail: IncomingMail, parsed: Parsed) -> Opportunity | None:
        teams = _by_address()
        addresses = [address for _name, address in parsed.recipients]
        process = next((teams[address] for address in addresses if address in teams), None)
        if process is None or not shown_parts([mail], None)[mail.pk].is_whole:
            return None
        values = {
            "title": mail.subject or mail.from_name or mail.from_address,
            "team": process.team,
            "email": mail.from_address,
            "contact_name": mail.from_name,
        }
        brought = Brought(at=mail.received_at)
        record = add_lead(values=values, channel=Channel.MAIL, brought=brought, into_open=True).record
        take_mail(record, mail, parsed)
        return record


def _by_address() -> dict[str, TeamProcess]:
    processes = TeamProcess.objects.exclude(mail_address="").select_related("team").order_by("team")
    return {process.mail_address.lower(): process for process in processes}


@ROUTES.register(order=60)
class KnownPeople(Route):
    """What somebody we know wrote, or was written to: to the thread of their one open deal, else of their contact."""

    takes_own = True

    def may_take(self, mails: Sequence[Parsed]) -> Sequence[bool]:
        people = [{email_key(address) for _name, address in (one.sender, *one.recipients)} for one in mails]
        known = _known({email for emails in people for email in emails})
        return [bool(known & emails) for emails in people]

    def take(self, mail: IncomingMail, parsed: Parsed) -> Record | None:
        people = [address for _name, address in parsed.recipients] if mail.is_own else [mail.from_address]
        emails = set(map(email_key, people)) - _colleagues(people)
        contacts = Contact.objects.active().filter(pk__in=_holders(Contact, emails))
        deals = Opportunity.with_leads.open().active()
        theirs = deals.filter(
            Q(pk__in=_holders(Opportunity, emails)) | Q(person__in=contacts) | Q(organisation__in=contacts)
        )
        record = _the_one(theirs) or _the_one(contacts)
        if record is not None:
            take_mail(record, mail, parsed)
        return record


def _colleagues(addresses: Iterable[str]) -> set[str]:
    users = User.objects.annotate(lower=Lower("email")).filter(lower__in=[one.lower() for one in addresses])
    return set(users.values_list("lower", flat=True))


def _known(emails: Iterable[str]) -> set[str]:
    kinds = [type_name(Contact), type_name(Opportunity)]
    keys = MatchKey.objects.filter(record_type__in=kinds, kind="email", value__in=emails)
    return set(keys.values_list("value", flat=True))


def _holders(model: type[Record], emails: Iterable[str]) -> Any:
    keys = MatchKey.objects.filter(record_type=type_name(model), kind="email", value__in=emails)
    return keys.values("record_id")


def _the_one(records: Any) -> Record | None:
    """Two are one too many to choose for somebody."""
    found = list(records.order_by("pk")[:2])
    return found[0] if len(found) == 1 else None
