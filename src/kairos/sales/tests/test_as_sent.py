"""What a customer was shown stays: taxes and units as they were when the quotation was sent."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.core.actions.records import delete_record
from kairos.core.editing.undoing import undo_for
from kairos.core.models import ChangeSet
from kairos.crm.actions.products import create_product
from kairos.crm.models import Product
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.links import address_of, make_link
from kairos.sales.actions.portal import fingerprint
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import cancel_quotation, confirm_quotation, reopen_quotation, send_quotation
from kairos.sales.actions.taxes import create_tax, update_tax
from kairos.sales.actions.versions import duplicate_quotation, revise_quotation
from kairos.sales.models import Quotation, Tax
from kairos.sales.paper import lines_of, paper_of
from kairos.sales.tests.test_papers import fresh, words
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def tax(world: World) -> Tax:
    values = {"name": "Business tax", "percent": Decimal(5), "is_usual": True}
    return create_tax(values=values, by=world.ada)


@pytest.fixture
def course(world: World) -> Product:
    values = {"name": "Course", "list_price": Decimal(100), "currency": "USD", "unit": "day"}
    return create_product(values=values, by=world.ada)


@pytest.fixture
def draft(world: World, tax: Tax, course: Product) -> Quotation:
    """Two days at 100 and 5 %: 210; an option at 40 beside."""
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    add_line(made, values={"product": course, "quantity": Decimal(2)}, by=world.sam)
    values = {"description": "Lunch", "unit_price": Decimal(40), "is_optional": True}
    add_line(made, values=values, by=world.sam)
    return fresh(made)


def raised(world: World, tax: Tax, course: Product) -> None:
    update_tax(tax, values={"percent": Decimal(20), "name": "New tax"}, by=world.ada)
    Product.objects.filter(pk=course.pk).update(unit="hour")


def paper(quotation: Quotation) -> str:
    return words(paper_of(fresh(quotation)).content)


def sums(quotation: Quotation) -> tuple[Any, ...]:
    found = fresh(quotation)
    return found.untaxed, found.tax, found.total


def test_paper_page_and_sums_stay_as_they_were_sent(
    world: World, as_: As, draft: Quotation, tax: Tax, course: Product
) -> None:
    send_quotation(draft, by=world.sam)
    seen = fingerprint(draft, lines_of(draft), language="en")
    raised(world, tax, course)
    sent = fresh(draft)
    assert sums(sent) == (200, 10, 210)
    assert fingerprint(sent, lines_of(sent), language="en") == seen
    texts = {
        "paper": paper(sent),
        "page": Client()
        .get(address_of(make_link(sent, by=world.sam)).split("testserver")[-1])
        .content.decode(),
        "panel": as_(world.sam).get(f"/quotations/{sent.pk}").content.decode(),
    }
    for where, text in texts.items():
        assert ("Business tax" in text, "New tax" in text, "hour" in text) == (True, False, False), where
    assert "2 day" in texts["paper"]


def test_what_the_customer_adds_is_taxed_as_it_was_offered(
    world: World, draft: Quotation, tax: Tax, course: Product
) -> None:
    send_quotation(draft, by=world.sam)
    link = make_link(draft, by=world.sam)
    raised(world, tax, course)
    url, option = address_of(link).split("testserver")[-1], draft.lines.get(is_optional=True).pk
    seen = fingerprint(fresh(draft), lines_of(draft), language="en")
    choice = {f"option-{option}": "1", "language": "en"}
    assert "$252.00" in Client().post(f"{url}/sums", choice).content.decode()
    Client().post(f"{url}/accept", {**choice, "seen": seen, "name": "Eve", "agreed": "1"})
    assert (fresh(draft).state, sums(draft)) == ("confirmed", (240, 12, 252))


def test_a_deleted_tax_stays_on_what_was_sent(world: World, draft: Quotation, tax: Tax) -> None:
    send_quotation(draft, by=world.sam)
    delete_record(tax, by=world.ada)
    sent = fresh(draft)
    assert (sums(sent), "Business tax" in paper(sent)) == ((200, 10, 210), True)


def test_drafts_new_versions_and_copies_take_the_taxes_of_now(
    world: World, draft: Quotation, tax: Tax, course: Product
) -> None:
    send_quotation(draft, by=world.sam)
    raised(world, tax, course)
    copy = duplicate_quotation(draft, by=world.sam)
    version = revise_quotation(draft, by=world.sam)
    assert [sums(one) for one in (copy, version, draft)] == [(200, 40, 240), (200, 40, 240), (200, 10, 210)]
    update_tax(tax, values={"percent": Decimal(10)}, by=world.ada)
    assert [sums(one) for one in (copy, version, draft)] == [(200, 20, 220), (200, 20, 220), (200, 10, 210)]
    undo_for(ChangeSet.objects.latest("pk"), by=world.ada)
    assert sums(copy) == (200, 40, 240)


def test_what_is_a_draft_again_takes_those_of_now_and_its_undo_those_that_were_sent(
    world: World, draft: Quotation, tax: Tax, course: Product
) -> None:
    confirm_quotation(draft, by=world.sam)
    raised(world, tax, course)
    cancel_quotation(fresh(draft), by=world.sam)
    reopen_quotation(fresh(draft), by=world.sam)
    assert (sums(draft), "New tax" in paper(draft)) == ((200, 40, 240), True)
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    again = fresh(draft)
    assert (again.state, sums(again), "Business tax" in paper(again)) == ("cancelled", (200, 10, 210), True)


def test_a_unit_is_called_by_its_name_in_the_reader_s_language(
    world: World, draft: Quotation, course: Product
) -> None:
    Product.objects.filter(pk=course.pk).update(unit_chinese="天")
    send_quotation(draft, by=world.sam)
    Product.objects.filter(pk=course.pk).update(unit_chinese="日")
    assert "2 day" in paper(draft)
    assert "2 天" in words(paper_of(fresh(draft), language="zh-hant").content)


def test_a_tax_is_called_by_its_name_in_the_reader_s_language(
    world: World, draft: Quotation, tax: Tax, course: Product, as_: As
) -> None:
    update_tax(tax, values={"name_chinese": "營業稅"}, by=world.ada)
    send_quotation(draft, by=world.sam)
    update_tax(tax, values={"name_chinese": "新稅"}, by=world.ada)
    assert "Business tax" in paper(draft)
    chinese = words(paper_of(fresh(draft), language="zh-hant").content)
    assert "營業稅" in chinese
    assert "新稅" not in chinese
    page = as_(world.sam).get(f"/quotations/{draft.pk}").content.decode()
    assert "Business tax" in page
    assert "營業稅" not in page
