from typing import Any

import pytest

from kairos.contacts.actions.contacts import create_contact
from kairos.contacts.models import Contact
from kairos.core.actions.records import archive_records
from kairos.core.duplicates import find_matches, similar_to
from kairos.core.models import DuplicatePair
from kairos.core.records import type_of
from kairos.crm.actions.opportunities import create_lead, create_opportunity
from kairos.crm.models import Kind, Lead, Opportunity, Stage
from tests.world import World

CONTACTS, DEALS, LEADS = type_of(Contact), type_of(Opportunity), type_of(Lead)


def told(matches: list[Any]) -> list[tuple[str, list[str], int]]:
    return [(str(m.record), [reason.kind for reason in m.reasons], m.strength) for m in matches]


def test_a_contact_is_recognised_by_every_key_it_shares(world: World) -> None:
    values = {"name": "ACME, Inc.", "kind": "organisation", "emails": ["sales@acme.example"]}
    assert told(find_matches(CONTACTS, values, world.sam)) == [("Acme", ["domain", "name"], 84)]
    values = {"name": "E. Buyer", "kind": "person", "emails": ["EVE@acme.example"]}
    match = find_matches(CONTACTS, values, world.sam)[0]
    assert (match.record, match.reasons[0].text) == (world.eve, "eve@acme.example")


def test_people_who_share_a_domain_are_colleagues_and_free_mail_says_nothing(world: World) -> None:
    assert (
        find_matches(CONTACTS, {"name": "Bob", "kind": "person", "emails": ["bob@acme.example"]}, world.sam)
        == []
    )
    create_contact(values={"name": "Bo", "kind": "organisation", "emails": ["bo@gmail.com"]}, by=world.sam)
    values = {"name": "Be", "kind": "organisation", "emails": ["be@gmail.com"]}
    assert find_matches(CONTACTS, values, world.sam) == []


def test_a_key_that_too_many_share_says_nothing(world: World) -> None:
    def shared(count: int) -> int:
        for n in range(count):
            create_contact(values={"name": f"Desk {n}", "phones": ["+886223456789"]}, by=world.sam)
        values = {"name": "New", "kind": "person", "phones": ["+886223456789"]}
        return len(find_matches(CONTACTS, values, world.sam))

    assert shared(20) == 20
    assert shared(2) == 0


def test_leads_and_opportunities_recognise_each_other(world: World) -> None:
    Stage.objects.create(name="New lead", kind=Kind.LEAD)
    lead = create_lead(
        values={"title": "Web form", "email": "Eve@Acme.example", "salesperson": world.sam}, by=world.sam
    )
    values = {"title": "Web form", "email": "eve@acme.example"}
    matches = find_matches(DEALS, values, world.sam)
    assert told(matches) == [("Web form", ["email", "title", "domain"], 95)]
    assert (matches[0].record.pk, matches[0].record_type) == (lead.pk, LEADS)
    matches = find_matches(LEADS, {"title": "More", "organisation": world.acme}, world.sam)
    assert told(matches) == [("Anvils", ["organisation"], 25)]


def test_what_one_may_not_see_is_counted_not_shown(world: World) -> None:
    create_opportunity(
        values={"title": "Secret", "email": "eve@acme.example", "salesperson": world.otto}, by=world.otto
    )
    similar = similar_to(DEALS, {"title": "X", "email": "eve@acme.example"}, world.sam)
    assert (similar.matches, similar.hidden) == ([], 1)
    assert similar_to(DEALS, {"title": "X", "email": "eve@acme.example"}, world.otto).hidden == 0


def test_archived_and_settled_records_are_left_out(world: World) -> None:
    one = create_contact(values={"name": "Twin", "phones": ["+15125550100"]}, by=world.sam)
    other = create_contact(values={"name": "Twin", "phones": ["+15125550100"]}, by=world.sam)
    assert told(find_matches(CONTACTS, one, world.sam)) == [("Twin", ["phone", "name"], 89)]
    pair = DuplicatePair.objects.create(
        record_type="contact", first_id=one.pk, second_id=other.pk, found_at=one.created_at, state="different"
    )
    assert find_matches(CONTACTS, one, world.sam) == []
    pair.delete()
    archive_records([other], by=world.sam)
    assert find_matches(CONTACTS, one, world.sam) == []


@pytest.mark.parametrize("many", [1, 8])
def test_the_number_of_queries_does_not_grow_with_the_keys(
    world: World, many: int, django_assert_num_queries: Any
) -> None:
    emails = [f"eve{n}@acme.example" for n in range(many)]
    create_contact(values={"name": "Eve B.", "parent": world.acme, "emails": emails}, by=world.sam)
    with django_assert_num_queries(2):
        matches = find_matches(CONTACTS, {"name": "Ev", "kind": "person", "emails": emails}, world.sam)
        assert [CONTACTS.subtitle(match.record) for match in matches] == ["Acme"]
