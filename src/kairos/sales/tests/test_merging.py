"""Deals and contacts are merged and taken apart: what was offered and ordered goes along, and comes back as it was."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.contacts.actions.merging import merge_contacts
from kairos.contacts.models import Contact
from kairos.core.actions.records import create_record
from kairos.core.editing.undoing import undo_for
from kairos.core.merging.unmerging import unmerge
from kairos.core.models import ChangeSet
from kairos.core.records import type_of
from kairos.crm.actions.merging import merge_opportunities
from kairos.crm.models import Opportunity
from kairos.sales.actions.lines import add_line, update_line
from kairos.sales.actions.links import address_of, make_link
from kairos.sales.actions.orders import mark_invoiced
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import confirm_quotation, send_quotation
from kairos.sales.models import PriceList, Quotation
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]
NAMES = ("number", "opportunity", "organisation", "person", "price_list", "state", "total", "invoicing")


def offer(world: World, deal: Opportunity, price: int) -> Quotation:
    made = create_quotation(values={"opportunity": deal}, by=world.sam)
    add_line(made, values={"description": "Anvil", "unit_price": Decimal(price)}, by=world.sam)
    made.refresh_from_db()
    return made


def all_of_them() -> list[tuple[Any, ...]]:
    return list(Quotation.objects.order_by("pk").values_list(*NAMES))


def last() -> ChangeSet:
    return ChangeSet.objects.latest("pk")


@pytest.fixture
def offers(world: World) -> list[Quotation]:
    """Of Sam's deal a draft, one that was sent, and an invoiced order; of Tia's a draft."""
    found = [offer(world, world.sams_deal, 100), offer(world, world.sams_deal, 200)]
    found += [offer(world, world.sams_deal, 300), offer(world, world.tias_deal, 400)]
    send_quotation(found[1], by=world.sam)
    confirm_quotation(found[2], by=world.sam)
    mark_invoiced(found[2], by=world.sam, invoice_reference="A-1")
    return found


def test_what_was_offered_for_merged_deals_comes_back_as_it_was(
    world: World, as_: As, offers: list[Quotation]
) -> None:
    link = address_of(make_link(offers[1], by=world.sam)).split("testserver")[-1]
    before = all_of_them()
    merge_opportunities([world.sams_deal], into=world.tias_deal, choices={}, by=world.lena)
    into = Opportunity.objects.get(pk=world.tias_deal.pk)
    assert [row[1] for row in all_of_them()] == [into.pk] * 4
    page = as_(world.lena).get(f"/opportunities/{into.pk}").content.decode()
    assert all(one.number in page for one in offers)
    assert "Q" in Client().get(link).content.decode()
    unmerge(type_of(Opportunity), into, by=world.lena)
    assert all_of_them() == before
    assert Client().get(link).status_code == 200
    undo_for(last(), by=world.lena)
    assert [row[1] for row in all_of_them()] == [into.pk] * 4


def test_what_is_done_between_merging_and_taking_apart_stays(world: World, offers: list[Quotation]) -> None:
    merge_opportunities([world.sams_deal], into=world.tias_deal, choices={}, by=world.lena)
    into = Opportunity.objects.get(pk=world.tias_deal.pk)
    new = offer(world, into, 500)
    update_line(offers[0].lines.get(), values={"quantity": Decimal(3)}, by=world.lena)
    confirm_quotation(offers[1], by=world.lena)
    unmerge(type_of(Opportunity), into, by=world.lena)
    found = {row[0]: (row[1], row[5], row[6]) for row in all_of_them()}
    assert found == {
        offers[0].number: (world.sams_deal.pk, "draft", 300),
        offers[1].number: (world.sams_deal.pk, "confirmed", 200),
        offers[2].number: (world.sams_deal.pk, "confirmed", 300),
        offers[3].number: (into.pk, "draft", 400),
        new.number: (into.pk, "draft", 500),
    }


def test_merged_contacts_keep_what_was_offered_to_any_of_them(world: World, offers: list[Quotation]) -> None:
    values = {"name": "ACME Inc.", "kind": "organisation"}
    double = create_record(model=Contact, values=values, by=world.ada)
    twin = create_record(model=Contact, values={"name": "E. Buyer", "parent": double}, by=world.ada)
    prices = create_record(
        model=PriceList, values={"name": "Theirs", "currency": "USD", "customers": [double]}, by=world.ada
    )
    Opportunity.objects.filter(pk=world.sams_deal.pk).update(organisation=double, person=twin)
    world.sams_deal.refresh_from_db()
    made = offer(world, world.sams_deal, 700)
    assert (made.organisation, made.person, made.price_list) == (double, twin, prices)
    send_quotation(made, by=world.sam)
    before = all_of_them()
    merge_contacts([double], into=world.acme, choices={}, by=world.ada)
    merge_contacts([twin], into=world.eve, choices={}, by=world.ada)
    made.refresh_from_db()
    assert (made.organisation, made.person) == (world.acme, world.eve)
    assert list(prices.customers.all()) == [world.acme]
    again = create_quotation(
        values={"opportunity": Opportunity.objects.get(pk=world.sams_deal.pk)}, by=world.sam
    )
    assert again.price_list == prices
    undo_for(last(), by=world.sam)
    unmerge(type_of(Contact), Contact.objects.get(pk=world.eve.pk), by=world.ada)
    unmerge(type_of(Contact), Contact.objects.get(pk=world.acme.pk), by=world.ada)
    assert all_of_them() == before
    assert list(prices.customers.values_list("pk", flat=True)) == [double.pk]


def test_closing_what_is_still_offered_leaves_orders_and_tells_customers(
    world: World, as_: As, offers: list[Quotation]
) -> None:
    link = address_of(make_link(offers[1], by=world.sam)).split("testserver")[-1]
    client, url = as_(world.sam), f"/opportunities/{world.sams_deal.pk}"
    client.post(f"{url}/do/win")
    assert "2 quotations are still open" in client.get(url).content.decode()
    for _again in range(2):
        client.post(f"{url}/close-quotations")
    assert [row[5] for row in all_of_them()] == ["cancelled", "cancelled", "confirmed", "draft"]
    assert "This has been cancelled." in Client().get(link).content.decode()
    undo_for(last(), by=world.sam)
    assert [row[5] for row in all_of_them()] == ["draft", "sent", "confirmed", "draft"]
    assert "This has been cancelled." not in Client().get(link).content.decode()
