"""What is sold: categories, variants, images, and the words customers read."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kairos.core.actions.files import forget_unused_files
from kairos.core.actions.records import create_record
from kairos.core.editing.undoing import undo_for
from kairos.core.files import path_of
from kairos.core.models import ChangeSet, ImportRun
from kairos.crm.actions.products import create_product, make_variants
from kairos.crm.models import Product, ProductAttribute, ProductCategory
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def shirt(world: World) -> Product:
    values = {"name": "Shirt", "list_price": Decimal(20), "currency": "USD", "text_chinese": "襯衫"}
    return create_product(values=values, by=world.ada)


@pytest.fixture
def colour(world: World) -> ProductAttribute:
    return create_record(
        model=ProductAttribute, values={"name": "Colour", "options": "red\nblue"}, by=world.ada
    )


@pytest.fixture
def size(world: World) -> ProductAttribute:
    return create_record(model=ProductAttribute, values={"name": "Size", "options": "S, M、L"}, by=world.ada)


def test_each_combination_of_values_becomes_a_product(
    world: World, as_: As, shirt: Product, colour: ProductAttribute, size: ProductAttribute
) -> None:
    sent = {"attributes": [colour.pk, size.pk], "key": "k"}
    assert as_(world.lena).post(f"/products/{shirt.pk}/do/variants", sent).status_code == 200
    found: list[Any] = list(shirt.variants.order_by("pk").values_list("name", "list_price", "text_chinese"))
    assert len(found) == 6
    assert found[0] == ("Shirt, red, S", Decimal(20), "襯衫, red, S")
    page = as_(world.sam).get(f"/products/{shirt.pk}").content.decode()
    assert "blue, L" in page


def test_making_variants_again_adds_only_what_is_new(
    world: World, shirt: Product, colour: ProductAttribute
) -> None:
    make_variants(shirt, attributes=[colour], by=world.ada)
    colour.options = "red\nblue\ngreen"
    made = make_variants(shirt, attributes=[colour], by=world.ada)
    assert [one.variant for one in made] == ["green"]
    assert undo_for(ChangeSet.objects.latest("pk"), by=world.ada).conflicts == []
    assert shirt.variants.count() == 2


def test_too_many_variants_are_refused_and_none_is_made(
    world: World, as_: As, shirt: Product, colour: ProductAttribute
) -> None:
    values = {"name": "Length", "options": "\n".join(map(str, range(51)))}
    length: Any = create_record(model=ProductAttribute, values=values, by=world.ada)
    sent = {"attributes": [colour.pk, length.pk], "key": "k"}
    answer = as_(world.ada).post(f"/products/{shirt.pk}/do/variants", sent)
    assert "102 variants" in answer.content.decode()
    assert Product.objects.count() == 1


def test_a_salesperson_makes_no_variants(
    world: World, as_: As, shirt: Product, colour: ProductAttribute
) -> None:
    sent = {"attributes": [colour.pk], "key": "k"}
    assert as_(world.sam).post(f"/products/{shirt.pk}/do/variants", sent).status_code == 403
    assert Product.objects.count() == 1


def test_an_image_is_shown_until_it_is_removed_and_kept_for_the_undo(
    world: World, as_: As, shirt: Product
) -> None:
    client = as_(world.lena)
    url = f"/products/{shirt.pk}/image"
    assert client.get(url).status_code == 404
    client.post(f"{url}/set", {"image": SimpleUploadedFile("a.png", PNG)})
    shown: Any = as_(world.sam).get(url)
    assert (b"".join(shown.streaming_content), shown.headers["Content-Type"]) == (PNG, "image/png")
    digest = Product.objects.get().image
    client.post(f"{url}/remove")
    assert Product.objects.get().image == ""
    forget_unused_files(now=timezone.now() + timedelta(days=9))
    assert path_of(digest).exists()
    undo_for(ChangeSet.objects.latest("pk"), by=world.lena)
    assert Product.objects.get().image == digest


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", PNG + b"0" * 2 * 2**20])
def test_what_is_no_small_image_is_refused(world: World, as_: As, shirt: Product, content: bytes) -> None:
    sent = {"image": SimpleUploadedFile("a.png", content)}
    answer = as_(world.lena).post(f"/products/{shirt.pk}/image/set", sent)
    assert (answer.status_code, "at most 2 MB" in answer.content.decode()) == (409, True)
    assert as_(world.sam).post(f"/products/{shirt.pk}/image/remove").status_code == 403
    assert Product.objects.get().image == ""


SHEET = (
    "product,series,sales_price,category,unit\nGTX Basic,GTX,550,Devices,pc\nGTX Pro,GTX,4821,Devices,pc\n"
)


def test_a_sheet_of_products_is_imported_on_screen(world: World, as_: As) -> None:
    client = as_(world.ada)
    client.post("/products/import", {"file": SimpleUploadedFile("products.csv", SHEET.encode())})
    run = ImportRun.objects.get()
    columns = {name: one["field"] for name, one in run.mapping["columns"].items()}
    assert columns == {
        "product": "name",
        "series": "series",
        "sales_price": "list_price",
        "category": "category",
        "unit": "unit",
    }
    header = SHEET.splitlines()[0].split(",")
    form = {f"field-{number}": columns[name] for number, name in enumerate(header)}
    made = {"asked-create-3": "1", "create-3": "1", "match_by": ",".join(run.mapping["match_by"])}
    client.post(f"/imports/{run.pk}/mapping", {**form, **made, "then": "check"})
    client.post(f"/imports/{run.pk}/apply")
    found: Any = Product.objects.order_by("pk").values_list(
        "name", "series", "list_price", "currency", "unit"
    )
    assert list(found) == [
        ("GTX Basic", "GTX", Decimal(550), "USD", "pc"),
        ("GTX Pro", "GTX", Decimal(4821), "USD", "pc"),
    ]
    assert ProductCategory.objects.get().products.count() == 2
