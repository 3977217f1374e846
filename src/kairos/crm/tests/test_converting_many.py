"""Many leads at once become what each would have become alone, with contacts they share; one undo takes it back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kairos.contacts.models import Contact
from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, EventEntry, FieldChange
from kairos.crm.actions.conversion import convert_with
from kairos.crm.actions.conversions import convert_leads
from kairos.crm.actions.leads import add_lead, discard_lead
from kairos.crm.actions.opportunities import AlreadyClosed
from kairos.crm.actions.processes import update_team_process
from kairos.crm.actions.proposals import propose
from kairos.crm.actions.stages import found_lead_stages
from kairos.crm.models import Assignment, Lead, Opportunity
from tests.world import World

As = Callable[[Any], Client]
IGNORED = {"version", "updated_at", "created_at", "assigned_at", "converted_at", "stage_entered_at", "id"}


@pytest.fixture(autouse=True)
def north_uses_leads(world: World) -> None:
    with change_set(by=world.ada, summary="Stages") as changes:
        found_lead_stages(changes)
    update_team_process(world.north, values={"uses_leads": True}, by=world.ada)


def lead_of(world: World, **values: Any) -> Opportunity:
    values = {"title": "Wants anvils", "salesperson": world.sam, "team": world.north, "email": "", **values}
    return add_lead(values=values, channel="form", by=world.ada).record


def various(world: World) -> list[Opportunity]:
    """Known by address, by domain, by telephone, new, with a company of its own, nameless, and nobody's."""
    return [
        lead_of(world, contact_name="Eva", email="eve@acme.example", phone="+886223456789", city="Taipei"),
        lead_of(world, company_name="Coyote Ltd", contact_name="Wile E.", email="wile@coyote.example"),
        lead_of(world, company_name="Roadrunner", website="https://roadrunner.example", country="TW"),
        lead_of(world, contact_name="Only A. Name"),
        lead_of(world, email="info@nobody.example"),
        lead_of(world, contact_name="Nobody's", phone="+886287654321", salesperson=None, team=None),
    ]


def after(work: Callable[[], Any]) -> dict[str, Any]:
    """What `work` makes of leads and contacts, what it tells, and whom it notes as given."""
    last, told = FieldChange.objects.latest("pk").pk, EventEntry.objects.count()
    given = Assignment.objects.count()
    work()
    contacts = {row.pk: row.name for row in Contact.objects.all()}
    names: dict[str, list[Any]] = {"deals": [], "contacts": []}
    for row in Opportunity.with_leads.order_by("pk").values():
        people = {name: contacts.get(row.pop(f"{name}_id")) for name in ("organisation", "person")}
        names["deals"].append({**{k: v for k, v in row.items() if k not in IGNORED}, **people})
    for row in Contact.objects.order_by("name").values():
        row["parent"] = contacts.get(row.pop("parent_id"))
        names["contacts"].append({k: v for k, v in row.items() if k not in IGNORED})
    changed = FieldChange.objects.filter(pk__gt=last).values_list("record_type", "field")
    return {
        **names,
        "changed": sorted(changed),
        "events": sorted(EventEntry.objects.order_by("pk").values_list("name", "record_id")[told:]),
        "given": sorted(Assignment.objects.order_by("pk").values_list("opportunity", "user")[given:]),
    }


def test_many_become_what_each_would_have_become_alone(world: World) -> None:
    leads = various(world)
    people = [world.sam, world.tia]

    def one_by_one() -> None:
        with change_set(by=world.lena, summary="All"):
            for n, lead in enumerate(leads):
                found = propose(lead, world.lena)
                whose: dict[str, Any] = {"salesperson": people[n % 2], "team": world.north}
                convert_with(lead, by=world.lena, company=found.company, person=found.person, **whose)

    def at_once() -> None:
        convert_leads(leads, by=world.lena, salespeople=people, team=world.north)

    seen = []
    for work in (one_by_one, at_once):
        with transaction.atomic():
            seen.append(after(work))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
    told = [name for name, _record in seen[1]["events"]]
    assert told.count("crm.lead_converted") == len(leads)


