"""What quotations take from products: words in the customer's language, taxes, costs that few see."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.core.editing.undoing import undo_for
from kairos.core.history import change_set
from kairos.core.models import ChangeSet
from kairos.crm.actions.products import create_product, make_variants
from kairos.crm.models import Product, ProductAttribute
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.products import set_cost, set_taxes
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.taxes import create_tax
from kairos.sales.models import ProductCost, Quotation, Tax
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def usual(world: World) -> Tax:
    return create_tax(values={"name": "Business tax", "percent": 5, "is_usual": True}, by=world.ada)


@pytest.fixture
def zero(world: World) -> Tax:
    return create_tax(values={"name": "Zero rate", "percent": 0}, by=world.ada)


@pytest.fixture
def saw(world: World) -> Product:
    values = {
        "name": "Saw",
        "list_price": Decimal(100),
        "currency": "USD",
        "unit": "pc",
        "text_chinese": "鋸子",
    }
    return create_product(values=values, by=world.ada)


@pytest.fixture
def quotation(world: World) -> Quotation:
    return create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)


@pytest.mark.parametrize(("language", "words"), [("zh-Hant", "鋸子"), ("en", "Saw"), ("", "Saw")])
def test_the_line_reads_in_the_language_of_the_customer(
    world: World, quotation: Quotation, saw: Product, language: str, words: str
) -> None:
    with change_set(by=world.ada, summary="Language") as changes:
        changes.update(world.acme, language=language)
    quotation = Quotation.objects.get()
    assert add_line(quotation, values={"product": saw}, by=world.sam).description == words


def test_a_line_bears_the_taxes_of_its_product_or_the_usual_ones(
    world: World, as_: As, quotation: Quotation, saw: Product, usual: Tax, zero: Tax
) -> None:
    first = add_line(quotation, values={"product": saw}, by=world.sam)
    as_(world.lena).post(f"/products/{saw.pk}/do/taxes", {"taxes": [zero.pk], "key": "k"})
    second = add_line(quotation, values={"product": saw}, by=world.sam)
    set_taxes(saw, taxes=[], by=world.lena)
    third = add_line(quotation, values={"product": saw}, by=world.sam)
    assert [list(one.taxes.all()) for one in (first, second, third)] == [[usual], [zero], [usual]]


def test_taxes_are_set_for_many_products_at_once_and_taken_back(
    world: World, as_: As, saw: Product, usual: Tax, zero: Tax
) -> None:
    other = create_product(values={"name": "Press"}, by=world.ada)
    sent = {"ids": [saw.pk, other.pk], "taxes": [zero.pk], "key": "k", "run": "1"}
    as_(world.lena).post("/products/bulk/taxes", sent)
    assert zero.sold_products.count() == 2
    undo_for(ChangeSet.objects.latest("pk"), by=world.lena)
    assert zero.sold_products.count() == 0


def test_the_cost_is_seen_by_those_who_lead(world: World, as_: As, saw: Product) -> None:
    sent = {"cost": "61.37", "currency": "", "key": "k"}
    assert as_(world.sam).post(f"/products/{saw.pk}/do/cost", sent).status_code == 403
    assert not ProductCost.objects.exists()
    as_(world.lena).post(f"/products/{saw.pk}/do/cost", sent)
    row: Any = ProductCost.objects.get()
    assert (row.cost, row.currency) == (Decimal("61.37"), "USD")
    assert "61.37" in as_(world.lena).get(f"/products/{saw.pk}").content.decode()
    for url in (f"/products/{saw.pk}", "/products?view=list", "/product-costs", f"/product-costs/{row.pk}"):
        assert "61.37" not in as_(world.sam).get(url).content.decode()


def test_a_product_with_a_cost_can_be_deleted_and_comes_back_with_it(world: World, saw: Product) -> None:
    set_cost(saw, cost=Decimal(3), by=world.ada)
    with change_set(by=world.ada, summary="Deleted") as changes:
        changes.delete(saw)
    undo_for(ChangeSet.objects.latest("pk"), by=world.ada)
    assert Product.objects.get().cost_row.cost == Decimal(3)


def test_the_editor_offers_variants_instead_of_what_they_are_variants_of(
    world: World, as_: As, quotation: Quotation, saw: Product
) -> None:
    with change_set(by=world.ada, summary="Attribute") as changes:
        size = changes.create(ProductAttribute, name="Size", options="S, L")
    url = f"/quotations/{quotation.pk}/products?q=saw"
    before = as_(world.sam).get(url).content.decode()
    make_variants(saw, attributes=[size], by=world.ada)
    after = as_(world.sam).get(url).content.decode()
    assert ("Saw</span>" in before, "$100 / pc" in before) == (True, True)
    assert ("Saw</span>" in after, "Saw, S" in after, "Saw, L" in after) == (False, True, True)
    assert as_(world.otto).get(url).status_code == 404
