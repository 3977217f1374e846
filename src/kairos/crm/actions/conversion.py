"""Converting a lead with contacts that are linked, or made of what it says."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from kairos.contacts.actions.contacts import create_contact, update_contact
from kairos.contacts.models import Contact
from kairos.core.history import change_set
from kairos.core.records import type_of
from kairos.crm.actions.leads import convert_lead
from kairos.crm.actions.proposals import NEW, NOBODY, known_of, lacking, new_company, person_values
from kairos.crm.models import Opportunity


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
        values = {**new_company(lead), "owner": owner}
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


def _fill(contact: Contact, values: Mapping[str, Any], *, by: Any) -> None:
    if found := lacking(contact, values, by):
        update_contact(contact, values=found, by=by)