def test_the_preview_counts_what_comes_and_one_undo_takes_it_back(world: World, as_: As) -> None:
    leads = [
        lead_of(world, contact_name="Eve", email="eve@acme.example"),
        lead_of(world, company_name="Coyote Ltd", contact_name="Wile E.", email="wile@coyote.example"),
        lead_of(world, company_name="Coyote Ltd.", contact_name="Beep B.", email="beep@coyote.example"),
    ]
    ids = {"ids": [lead.pk for lead in leads]}
    page = as_(world.lena).post("/leads/bulk/convert", ids).content.decode()
    for sentence in (
        "1 is linked to a company that is there.",
        "1 new company is made.",
        "1 is linked to a person who is there.",
        "2 new people are made.",
        "1 surely belongs to an open opportunity, or to an earlier one of these leads.",
    ):
        assert sentence in page
    before = Contact.objects.count()
    data = {**ids, "run": "1", "key": "k6", "makes": "1", "salesperson": [world.sam.pk, world.tia.pk]}
    as_(world.lena).post("/leads/bulk/convert", data)
    deals = Opportunity.objects.filter(pk__in=[lead.pk for lead in leads]).order_by("pk")
    assert [deal.salesperson for deal in deals] == [world.sam, world.tia, world.sam]
    assert [deal.organisation.name for deal in deals] == ["Acme", "Coyote Ltd", "Coyote Ltd"]
    assert [deal.person.name for deal in deals] == ["Eve Buyer", "Wile E.", "Beep B."]
    assert Contact.objects.count() == before + 3
    undo(ChangeSet.objects.latest("pk"), by=world.lena)
    assert Lead.objects.filter(pk__in=[lead.pk for lead in leads]).count() == 3
    assert Contact.objects.count() == before


def test_nobody_is_made_where_nobody_shall_be(world: World, as_: As) -> None:
    leads = various(world)
    before = Contact.objects.count()
    as_(world.ada).post("/leads/bulk/convert", {"ids": [one.pk for one in leads], "run": "1", "key": "k"})
    assert Contact.objects.count() == before
    people = Opportunity.objects.filter(pk__in=[one.pk for one in leads]).order_by("pk")
    assert [deal.person for deal in people] == [world.eve, None, None, None, None, None]


def test_leads_of_one_new_person_share_them(world: World) -> None:
    first = lead_of(world, contact_name="Wile E.", email="wile@coyote.example")
    again = lead_of(world, contact_name="Wile", email="Wile@Coyote.example", phone="+886287654321")
    convert_leads([again, first], by=world.lena)
    [wile] = Contact.objects.filter(name__startswith="Wile")
    assert (wile.name, wile.emails, wile.phones) == ("Wile E.", ["wile@coyote.example"], ["+886287654321"])
    assert set(Opportunity.objects.filter(person=wile)) == {first, again}


def test_of_two_who_are_sure_neither_is_chosen(world: World, as_: As) -> None:
    twin = Contact.objects.create(name="Eve B.")
    with change_set(by=world.ada, summary="Twin") as changes:
        changes.update(twin, emails=["eve@acme.example"])
    lead = lead_of(world, contact_name="Eve Third", email="eve@acme.example")
    other = lead_of(world, contact_name="Nobody Else")
    data = {"ids": [lead.pk, other.pk], "run": "1", "key": "k9", "makes": "1"}
    as_(world.lena).post("/leads/bulk/convert", data)
    assert Opportunity.objects.get(pk=lead.pk).person.name == "Eve Third"


def test_a_lead_goes_into_the_deal_of_an_earlier_one(world: World, as_: As) -> None:
    first = lead_of(world, contact_name="Wile E.", email="wile@coyote.example")
    again = lead_of(world, contact_name="Wile E.", email="wile@coyote.example", description="Again")
    third = lead_of(world, contact_name="Wile E.", email="wile@coyote.example", description="And again")
    ids = {"ids": [first.pk, again.pk, third.pk]}
    assert (
        "2 surely belong to open opportunities"
        in as_(world.lena).post("/leads/bulk/convert", ids).content.decode()
    )
    data = {**ids, "run": "1", "key": "k", "makes": "1", "merges": "1"}
    as_(world.lena).post("/leads/bulk/convert", data)
    [deal] = Opportunity.with_leads.filter(pk__in=ids["ids"])
    assert (deal.pk, deal.description, deal.touches.count()) == (first.pk, "Again\n\nAnd again", 3)
    undo(ChangeSet.objects.latest("pk"), by=world.lena)
    assert Lead.objects.filter(pk__in=ids["ids"]).count() == 3


def test_a_closed_lead_among_them_stops_all(world: World) -> None:
    leads = various(world)
    discard_lead(leads[3], by=world.ada)
    before = Contact.objects.count()
    with pytest.raises(AlreadyClosed):
        convert_leads(leads, by=world.lena)
    assert Contact.objects.count() == before
    assert Lead.objects.filter(pk__in=[one.pk for one in leads]).count() == len(leads)


def test_statements_do_not_grow_with_the_leads(world: World) -> None:
    counts = []
    for number in (3, 30):
        leads = [
            lead_of(
                world,
                company_name=f"Company {number} {n}",
                contact_name=f"Person {number} {n}",
                email=f"p{n}@c{number}x{n}.example",
            )
            for n in range(number)
        ]
        # Every third is linked to a contact that is there and gets what it lacks.
        for n, lead in enumerate(leads[::3]):
            there = Contact.objects.create(name=f"There {number} {n}")
            with change_set(by=world.ada, summary="There") as changes:
                changes.update(there, emails=[lead.email])
        with CaptureQueriesContext(connection) as queries:
            convert_leads(leads, by=world.lena, salespeople=[world.sam, world.tia])
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 4, counts
