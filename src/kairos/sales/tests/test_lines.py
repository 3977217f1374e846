"""The line editor through the front door: order, places, what two people change at once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.core.editing.undoing import undo_for
from kairos.core.history import change_set
from kairos.core.models import ChangeSet, FieldChange
from kairos.crm.models import Product
from kairos.sales.actions.lines import add_line, move_line, remove_line, update_line
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import send_quotation
from kairos.sales.models import Quotation, QuotationLine
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]
ALL = ["Bolt", "HARDWARE", "Anvil", "Magnet", "SERVICE", "Training", "Support"]


@pytest.fixture
def quotation(world: World) -> Quotation:
    return create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)


@pytest.fixture
def lines(world: World, quotation: Quotation) -> dict[str, QuotationLine]:
    """A bolt, and two sections (in capitals) of two lines each."""
    return {
        words: add_line(
            quotation,
            values={"description": words, "kind": "section" if words.isupper() else "item", "unit_price": 10},
            by=world.sam,
        )
        for words in ALL
    }


def order(quotation: Quotation) -> list[str]:
    found = quotation.lines.order_by("position", "pk")
    return list(found.values_list("description", flat=True))


@pytest.mark.parametrize(
    ("moved", "before", "wanted"),
    [
        ("Training", "Anvil", ["Bolt", "HARDWARE", "Training", "Anvil", "Magnet", "SERVICE", "Support"]),
        ("Anvil", "", ["Bolt", "HARDWARE", "Magnet", "SERVICE", "Training", "Support", "Anvil"]),
        ("SERVICE", "HARDWARE", ["Bolt", "SERVICE", "Training", "Support", "HARDWARE", "Anvil", "Magnet"]),
        ("HARDWARE", "", ["Bolt", "SERVICE", "Training", "Support", "HARDWARE", "Anvil", "Magnet"]),
        # Between the lines of another section a section takes none of them.
        ("HARDWARE", "Support", ["Bolt", "SERVICE", "Training", "Support", "HARDWARE", "Anvil", "Magnet"]),
        ("SERVICE", "Magnet", ["Bolt", "SERVICE", "Training", "Support", "HARDWARE", "Anvil", "Magnet"]),
        ("SERVICE", "Bolt", ["Bolt", "SERVICE", "Training", "Support", "HARDWARE", "Anvil", "Magnet"]),
        ("HARDWARE", "Magnet", ALL),
        ("Bolt", "Bolt", ALL),
    ],
)
def test_lines_move_and_sections_take_theirs_along(
    world: World, as_: As, quotation: Quotation, lines: Any, moved: str, before: str, wanted: list[str]
) -> None:
    count = ChangeSet.objects.count()
    url = f"/quotations/{quotation.pk}/lines/{lines[moved].pk}/move"
    answer = as_(world.sam).post(url, {"before": lines[before].pk if before else ""})
    assert (answer.status_code, order(quotation)) == (200, wanted)
    is_moved = wanted != ALL
    assert ChangeSet.objects.count() == count + is_moved
    assert ("Line moved" in answer.content.decode()) == is_moved
    if is_moved:
        assert undo_for(ChangeSet.objects.latest("pk"), by=world.sam).conflicts == []
        assert order(quotation) == ALL


def test_a_move_changes_the_place_of_what_is_moved_and_of_nothing_else(
    world: World, quotation: Quotation, lines: Any
) -> None:
    move_line(lines["Support"], before=lines["Anvil"], by=world.sam)
    first = ChangeSet.objects.latest("pk")
    move_line(lines["Bolt"], before=lines["Magnet"], by=world.lena)
    assert order(quotation) == ["HARDWARE", "Support", "Anvil", "Bolt", "Magnet", "SERVICE", "Training"]
    # So what others have moved since is left where it is.
    assert undo_for(first, by=world.sam).conflicts == []
    assert order(quotation) == ["HARDWARE", "Anvil", "Bolt", "Magnet", "SERVICE", "Training", "Support"]


def test_where_there_is_no_room_left_all_lines_get_room(
    world: World, quotation: Quotation, lines: Any
) -> None:
    for _again in range(6):
        move_line(lines["Support"], before=lines["HARDWARE"], by=world.sam)
        move_line(lines["Training"], before=lines["HARDWARE"], by=world.sam)
    assert order(quotation) == ["Bolt", "Support", "Training", "HARDWARE", "Anvil", "Magnet", "SERVICE"]


def test_a_line_beside_one_that_is_gone_stays_where_it_is(
    world: World, as_: As, quotation: Quotation, lines: Any
) -> None:
    gone = lines["Anvil"].pk
    remove_line(lines["Anvil"], by=world.lena)
    client, url = as_(world.sam), f"/quotations/{quotation.pk}/lines"
    before = order(quotation)
    answers = [
        client.post(f"{url}/{lines['Bolt'].pk}/move", {"before": gone}),
        client.post(f"{url}/{lines['Bolt'].pk}/move", {"before": "x"}),
        client.post(f"{url}/{gone}", {"quantity": "7", "was": "1"}),
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 404]
    assert all("no longer there" in answer.content.decode() for answer in answers)
    # The answer brings the lines that are there.
    assert "Magnet" in answers[2].content.decode()
    assert order(quotation) == before


def test_what_was_sent_keeps_its_order(world: World, as_: As, quotation: Quotation, lines: Any) -> None:
    send_quotation(quotation, by=world.sam)
    url = f"/quotations/{quotation.pk}/lines/{lines['Bolt'].pk}/move"
    assert as_(world.sam).post(url, {"before": ""}).status_code == 409
    assert as_(world.otto).post(url, {"before": ""}).status_code == 404
    assert order(quotation) == ALL


def test_a_line_is_written_below_another_and_once(
    world: World, as_: As, quotation: Quotation, lines: Any
) -> None:
    form = {"description": "Nut", "kind": "item", "after": lines["Bolt"].pk, "key": "k"}
    for _twice in "ab":
        as_(world.sam).post(f"/quotations/{quotation.pk}/lines", form)
    assert order(quotation) == ["Bolt", "Nut", *ALL[1:]]
    form = {"description": "Last", "kind": "note", "after": "999999", "key": "l"}
    as_(world.sam).post(f"/quotations/{quotation.pk}/lines", form)
    assert order(quotation) == ["Bolt", "Nut", *ALL[1:], "Last"]


def test_a_price_changed_meanwhile_is_asked_about(
    world: World, as_: As, quotation: Quotation, lines: Any
) -> None:
    update_line(lines["Anvil"], values={"unit_price": Decimal(80)}, by=world.lena)
    count = FieldChange.objects.count()
    client, url = as_(world.sam), f"/quotations/{quotation.pk}/lines/{lines['Anvil'].pk}"
    answer = client.post(url, {"unit_price": "90", "was": "10"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Unit price was not saved: somebody else has changed it meanwhile." in text
    assert "Lena Leader has changed this meanwhile." in text
    assert ("<dd>80</dd>" in text, "<dd>90</dd>" in text) == (True, True)
    lines["Anvil"].refresh_from_db()
    assert (lines["Anvil"].unit_price, FieldChange.objects.count()) == (Decimal(80), count)
    assert client.post(url, {"unit_price": "90", "was": "80"}).status_code == 200
    lines["Anvil"].refresh_from_db()
    assert lines["Anvil"].unit_price == Decimal(90)


def test_different_fields_of_a_line_merge(world: World, as_: As, quotation: Quotation, lines: Any) -> None:
    client, url = as_(world.sam), f"/quotations/{quotation.pk}/lines/{lines['Anvil'].pk}"
    update_line(lines["Anvil"], values={"unit_price": Decimal(80)}, by=world.lena)
    assert client.post(url, {"quantity": "3", "was": "1"}).status_code == 200
    # The same from both is no conflict, and no change.
    count = ChangeSet.objects.count()
    assert client.post(url, {"unit_price": "80", "was": "10"}).status_code == 200
    lines["Anvil"].refresh_from_db()
    assert (lines["Anvil"].quantity, lines["Anvil"].unit_price) == (Decimal(3), Decimal(80))
    assert ChangeSet.objects.count() == count


def test_the_discount_on_all_lines_is_asked_about_too(
    world: World, as_: As, quotation: Quotation, lines: Any
) -> None:
    client, url = as_(world.sam), f"/quotations/{quotation.pk}/discount"
    assert as_(world.lena).post(url, {"discount_percent": "5", "was": "0"}).status_code == 200
    answer = client.post(url, {"discount_percent": "9", "was": "0"})
    assert (answer.status_code, "Lena Leader has changed this" in answer.content.decode()) == (409, True)
    quotation.refresh_from_db()
    assert quotation.discount_percent == Decimal(5)


def test_the_answer_says_which_cells_it_has_changed_itself(
    world: World, as_: As, quotation: Quotation, lines: Any
) -> None:
    url = f"/quotations/{quotation.pk}/lines/{lines['Anvil'].pk}"
    text = as_(world.sam).post(url, {"quantity": "3", "was": "1"}).content.decode()
    own = [tag for tag in text.split("<") if "data-own" in tag]
    assert len(own) == 1
    assert f'id="line-{lines["Anvil"].pk}-quantity"' in own[0]
    refused = as_(world.sam).post(url, {"quantity": "x", "was": "3"})
    assert (refused.status_code, "Enter a number." in refused.content.decode()) == (422, True)


def test_products_are_found_in_chinese_by_their_number_and_else_the_words_are_offered(
    world: World, as_: As, quotation: Quotation
) -> None:
    with change_set(by=world.ada, summary="Products") as changes:
        for name, number in (("螺絲起子", "SKU-0815"), ("Hammer", "SKU-0999")):
            changes.create(Product, name=name, external_id=number, list_price=7, currency="USD")
    client, url = as_(world.sam), f"/quotations/{quotation.pk}/products"
    found = client.get(url, {"q": "起子"}).content.decode()
    assert ("螺絲起子" in found, "Hammer" in found, "“起子”, in your own words" in found) == (
        True,
        False,
        True,
    )
    found = client.get(url, {"q": "sku-0815"}).content.decode()
    assert ("螺絲起子" in found, "SKU-0815 · $7" in found, "Hammer" in found) == (True, True, False)
    assert "in your own words" not in client.get(url).content.decode()
