"""With whom a lead becomes an opportunity: who is likely meant, and contacts made of what the lead says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from kairos.contacts.actions.contacts import create_contact, update_contact
from kairos.contacts.models import Contact
from kairos.core.duplicates import Match, find_matches
from kairos.core.history import change_set
from kairos.core.records import type_of
from kairos.core.tables import name_key
from kairos.crm.actions.leads import convert_lead
from kairos.crm.models import Kind, Opportunity, Quality

NEW, NOBODY = "new", ""
# From here on a match is taken for the same one unless somebody says otherwise.
SURE = 60
FILLED = ("website", "tax_id", "street", "city", "region", "postcode", "country", "language")


@dataclass(slots=True)
class Proposal:
    """Who is likely meant by a lead, and what is proposed: a contact's number, `NEW`, or `NOBODY`."""

    companies: list[Match] = field(default_factory=list)
    people: list[Match] = field(default_factory=list)
    deals: list[Match] = field(default_factory=list)
    company: str = NOBODY
    person: str = NOBODY


def propose(lead: Opportunity, user: Any, *, only_one: bool = False) -> Proposal:
    """Look for the lead's company, person and open deals by exact keys; weak likeness is shown, not proposed.

    With `only_one`, as where nobody looks at each, several that are sure propose none of them. Deals are such as the
    person may change; nobody is proposed as new whom this person may not create.
    """
    contacts = type_of(Contact)
    found = Proposal()
    if lead.organisation_id is None and (lead.company_name or lead.website or lead.tax_id or lead.email):
        found.companies = find_matches(contacts, company_values(lead), user)
    if lead.person_id is None and (lead.contact_name or lead.email or lead.phone):
        found.people = find_matches(contacts, person_values(lead), user)
    deals = find_matches(type_of(Opportunity), lead, user)
    may_change = type_of(Opportunity).access.can_edit
    found.deals = [
        one
        for one in deals
        if one.record.kind == Kind.OPPORTUNITY and one.record.is_open and may_change(user, one.record)
    ]
    makes = contacts.access.can_create(user)
    company, person = makes and bool(lead.company_name), makes and bool(person_name(lead))
    found.company = _proposed(found.companies, lead.organisation_id, can_make=company, only_one=only_one)
    found.person = _proposed(found.people, lead.person_id, can_make=person, only_one=only_one)
    parent = next((m.record.parent for m in found.people if str(m.record.pk) == found.person), None)
    if parent is not None and found.company in (NEW, NOBODY):
        found.company = str(parent.pk)
        if not any(match.record.pk == parent.pk for match in found.companies):
            found.companies.append(Match(parent, contacts, [], SURE))
    return found


def _proposed(matches: Sequence[Match], linked: int | None, *, can_make: bool, only_one: bool) -> str:
    if linked is not None:
        return str(linked)
    sure = [match for match in matches if match.strength >= SURE]
    if sure and (len(sure) == 1 or not only_one):
        return str(sure[0].record.pk)
    return NEW if can_make else NOBODY


def company_values(lead: Opportunity) -> dict[str, Any]:
    """What the lead says of its company."""
    own = {name: getattr(lead, name) for name in FILLED}
    return {"kind": Contact.Kind.ORGANISATION, "name": lead.company_name, **_reached(lead), **own}


def person_values(lead: Opportunity) -> dict[str, Any]:
    """What the lead says of the person."""
    own = {name: getattr(lead, name) for name in ("job_title", "language", "country", "city")}
    return {"kind": Contact.Kind.PERSON, "name": person_name(lead), **_reached(lead), **own}


def _reached(lead: Opportunity) -> dict[str, list[str]]:
    return {
        "emails": [lead.email] if lead.email_quality == Quality.CORRECT else [],
        "phones": [lead.phone] if lead.phone_quality == Quality.CORRECT else [],
    }


def person_name(lead: Opportunity) -> str:
    """As given, else out of an address like eve.buyer@…; a mailbox such as info@… is nobody."""
    if lead.contact_name:
        return lead.contact_name
    local, at, _domain = lead.email.partition("@")
    words = [word for word in local.replace("_", ".").replace("-", ".").split(".") if word.isalpha()]
    return " ".join(word.capitalize() for word in words) if at and len(words) > 1 else ""


