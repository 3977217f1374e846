"""Reports on the lines of quotations: product mix, discounts, quoted against won; beside a count of their own."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import time_machine

from kairos.core.history import change_set
from kairos.core.records import part_types, type_called
from kairos.crm.models import Product, ProductCategory
from kairos.insight.pivot import answer
from kairos.insight.question import read_question
from kairos.sales.actions.lines import add_line, update_line
from kairos.sales.actions.quotations import create_quotation, update_quotation
from kairos.sales.actions.states import cancel_quotation, confirm_quotation, send_quotation
from kairos.sales.models import QuotationLine
from kairos.sales.tests.test_papers import fresh
from tests.world import World

pytestmark = pytest.mark.django_db
Rows = dict[str, list[Any]]


def sell(
    world: World, who: str, at: str, lines: list[dict[str, Any]], *, percent: str = "0", end: str = ""
) -> Any:
    deal, by = getattr(world, f"{who}s_deal"), getattr(world, who)
    with time_machine.travel(at, tick=False):
        made = create_quotation(values={"opportunity": deal}, by=by)
        for values in lines:
            add_line(made, values=values, by=by)
        update_quotation(fresh(made), values={"discount_percent": Decimal(percent)}, by=by)
        if end:
            {"confirm": confirm_quotation, "cancel": cancel_quotation, "send": send_quotation}[end](
                fresh(made), by=by
            )
    return fresh(made)


@pytest.fixture
def sold(world: World) -> None:
    """Anvils by a list of 100 and hammers by one of 33.33, ordered, called off, waiting, with discounts."""
    with change_set(by=world.ada, summary="Products") as changes:
        heavy, light = (changes.create(ProductCategory, name=name) for name in ("Heavy", "Light"))
        anvil = changes.create(Product, name="Anvil", category=heavy, list_price=Decimal(100), currency="USD")
        hammer = changes.create(
            Product, name="Hammer", category=light, list_price=Decimal("33.33"), currency="USD"
        )
    sell(
        world,
        "sam",
        "2027-01-10T09:00Z",
        [
            {"product": anvil, "quantity": Decimal("2.5"), "discount_percent": Decimal(10)},
            {"product": hammer, "quantity": Decimal(3), "unit_price": Decimal("30")},
            {"product": hammer, "quantity": Decimal(7), "is_optional": True},
            {"description": "Thanks", "kind": "note"},
        ],
        percent="7.5",
        end="confirm",
    )
    sell(world, "sam", "2027-02-10T09:00Z", [{"product": anvil, "quantity": Decimal(1)}], end="confirm")
    sell(world, "tia", "2027-02-11T09:00Z", [{"product": hammer, "quantity": Decimal(9)}], end="cancel")
    sell(world, "tia", "2027-02-12T09:00Z", [{"product": hammer, "quantity": Decimal(11)}], end="send")
    sell(
        world,
        "otto",
        "2027-02-12T09:00Z",
        [{"description": "Magnet", "unit_price": Decimal(900)}],
        end="confirm",
    )


def report(user: Any, measures: str, rows: str, **more: str) -> Rows:
    asked = read_question(
        type_called("quotation-lines"), {"measures": measures, "rows": rows, **more}, user=user
    )
    found = answer(asked)
    return {row.label: [cell.figure.number for cell in row.cells] for row in [*found.rows, found.total]}


def counted(user: Any, name: Callable[[QuotationLine], str]) -> Rows:
    """Net, quantity and discount of what was ordered, line by line in Python."""
    found: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 3)
    for line in QuotationLine.objects.visible_to(user).select_related("quotation", "product"):
        if line.quotation.state != "confirmed" or not line.is_counted:
            continue
        net = Fraction(line.amount) * (100 - Fraction(line.quotation.discount_percent)) / 100
        full = Fraction(line.quantity * max(line.unit_price, line.listed_price or 0))
        for key in (name(line), "Total"):
            found[key] = [
                a + Fraction(b) for a, b in zip(found[key], (net, line.quantity, full - net), strict=True)
            ]
    return {key: [round(float(one), 2) for one in values] for key, values in found.items()}


def rounded(rows: Rows) -> Rows:
    return {key: [round(float(one), 2) for one in values] for key, values in rows.items() if any(values)}


def test_the_product_mix_is_what_one_counts_line_by_line(world: World, sold: None) -> None:
    asked = report(world.sam, "net,quantity,discount", "product")
    assert rounded(asked) == counted(world.sam, lambda line: str(line.product))
    # 2.5 anvils at 90 and 3 hammers at 30, both less 7.5 percent; one anvil at 100.
    assert asked["Total"] == [Decimal("391.375"), Decimal("6.5"), Decimal("58.615")]


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ("product.category", lambda line: line.product.category.name),
        ("quotation.salesperson", lambda line: line.quotation.salesperson.name),
        ("quotation.opportunity.team", lambda line: line.quotation.opportunity.team.name),
        ("quotation.confirmed_at:month", lambda line: f"{line.quotation.confirmed_at:%b %Y}"),
    ],
)
def test_each_way_to_split_it_up_gives_the_same_figures(
    world: World, sold: None, rows: str, name: Callable[[Any], str]
) -> None:
    asked = rounded(report(world.sam, "net,quantity,discount", rows))
    assert asked == counted(world.sam, name)


def test_what_was_quoted_beside_what_was_won(world: World, sold: None) -> None:
    found = report(world.tia, "quoted,net,won_share,discount_share", "quotation.salesperson")
    assert found["Tia Team"][:3] == [Decimal("666.600"), Decimal(0), Decimal(0)]
    sam = [Decimal("391.375"), Decimal("391.375"), Decimal(100)]
    assert found["Sam Seller"][:3] == sam
    assert round(found["Sam Seller"][3], 4) == round(Decimal("58.615") / Decimal("449.99") * 100, 4)


def test_a_line_is_seen_by_whom_its_quotation_is(world: World, as_: Callable[..., Any], sold: None) -> None:
    foreign = QuotationLine.objects.get(description="Magnet")
    assert "Magnet" not in str(report(world.sam, "net", "quotation.salesperson"))
    assert [*report(world.stranger, "net", "product")] == ["Total"]
    client = as_(world.sam)
    for url in ("/quotation-lines", "/quotation-lines/export.csv", "/reports/on/quotation-lines"):
        answer_ = client.get(url, follow=True)
        content = b"".join(answer_.streaming_content) if answer_.streaming else answer_.content
        assert (answer_.status_code, b"Magnet" in content) == (200, False), url
    for rest in ("", "/peek", "/edit", "/timeline"):
        assert client.get(f"/quotation-lines/{foreign.pk}{rest}").status_code == 404, rest


def test_a_figure_leads_to_its_lines_and_a_line_to_its_document(
    world: World, as_: Callable[..., Any], sold: None
) -> None:
    asked = read_question(
        type_called("quotation-lines"), {"measures": "net", "rows": "product"}, user=world.sam
    )
    client, cell = as_(world.sam), answer(asked).rows[0].cells[0]
    page = client.get(cell.url).content.decode()
    lines = QuotationLine.objects.filter(product__name="Anvil", quotation__state="confirmed")
    assert (page.count('class="table-row"'), cell.figure.number) == (lines.count(), Decimal("308.125"))
    line = lines.first()
    assert line is not None
    led = client.get(f"/quotation-lines/{line.pk}")
    assert (led.status_code, led["Location"]) == (302, f"/quotations/{line.quotation_id}")
    assert client.post(f"/quotation-lines/{line.pk}/field/quantity", {"quantity": "1"}).status_code == 404
    assert client.post(f"/quotation-lines/{line.pk}/do/delete").status_code == 404


def test_of_a_past_day_lines_are_what_they_were(world: World, sold: None) -> None:
    with time_machine.travel("2027-03-01T09:00Z") as now:
        made = sell(world, "sam", "2027-03-01T09:00Z", [{"description": "Rope", "unit_price": Decimal(10)}])
        now.shift(3 * 86_400)
        update_line(made.lines.get(), values={"quantity": Decimal(5)}, by=world.sam)
        now.shift(86_400)
        confirm_quotation(fresh(made), by=world.sam)
        before = report(world.sam, "net,quantity", "quotation.opportunity", as_of="2027-03-02")
        today = report(world.sam, "net,quantity", "quotation.opportunity")
    assert before["Total"][1] == Decimal("7.5")
    assert today["Total"] == [Decimal("441.375"), Decimal("11.5")]


@pytest.mark.parametrize("ready", [one.name for one in type_called("quotation-lines").all_reports])
def test_each_ready_report_opens_and_is_a_spreadsheet_too(
    world: World, as_: Callable[..., Any], sold: None, ready: str, django_assert_max_num_queries: Any
) -> None:
    client, url = as_(world.sam), f"/reports/ready/quotation-lines/{ready}"
    client.get(url, follow=True)
    with django_assert_max_num_queries(30):
        page = client.get(url, follow=True)
    assert (page.status_code, "Anvil" in page.content.decode() or "Heavy" in page.content.decode()) == (
        200,
        True,
    )


def test_the_gallery_names_them_and_the_rail_does_not(world: World, as_: Callable[..., Any]) -> None:
    client = as_(world.sam)
    assert "Product mix by month" in client.get("/reports").content.decode()
    assert "/quotation-lines" not in client.get("/quotations").content.decode()
    assert [one.plural for one in part_types()] == ["quotation-lines", "margins"]


def test_percentages_of_amounts_in_several_currencies_need_rates(world: World, sold: None) -> None:
    found = report(world.ada, "won_share,net", "")
    assert found["Total"][0] is None
