"""With whom a lead becomes an opportunity: who is likely meant, and what the lead can tell of them."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from kairos.contacts.models import Contact
from kairos.core.duplicates import Match, find_matches, find_matches_of_many
from kairos.core.records import type_of
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


def propose(lead: Opportunity, user: Any) -> Proposal:
    """Look for the lead's company, person and open deals by exact keys; weak likeness is shown, not proposed.

    Deals are such as the person may change; nobody is proposed as new whom this person may not create.
    """
    contacts = type_of(Contact)
    companies = find_matches(contacts, company_values(lead), user) if _names_company(lead) else []
    people = find_matches(contacts, person_values(lead), user) if _names_person(lead) else []
    deals = find_matches(type_of(Opportunity), lead, user)
    found = Proposal(companies, people, [match for match in deals if _may_go_into(match.record, user)])
    return _completed(found, lead, user)


def propose_many(leads: Sequence[Opportunity], user: Any, *, deals: bool) -> list[Proposal]:
    """As `propose` for each, in few queries, of sure matches only; several propose none, for nobody looks at each.

    Where `deals` are wanted, the leads themselves are among them: they will be deals when it comes to that.
    """
    contacts = type_of(Contact)
    companies = _matches_of(
        contacts, {one.pk: company_values(one) for one in leads if _names_company(one)}, user
    )
    people = _matches_of(contacts, {one.pk: person_values(one) for one in leads if _names_person(one)}, user)
    there = _matches_of(type_of(Opportunity), {one.pk: one for one in leads} if deals else {}, user)
    also = {lead.pk for lead in leads}
    return [
        _completed(
            Proposal(
                companies.get(lead.pk, []),
                people.get(lead.pk, []),
                [one for one in there.get(lead.pk, []) if _may_go_into(one.record, user, also=also)],
            ),
            lead,
            user,
            only_one=True,
        )
        for lead in leads
    ]


def _matches_of(record_type: Any, given: Mapping[int, Any], user: Any) -> dict[int, list[Match]]:
    found = find_matches_of_many(record_type, list(given.values()), user, least=SURE)
    return dict(zip(given, found, strict=True))


def _names_company(lead: Opportunity) -> bool:
    return lead.organisation_id is None and bool(
        lead.company_name or lead.website or lead.tax_id or lead.email
    )


def _names_person(lead: Opportunity) -> bool:
    return lead.person_id is None and bool(lead.contact_name or lead.email or lead.phone)


def _may_go_into(deal: Opportunity, user: Any, *, also: Set[int] = frozenset()) -> bool:
    is_deal = deal.kind == Kind.OPPORTUNITY or deal.pk in also
    return is_deal and deal.is_open and type_of(Opportunity).access.can_edit(user, deal)


def _completed(found: Proposal, lead: Opportunity, user: Any, *, only_one: bool = False) -> Proposal:
    """With what is proposed of what was found."""
    makes = type_of(Contact).access.can_create(user)
    company, person = makes and bool(lead.company_name), makes and bool(person_name(lead))
    found.company = _proposed(found.companies, lead.organisation_id, can_make=company, only_one=only_one)
    found.person = _proposed(found.people, lead.person_id, can_make=person, only_one=only_one)
    parent = next((m.record.parent for m in found.people if str(m.record.pk) == found.person), None)
    if parent is not None and not parent.is_archived and found.company in (NEW, NOBODY):
        found.company = str(parent.pk)
        if not any(match.record.pk == parent.pk for match in found.companies):
            found.companies.append(Match(parent, type_of(Contact), [], SURE))
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


def new_company(lead: Opportunity) -> dict[str, Any]:
    """A company made of a lead: the person's own address and number are theirs, not the company's."""
    return {**company_values(lead), "emails": [], "phones": []}


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