def convert_with(
    lead: Opportunity,
    *,
    by: Any,
    company: str = NOBODY,
    person: str = NOBODY,
    into: Opportunity | None = None,
    **whose: Any,
) -> Opportunity:
    """Convert a lead with contacts that are linked by number or made of what it says, all in one change set.

    A contact that is linked gets what it lacks and the lead knows; nothing it has is written over.
    """
    contacts = Contact.objects.visible_to(by).active()
    if NEW in (company, person) and not type_of(Contact).access.can_create(by):
        raise PermissionDenied(_("You may not create contacts."))
    with change_set(by=by, summary=_("Converted %(record)s"), params={"record": lead}):
        owner = whose.get("salesperson", lead.salesperson) or by
        organisation = (
            lead.organisation
            if company == str(lead.organisation_id)
            else _company(lead, company, contacts, owner=owner, by=by)
        )
        human = (
            lead.person
            if person == str(lead.person_id)
            else _person(lead, person, contacts, organisation, owner=owner, by=by)
        )
        return convert_lead(lead, by=by, organisation=organisation, person=human, into=into, **whose)


def _company(lead: Opportunity, chosen: str, contacts: Any, *, owner: Any, by: Any) -> Contact | None:
    if chosen == NEW:
        # The person's own address and number are theirs, not the company's.
        values = {**company_values(lead), "emails": [], "phones": [], "owner": owner}
        return create_contact(values=values, by=by) if lead.company_name else None
    if not chosen:
        return None
    found: Contact = contacts.get(pk=int(chosen))
    _fill(found, known_of(lead, found), by=by)
    return found


def _person(
    lead: Opportunity, chosen: str, contacts: Any, parent: Contact | None, *, owner: Any, by: Any
) -> Contact | None:
    values = person_values(lead)
    if chosen == NEW:
        full = {**values, "parent": parent, "owner": owner}
        return create_contact(values=full, by=by) if values["name"] else None
    if not chosen:
        return None
    found: Contact = contacts.get(pk=int(chosen))
    _fill(found, {**known_of(lead, found), "parent": parent}, by=by)
    return found


def known_of(lead: Opportunity, contact: Contact) -> dict[str, Any]:
    """What the lead can tell of a contact it is linked to: of a company what is a company's, of a person the rest."""
    if contact.is_organisation:
        return {name: getattr(lead, name) for name in FILLED}
    values = person_values(lead)
    return {name: values[name] for name in ("emails", "phones", "job_title", "language", "country")}


def lacking(contact: Contact, values: Mapping[str, Any], by: Any) -> dict[str, Any]:
    """Of these values those the contact has none of, where this person may change it."""
    found = {
        name: value
        for name, value in values.items()
        if value and not getattr(contact, name) and value != contact
    }
    return found if found and type_of(Contact).access.can_edit(by, contact) else {}


def _fill(contact: Contact, values: Mapping[str, Any], *, by: Any) -> None:
    if found := lacking(contact, values, by):
        update_contact(contact, values=found, by=by)


def convert_leads(
    leads: Iterable[Opportunity],
    *,
    by: Any,
    makes: bool = True,
    merges: bool = False,
    salespeople: Sequence[Any] = (),
    team: Any = None,
) -> int:
    """Convert many leads, each with the contacts that are surely meant, else with new ones if it `makes` any.

    Leads of the same new company share it. With `merges`, a lead that surely belongs to an open deal goes into it.
    `salespeople` take turns in the order given. Returns how many were converted.
    """
    found = sorted(leads, key=lambda one: one.pk)
    turns = cycle(salespeople) if salespeople else None
    made: dict[str, str] = {}
    with change_set(by=by, summary=_("Converted %(count)s leads"), params={"count": len(found)}) as changes:
        changes.about(Opportunity)
        for lead in found:
            chosen = propose(lead, by, only_one=True)
            same_company = name_key(lead.company_name)
            if chosen.company == NEW:
                chosen.company = made.get(same_company, NEW)
            whose = {"salesperson": next(turns)} if turns else {}
            if team is not None:
                whose["team"] = team
            deal = convert_with(
                lead,
                by=by,
                company=chosen.company if makes or chosen.company != NEW else NOBODY,
                person=chosen.person if makes or chosen.person != NEW else NOBODY,
                into=surely(chosen.deals) if merges else None,
                **whose,
            )
            if chosen.company == NEW and deal.organisation_id is not None:
                made[same_company] = str(deal.organisation_id)
    return len(found)


def surely(deals: Sequence[Match]) -> Opportunity | None:
    """The one open deal a lead surely belongs to; two are one too many to choose for somebody."""
    sure = [match.record for match in deals if match.strength >= SURE]
    return sure[0] if len(sure) == 1 else None
