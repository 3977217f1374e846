"""Converting many leads at once, by the rules for one: what becomes of each is worked out first, then written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.contacts.actions.contacts import create_contacts, update_contacts
from kairos.contacts.models import Contact
from kairos.core.duplicates.keys import email_key, phone_key
from kairos.core.history import Changes, change_set
from kairos.core.history.bulk import chunks
from kairos.core.tables import name_key
from kairos.crm.actions.handing import note_gifts
from kairos.crm.actions.leads import check_convertible
from kairos.crm.actions.lookups import Processes
from kairos.crm.actions.merging import MERGE_RULES, merge_opportunities
from kairos.crm.actions.plans import plans_for, write_plans
from kairos.crm.actions.proposals import (
    NEW,
    NOBODY,
    SURE,
    Proposal,
    known_of,
    lacking,
    new_company,
    person_values,
    propose_many,
)
from kairos.crm.models import Kind, Opportunity, Quality

Whose = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Conversion:
    """What becomes of one lead: its contacts, which are there or yet to be made, and the deal it goes into."""

    lead: Opportunity
    company: Contact | None
    person: Contact | None
    into: int | None


@dataclass(slots=True)
class Conversions:
    """What becomes of many leads, without anything being written: the preview and the plan in one.

    Leads of the same new company share it, and those of the same new person. `gains` is what contacts that are there
    get, by their numbers.
    """

    by: Any
    makes: bool
    merges: bool
    each: list[Conversion] = field(default_factory=list)
    made: dict[tuple[str, str], Contact] = field(default_factory=dict)
    gains: dict[int, dict[str, Any]] = field(default_factory=dict)
    _known: dict[int, Contact] = field(default_factory=dict)
    _into: dict[int, int] = field(default_factory=dict)

    def work_out(self, leads: Sequence[Opportunity], whose: Whose) -> None:
        """What becomes of each, in this order."""
        found = propose_many(leads, self.by, deals=self.merges)
        self._look_up(found)
        for lead, proposal in zip(leads, found, strict=True):
            owner = whose.get(lead.pk, {}).get("salesperson", lead.salesperson) or self.by
            company = self._company(lead, proposal.company, owner)
            person = self._person(lead, proposal.person, company, owner)
            self.each.append(Conversion(lead, company, person, self._deal(lead, proposal)))

    def linked(self, name: str) -> int:
        """How many leads are linked to a company, or a person, that is there."""
        return sum(
            contact is not None and contact.pk is not None
            for contact in (getattr(one, name) for one in self.each)
        )

    def new(self, kind: str) -> list[Contact]:
        return [contact for contact in self.made.values() if contact.kind == kind]

    def merged(self) -> dict[int, list[int]]:
        """The leads that go into each deal."""
        found: dict[int, list[int]] = {}
        for one in self.each:
            if one.into is not None:
                found.setdefault(one.into, []).append(one.lead.pk)
        return found

    def _look_up(self, found: Iterable[Proposal]) -> None:
        names = {chosen for one in found for chosen in (one.company, one.person)} - {NEW, NOBODY}
        for part in chunks(sorted({int(name) for name in names} - self._known.keys())):
            contacts = Contact.objects.visible_to(self.by).active().select_related("parent")
            self._known |= contacts.in_bulk(list(part))

    def _company(self, lead: Opportunity, chosen: str, owner: Any) -> Contact | None:
        key = ("company", name_key(lead.company_name))
        contact = self._chosen(chosen, key)
        if contact is None and chosen == NEW and self.makes:
            return self.made.setdefault(key, Contact(**new_company(lead), owner=owner))
        if contact is not None and chosen != str(lead.organisation_id):
            self._fill(contact, known_of(lead, contact))
        return contact

    def _person(self, lead: Opportunity, chosen: str, company: Contact | None, owner: Any) -> Contact | None:
        values = person_values(lead)
        key = _person_key(lead, values["name"])
        contact = self._chosen(chosen, key)
        if contact is None and chosen == NEW and self.makes:
            return self.made.setdefault(key, Contact(**values, parent=company, owner=owner))
        if contact is not None and chosen != str(lead.person_id):
            self._fill(contact, {**known_of(lead, contact), "parent": company})
        return contact

    def _chosen(self, chosen: str, key: tuple[str, str]) -> Contact | None:
        if chosen == NEW:
            return self.made.get(key)
        return self._known.get(int(chosen)) if chosen else None

    def _fill(self, contact: Contact, values: Mapping[str, Any]) -> None:
        found = lacking(contact, values, self.by)
        for name, value in found.items():
            setattr(contact, name, value)
        if found and contact.pk is not None:
            self.gains.setdefault(contact.pk, {}).update(found)

    def _deal(self, lead: Opportunity, proposal: Proposal) -> int | None:
        """The one deal it surely belongs to, or an earlier lead; two are one too many to choose for somebody."""
        sure = [match.record for match in proposal.deals if match.strength >= SURE]
        there = [one.pk for one in sure if one.kind == Kind.OPPORTUNITY or one.pk < lead.pk]
        deals = {self._into.get(pk, pk) for pk in there}
        if len(deals) != 1:
            return None
        [self._into[lead.pk]] = deals
        return self._into[lead.pk]


def plan_conversions(
    leads: Iterable[Opportunity],
    *,
    by: Any,
    makes: bool = True,
    merges: bool = True,
    whose: Whose | None = None,
) -> Conversions:
    """What converting these leads would do, in the order in which they came."""
    planned = Conversions(by, makes, merges)
    planned.work_out(sorted(leads, key=lambda one: one.pk), whose or {})
    return planned


def convert_leads(
    leads: Sequence[Opportunity],
    *,
    by: Any,
    makes: bool = True,
    merges: bool = False,
    salespeople: Sequence[Any] = (),
    team: Any = None,
) -> int:
    """Convert many leads, each with the contacts that are surely meant, else with new ones if it `makes` any.

    With `merges`, a lead that surely belongs to an open deal goes into it. `salespeople` take turns in the order given.
    Returns how many were converted. Raises as `convert_lead`, and nothing is written.
    """
    whose = _turns(leads, salespeople, {} if team is None else {"team": team})
    params = {"count": len(leads)}
    with change_set(by=by, summary=_("Converted %(count)s leads"), params=params) as changes:
        changes.about(Opportunity)
        planned = plan_conversions(leads, by=by, makes=makes, merges=merges, whose=whose)
        for kind in (Contact.Kind.ORGANISATION, Contact.Kind.PERSON):
            create_contacts(planned.new(kind), by=by)
        update_contacts(values_by_id=planned.gains, by=by)
        converted = _convert(changes, planned, whose)
        _merge(planned, by=by)
    return converted


def _turns(leads: Iterable[Opportunity], salespeople: Sequence[Any], rest: Mapping[str, Any]) -> Whose:
    ids = sorted(lead.pk for lead in leads)
    if not salespeople:
        return dict.fromkeys(ids, rest)
    return {pk: {**rest, "salesperson": one} for pk, one in zip(ids, cycle(salespeople), strict=False)}


def _convert(changes: Changes, planned: Conversions, whose: Whose) -> int:
    of_lead = {one.lead.pk: one for one in planned.each}
    converted = 0
    for plans in plans_for(changes, of_lead, Processes()):
        gifts: list[tuple[int, int | None, Any]] = []
        for plan in plans:
            check_convertible(plan.deal)
            one, before = of_lead[plan.deal.pk], plan.deal.salesperson_id
            plan.convert(organisation=one.company, person=one.person, **whose[plan.deal.pk])
            if plan.number("salesperson") != before:
                gifts.append((plan.deal.pk, plan.number("team"), plan.values["salesperson"]))
        converted += write_plans(changes, plans)
        note_gifts(changes, gifts)
    return converted


def _merge(planned: Conversions, *, by: Any) -> None:
    for into, ids in planned.merged().items():
        for part in chunks(ids, MERGE_RULES.most - 1):
            deals = Opportunity.objects.in_bulk([into, *part])
            merge_opportunities(list(deals.values()), into=deals[into], choices={}, by=by)


def _person_key(lead: Opportunity, name: str) -> tuple[str, str]:
    """By what the same new person is known: the address, else number and name."""
    if lead.email_quality == Quality.CORRECT:
        return "email", email_key(lead.email)
    if lead.phone_quality == Quality.CORRECT:
        return "phone", f"{phone_key(lead.phone)} {name_key(name)}"
    return "lead", str(lead.pk)
