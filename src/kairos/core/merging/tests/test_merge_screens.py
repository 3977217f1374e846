"""Merging on screen: who may, what is shown, what comes out, where old addresses lead."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kairos.contacts.actions.contacts import create_contact
from kairos.contacts.models import Contact
from kairos.core.actions.duplicates import search_all
from kairos.core.actions.records import archive_records, update_record
from kairos.core.models import ChangeSet, DuplicatePair, DuplicateSearch, FieldChange, MergedRecord
from kairos.crm.actions.opportunities import create_opportunity
from kairos.crm.models import Opportunity
from tests.world import World

As = Callable[[Any], Client]
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def twin(world: World) -> Contact:
    return create_contact(
        values={
            "kind": "organisation",
            "name": "Acme Inc.",
            "emails": ["sales@acme.example"],
            "city": "Austin",
            "country": "US",
            "owner": None,
        },
        by=world.ada,
    )


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_screen_shows_what_differs_and_what_comes_out(world: World, as_: As, twin: Contact) -> None:
    page = text(as_(world.lena).get(f"/contacts/merge?ids={world.acme.pk},{twin.pk}"))
    assert "Merge 2 records" in page
    assert 'name="f-city"' not in page
    assert f'name="f-street" value="{twin.pk}" checked' in page
    assert "City" in page
    assert "2 fields are the same" not in page
    assert 'name="f-emails" value="all" checked' in page
    result = text(
        as_(world.lena).get(f"/contacts/merge/preview?ids={world.acme.pk},{twin.pk}&f-name={twin.pk}", **HTMX)
    )
    assert "Acme Inc." in result
    assert "info@acme.example" in result


def test_what_is_chosen_comes_out_and_the_old_address_leads_on(world: World, as_: As, twin: Contact) -> None:
    client = as_(world.lena)
    form = {"ids": f"{world.acme.pk},{twin.pk}", "into": world.acme.pk, "f-name": twin.pk, "key": "k1"}
    answer = client.post("/contacts/merge", form, **HTMX)
    assert answer.headers["HX-Redirect"] == f"/contacts/{world.acme.pk}"
    acme = Contact.objects.get(pk=world.acme.pk)
    assert (acme.name, acme.city, set(acme.emails)) == (
        "Acme Inc.",
        "Austin",
        {"info@acme.example", "sales@acme.example"},
    )
    assert client.get(f"/contacts/{twin.pk}").headers["Location"] == f"/contacts/{world.acme.pk}"
    assert client.get(f"/contacts/{twin.pk}/peek").status_code == 302
    again = client.post("/contacts/merge", form, **HTMX)
    assert again.headers["HX-Redirect"] == "/contacts"
    assert MergedRecord.objects.count() == 1


def test_the_history_of_both_is_told_and_unmerging_is_one_click(world: World, as_: As, twin: Contact) -> None:
    update_record(twin, values={"industry": "Explosives"}, by=world.tia)
    client = as_(world.lena)
    client.post("/contacts/merge", {"ids": f"{world.acme.pk},{twin.pk}", "into": world.acme.pk}, **HTMX)
    page = text(client.get(f"/contacts/{world.acme.pk}"))
    assert "Merged with Acme Inc." in page
    assert "Explosives" in page
    assert "Unmerge" in page
    assert "Explosives" in text(client.get(f"/contacts/{world.acme.pk}/field/industry/history"))
    answer = client.post(f"/contacts/{world.acme.pk}/unmerge", **HTMX)
    assert "Undone" in text(answer)
    assert Contact.objects.get(pk=twin.pk).industry == "Explosives"
    assert "Unmerge" not in text(client.get(f"/contacts/{world.acme.pk}"))
    assert client.post(f"/contacts/{world.acme.pk}/unmerge", **HTMX).status_code == 409


def test_unmerging_tells_what_was_changed_since(world: World, as_: As, twin: Contact) -> None:
    client = as_(world.lena)
    client.post("/contacts/merge", {"ids": f"{world.acme.pk},{twin.pk}", "into": world.acme.pk}, **HTMX)
    update_record(Contact.objects.get(pk=world.acme.pk), values={"city": "Dallas"}, by=world.ada)
    answer = text(client.post(f"/contacts/{world.acme.pk}/unmerge", **HTMX))
    assert "Not everything was undone" in answer
    assert "City" in answer
    assert Contact.objects.get(pk=world.acme.pk).city == "Dallas"
    assert Contact.objects.get(pk=twin.pk).city == "Austin"


def test_a_record_out_of_sight_is_not_merged_and_not_told_of(world: World, as_: As) -> None:
    ids = f"{world.sams_deal.pk},{world.ottos_deal.pk}"
    before = FieldChange.objects.count()
    for person in (world.sam, world.stranger):
        client = as_(person)
        assert client.get(f"/opportunities/merge?ids={ids}").status_code == 404
        assert client.get(f"/opportunities/merge/preview?ids={ids}").status_code == 404
        assert client.post("/opportunities/merge", {"ids": ids}, **HTMX).status_code == 404
    assert (FieldChange.objects.count(), Opportunity.objects.count()) == (before, 3)


def test_salespeople_merge_their_own_leaders_all_they_see(world: World, as_: As) -> None:
    mine = create_opportunity(values={"title": "Anvils 2", "salesperson": world.tia}, by=world.tia)
    theirs = f"{world.sams_deal.pk},{mine.pk}"
    refusal = as_(world.tia).post("/opportunities/merge", {"ids": theirs}, **HTMX)
    assert refusal.status_code == 403
    assert "not yours to merge" in refusal.content.decode()
    own = f"{world.tias_deal.pk},{mine.pk}"
    assert as_(world.tia).post("/opportunities/merge", {"ids": own}, **HTMX).status_code == 200
    rest = f"{world.sams_deal.pk},{world.tias_deal.pk}"
    assert as_(world.lena).post("/opportunities/merge", {"ids": rest}, **HTMX).status_code == 200
    assert Opportunity.objects.count() == 2


def test_the_bulk_bar_and_the_menu_lead_to_the_screen(world: World, as_: As, twin: Contact) -> None:
    client = as_(world.lena)
    ids = [world.acme.pk, twin.pk]
    answer = client.post("/contacts/bulk/merge", {"ids": ids}, **HTMX)
    assert answer.headers["HX-Redirect"] == f"/contacts/merge?ids={world.acme.pk},{twin.pk}"
    answer = client.post(f"/contacts/{twin.pk}/do/merge", **HTMX)
    assert answer.headers["HX-Redirect"] == f"/contacts/merge?ids={twin.pk}"
    alone = text(client.get(f"/contacts/merge?ids={twin.pk}"))
    assert "shall be merged with" in alone
    assert f"/contacts/merge?ids={twin.pk},{world.acme.pk}" in alone
    answer = as_(world.tia).post(
        "/opportunities/bulk/merge", {"ids": [world.sams_deal.pk, world.tias_deal.pk]}, **HTMX
    )
    assert answer.status_code == 403


def test_kinds_that_are_not_merged_have_no_such_screen(world: World, as_: As) -> None:
    assert as_(world.ada).get(f"/teams/merge?ids={world.north.pk},{world.south.pk}").status_code == 404
    assert as_(world.ada).get("/contacts/merge?ids=").status_code == 404


def test_what_is_similar_is_told_while_typing(world: World, as_: As) -> None:
    client = as_(world.sam)
    assert "/contacts/similar" in text(client.get("/contacts/new", **HTMX))
    told = text(client.get("/contacts/similar?name=ACME+Ltd.&emails=&phones=nonsense", **HTMX))
    assert "Acme" in told
    assert "Same name" in told
    assert "Acme" not in text(client.get("/contacts/similar?name=ACME&kind=person", **HTMX))
    assert text(client.get("/contacts/similar?name=Nobody", **HTMX)).strip() == ""
    create_opportunity(
        values={"title": "Hidden", "person": world.eve, "salesperson": world.otto}, by=world.otto
    )
    told = text(client.get(f"/opportunities/similar?title=X&person={world.eve.pk}", **HTMX))
    assert "Hidden" not in told
    assert "Somebody else has a similar record" in told


def test_the_queue_is_found_in_the_background_and_settled_by_people(
    world: World, as_: As, twin: Contact
) -> None:
    create_contact(values={"kind": "organisation", "name": "Northern Wind Turbines"}, by=world.ada)
    create_contact(values={"kind": "organisation", "name": "Northern Wind Turbins"}, by=world.ada)
    assert as_(world.sam).post("/duplicates/find", **HTMX).status_code == 200
    pairs = DuplicatePair.objects.order_by("-strength")
    assert [(pair.strength, [kind for kind, _value in pair.reasons]) for pair in pairs] == [
        (84, ["domain", "name"]),
        (50, ["alike"]),
    ]
    client = as_(world.lena)
    page = text(client.get("/duplicates?type=contacts"))
    assert "Acme Inc." in page
    assert "Similar name" in page
    answer = client.post(f"/contacts/{world.acme.pk}/different/{twin.pk}", **HTMX)
    assert answer.status_code == 200
    assert "Acme Inc." not in text(client.get("/duplicates?type=contacts"))
    search_all()
    assert DuplicatePair.objects.get(first_id=world.acme.pk).state == "different"
    change_set = ChangeSet.objects.latest("pk")
    assert client.post(f"/history/{change_set.pk}/undo", **HTMX).status_code == 200
    search_all()
    assert "Acme Inc." in text(client.get("/duplicates?type=contacts"))


def test_the_queue_shows_only_pairs_of_which_one_sees_both(world: World, as_: As) -> None:
    for person in (world.sam, world.otto):
        create_opportunity(
            values={"title": "Twins", "email": "eve@acme.example", "salesperson": person}, by=person
        )
    search_all()
    assert DuplicatePair.objects.filter(record_type="opportunity").count() == 1
    assert "Twins" not in text(as_(world.sam).get("/duplicates?type=opportunities"))
    assert "Twins" in text(as_(world.ada).get("/duplicates?type=opportunities"))
    pk, other = Opportunity.objects.filter(title="Twins").values_list("pk", flat=True)
    assert as_(world.sam).post(f"/opportunities/{pk}/different/{other}", **HTMX).status_code == 404


def test_a_pair_whose_reason_is_gone_leaves_the_queue(world: World, twin: Contact) -> None:
    search_all()
    assert DuplicatePair.objects.count() == 1
    archive_records([twin], by=world.ada)
    search_all()
    assert not DuplicatePair.objects.exists()


def test_a_search_is_not_asked_for_twice(world: World, as_: As) -> None:
    from kairos.core.actions.duplicates import request_search

    DuplicateSearch.objects.create(record_type="contact", asked_at=timezone.now())
    assert request_search() is False
    assert DuplicateSearch.objects.count() == 1


def test_the_queue_asks_the_database_no_more_for_many_pairs(
    world: World, as_: As, django_assert_max_num_queries: Any
) -> None:
    for n in range(10):
        for _twice in range(2):
            create_contact(values={"name": f"Person {n}", "emails": [f"p{n}@x.example"]}, by=world.ada)
    search_all()
    client = as_(world.lena)
    with django_assert_max_num_queries(16):
        assert text(client.get("/duplicates?type=contacts")).count('class="pair ') == 10
