"""The PDF of a quotation: what it says, in whose language, and that words stay words."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from kairos.accounts.actions.workspace import update_letterhead, update_workspace
from kairos.core.history import change_set
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import cancel_quotation, confirm_quotation
from kairos.sales.actions.taxes import create_tax
from kairos.sales.models import Quotation
from kairos.sales.paper import paper_of
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def quotation(world: World) -> Quotation:
    update_letterhead(values={"address": "7 Long Road\nTaipei", "tax_id": "24567891"}, by=world.ada)
    create_tax(values={"name": "Business tax", "percent": Decimal(5), "is_usual": True}, by=world.ada)
    values = {"opportunity": world.sams_deal, "terms": "Thirty days.\n\nNo returns."}
    return create_quotation(values=values, by=world.sam)


def line(quotation: Quotation, description: str, price: str = "0", **values: Any) -> None:
    given = {"description": description, "unit_price": Decimal(price), **values}
    add_line(quotation, values=given, by=quotation.salesperson)


def fresh(quotation: Quotation) -> Quotation:
    return Quotation.objects.get(pk=quotation.pk)


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def words(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(content).pages)


def test_the_paper_says_what_is_offered_and_what_it_comes_to(
    world: World, as_: As, quotation: Quotation
) -> None:
    line(quotation, "Tools", kind="section")
    line(quotation, "Anvil", "19.99", quantity=Decimal(2), discount_percent=Decimal(10))
    line(quotation, "Hammer", "5", is_optional=True)
    answer = as_(world.sam).get(f"/quotations/{quotation.pk}/pdf")
    said = words(answer.content)
    for expected in (
        "Quotation",
        quotation.number,
        "Draft",
        "Kairos Test",
        "7 Long Road",
        "Tax ID 24567891",
        "Acme",
        "Sam Seller",
        "Tools",
        "Anvil",
        "10%",
        "35.98",
        "Business tax",
        "$1.80",
        "$37.78",
        "Optional",
        "Hammer",
        "5.00",
        "Thirty days.",
        "No returns.",
        "Page 1 of 1",
    ):
        assert expected in said, expected
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="Quotation {quotation.number}.pdf"'


def test_the_paper_speaks_the_language_of_the_customer_else_of_the_house(
    world: World, quotation: Quotation
) -> None:
    line(quotation, "精密光譜儀", "10")
    assert "Quotation" in words(paper_of(fresh(quotation)).content)
    update_workspace(values={"language": "zh-hant"}, by=world.ada)
    assert "報價單" in words(paper_of(fresh(quotation)).content)
    with change_set(by=world.ada, summary="Speaks German") as changes:
        changes.update(world.acme, language="de")
    said = words(paper_of(fresh(quotation)).content)
    assert ("Quotation" in said, "精密光譜儀" in said) == (True, True)


@pytest.mark.parametrize(
    "evil",
    [
        '#read("/etc/passwd")',
        '#image("/etc/passwd") #panic("no")',
        '"] #eval("1+1") [',
        "$ x^2 $ *bold* _soft_ `raw` = Title",
        "\\u{41} <label> @label // gone /* gone */",
    ],
)
def test_words_stay_words(world: World, quotation: Quotation, evil: str) -> None:
    with change_set(by=world.ada, summary="Odd names") as changes:
        changes.update(world.acme, name=evil)
        changes.update(world.sams_deal, contact_name=evil)
        changes.update(quotation, terms=evil, customer_reference=evil[:80])
    update_workspace(values={"name": evil}, by=world.ada)
    line(quotation, evil, "1")
    said = "".join(words(paper_of(fresh(quotation)).content).split())
    assert said.count("".join(evil.split())) >= 5
    assert "root:" not in said


def test_the_paper_can_be_read_aloud_and_is_the_same_each_time(world: World, quotation: Quotation) -> None:
    line(quotation, "Anvil", "10")
    paper = paper_of(fresh(quotation))
    found: Any = read(paper.content)
    assert "/StructTreeRoot" in found.trailer["/Root"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in found.xmp_metadata.stream.get_data()
    assert found.trailer["/Root"]["/Lang"] == "en"
    assert paper_of(fresh(quotation)).content == paper.content


def test_a_character_that_no_typeface_has_spoils_nothing(world: World, quotation: Quotation) -> None:
    line(quotation, "Anvil \U0001fae9 \ue123", "10")
    assert "Anvil" in words(paper_of(fresh(quotation)).content)


def test_amounts_have_the_decimals_of_their_currency(world: World, quotation: Quotation) -> None:
    Quotation.objects.filter(pk=quotation.pk).update(currency="TWD")
    line(fresh(quotation), "Anvil", "43500.5")
    said = words(paper_of(fresh(quotation)).content)
    assert ("43,500.5" in said, "NT$43,501" in said, "43,501.00" in said) == (True, True, False)


def test_an_order_is_called_one_and_what_is_cancelled_says_so(world: World, quotation: Quotation) -> None:
    line(quotation, "Anvil", "10")
    line(quotation, "Hammer", "5", is_optional=True)
    confirm_quotation(fresh(quotation), by=world.sam)
    said = words(paper_of(fresh(quotation)).content)
    assert ("Order" in said, "Valid until" in said, "Signature" in said) == (True, False, False)
    assert "Hammer" not in said
    cancel_quotation(fresh(quotation), by=world.sam)
    assert "Cancelled" in words(paper_of(fresh(quotation)).content)


def test_many_lines_run_over_pages_with_their_headings(world: World, quotation: Quotation) -> None:
    with change_set(by=world.sam, summary="Many"):
        for number in range(60):
            line(quotation, f"Part {number}", "1")
    pages = read(paper_of(fresh(quotation)).content).pages
    assert len(pages) == 3
    assert all("Description" in page.extract_text() for page in pages[:2])
    assert "Page 2 of 3" in pages[1].extract_text()


def test_the_page_of_a_draft_reads_in_chinese(world: World, as_: As, quotation: Quotation) -> None:
    line(quotation, "Anvil", "10")
    client = as_(world.sam)
    page = client.get(f"/quotations/{quotation.pk}", headers={"accept-language": "zh-TW"})
    assert (page.status_code, "折扣百分比" in page.content.decode()) == (200, True)
    url = f"/quotations/{quotation.pk}/lines/{quotation.lines.get().pk}"
    refused = client.post(url, {"discount_percent": "101"}, headers={"accept-language": "zh-TW"})
    assert (refused.status_code, "介於 0 到 100" in refused.content.decode()) == (409, True)


def test_who_does_not_see_the_deal_gets_no_paper(world: World, as_: As, quotation: Quotation) -> None:
    assert as_(world.otto).get(f"/quotations/{quotation.pk}/pdf").status_code == 404
    assert Client().get(f"/quotations/{quotation.pk}/pdf").status_code == 302
