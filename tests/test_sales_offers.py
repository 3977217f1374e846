"""What a real seller sells is imported from their spreadsheet, offered in a quotation, and ordered."""

import csv
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.crm.models import Product
from kairos.sales.actions.taxes import create_tax
from kairos.sales.models import Quotation
from kairos.sales.paper import paper_of
from tests.test_sales_pipeline import FOLDER, MAPPINGS, run
from tests.world import World

pytestmark = [
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the seller's files are not here"),
    pytest.mark.django_db,
]


@pytest.fixture
def rows() -> list[dict[str, str]]:
    with (FOLDER / "products.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def imported(guessed: bool = False) -> dict[str, Any]:
    mapping = [] if guessed else ["--mapping", str(MAPPINGS / "products.json")]
    return run("products", str(FOLDER / "products.csv"), *mapping)


@pytest.mark.parametrize("guessed", [False, True])
def test_their_products_come_with_series_and_price_and_a_second_time_change_nothing(
    world: World, rows: list[dict[str, str]], guessed: bool
) -> None:
    imported(guessed)
    found = list(Product.objects.order_by("pk").values_list("name", "series", "list_price", "currency"))
    assert found == [
        (row["product"], row["series"], Decimal(row["sales_price"]), found[0][3]) for row in rows
    ]
    versions = list(Product.objects.order_by("pk").values_list("version"))
    imported(guessed)
    assert list(Product.objects.order_by("pk").values_list("version")) == versions


def test_all_of_them_are_offered_at_their_prices_and_ordered(
    world: World, as_: Callable[[Any], Client], rows: list[dict[str, str]]
) -> None:
    imported()
    create_tax(values={"name": "Sales tax", "percent": Decimal("8.875"), "is_usual": True}, by=world.ada)
    client = as_(world.sam)
    client.post(f"/opportunities/{world.sams_deal.pk}/quote", {"key": "q"})
    quotation = Quotation.objects.get()
    url = f"/quotations/{quotation.pk}"
    offered = client.get(f"{url}/products?q=gtx").content.decode()
    assert all(row["product"] in offered for row in rows if row["series"] == "GTX")
    for number, product in enumerate(Product.objects.order_by("pk"), start=1):
        data = {"product": str(product.pk), "quantity": str(number), "key": f"l{number}"}
        assert client.post(f"{url}/lines", data).status_code == 200
    quotation.refresh_from_db()
    untaxed = sum(number * Decimal(row["sales_price"]) for number, row in enumerate(rows, start=1))
    tax = (untaxed * Decimal("0.08875")).quantize(Decimal("0.01"))
    assert (quotation.untaxed, quotation.tax, quotation.total) == (untaxed, tax, untaxed + tax)
    assert untaxed == 245291
    assert [line.unit_price for line in quotation.lines.order_by("position")] == [
        Decimal(row["sales_price"]) for row in rows
    ]
    client.post(f"{url}/do/confirm", {"key": "c"})
    assert paper_of(Quotation.objects.get()).content.startswith(b"%PDF")
    undo(ChangeSet.objects.latest("pk"), by=world.sam)
    assert Quotation.objects.get().state == "draft"
