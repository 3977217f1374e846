"""What quotations leave: reckoned from the costs of the day, a limit of its own, and seen by those who lead alone."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.core.actions.records import create_record
from kairos.core.editing.undoing import undo_for
from kairos.core.models import ChangeSet, FieldChange
from kairos.crm.actions.products import create_product
from kairos.crm.models import Product
from kairos.sales.actions.approvals import MarginNeedsApproval, ask_approval, grant_approval
from kairos.sales.actions.lines import add_line, remove_line, update_line
from kairos.sales.actions.links import address_of, make_link
from kairos.sales.actions.products import set_cost
from kairos.sales.actions.quotations import create_quotation, update_quotation
from kairos.sales.actions.settings import change_settings
from kairos.sales.actions.states import send_quotation
from kairos.sales.models import Margin, OrderRule, Quotation
from tests.test_leaks import addresses, body, filled
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]
# A cost that no other figure of these tests contains.
COST = Decimal("61.73")


@pytest.fixture
def saw(world: World) -> Product:
    made = create_product(values={"name": "Saw", "list_price": Decimal(100), "currency": "USD"}, by=world.ada)
    set_cost(made, cost=COST, currency="USD", by=world.ada)
    return made


@pytest.fixture
def quotation(world: World, saw: Product) -> Any:
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    add_line(made, values={"product": saw, "quantity": Decimal(2)}, by=world.sam)
    return made


def kept(quotation: Any) -> tuple[Any, ...] | None:
    names = ("revenue", "cost", "margin", "margin_percent", "unknown")
    return Margin.objects.filter(quotation=quotation).values_list(*names).first()


def test_a_margin_is_what_is_left_of_the_untaxed_sum_and_follows_lines_and_discounts(
    world: World, quotation: Any
) -> None:
    assert kept(quotation) == (200, Decimal("123.46"), Decimal("76.54"), Decimal("38.27"), 0)
    update_quotation(quotation, values={"discount_percent": Decimal(10)}, by=world.sam)
    assert kept(quotation) == (180, Decimal("123.46"), Decimal("56.54"), Decimal("31.41"), 0)
    add_line(quotation, values={"description": "Travel", "unit_price": Decimal(50)}, by=world.sam)
    assert kept(quotation) == (180, Decimal("123.46"), Decimal("56.54"), Decimal("31.41"), 1)
    update_line(quotation.lines.get(quantity=2), values={"is_optional": True}, by=world.sam)
    assert kept(quotation) is None
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    assert kept(quotation) == (180, Decimal("123.46"), Decimal("56.54"), Decimal("31.41"), 1)


def test_a_line_keeps_the_cost_of_its_day_also_when_it_comes_back(
    world: World, quotation: Any, saw: Product
) -> None:
    set_cost(saw, cost=Decimal(90), by=world.ada)
    line = quotation.lines.get()
    update_line(line, values={"quantity": Decimal(1)}, by=world.sam)
    assert kept(quotation) == (100, COST, Decimal("38.27"), Decimal("38.27"), 0)
    remove_line(line, by=world.sam)
    assert kept(quotation) is None
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    assert kept(quotation) == (100, COST, Decimal("38.27"), Decimal("38.27"), 0)
    add_line(quotation, values={"product": saw}, by=world.sam)
    assert kept(quotation) == (200, COST + 90, Decimal("48.27"), Decimal("24.13"), 0)


def test_a_loss_is_a_negative_margin(world: World, quotation: Any) -> None:
    update_line(quotation.lines.get(), values={"unit_price": Decimal(50)}, by=world.sam)
    assert kept(quotation) == (100, Decimal("123.46"), Decimal("-23.46"), Decimal("-23.46"), 0)


def test_leaders_see_margins_in_the_editor_the_list_and_reports(
    world: World, as_: As, quotation: Any
) -> None:
    lena = as_(world.lena)
    pages = {
        f"/quotations/{quotation.pk}": ("$76.54", "38.27"),
        "/margins?view=list": (quotation.number, "$76.54", "38.27"),
        "/margins/export.csv": (quotation.number, "76.54", "123.46"),
        "/reports": ("/reports/ready/margins/margins",),
        "/reports/ready/margins/margins": (),
        "/reports/on/margins?measures=margin_sum,margin_share&rows=quotation.salesperson": ("$77", "38.3"),
        "/reports/on/margins/export.csv?measures=margin_sum&rows=quotation.salesperson": ("76.54",),
    }
    for url, words in pages.items():
        answer = lena.get(url)
        text = body(answer)
        assert (answer.status_code, [word for word in words if word not in text]) == (200, []), url
    row = Margin.objects.get()
    assert lena.get(f"/margins/{row.pk}")["Location"] == f"/quotations/{quotation.pk}"


def test_a_leader_sees_no_margin_of_a_quotation_out_of_sight(world: World, as_: As, saw: Product) -> None:
    ottos = create_quotation(values={"opportunity": world.ottos_deal}, by=world.otto)
    add_line(ottos, values={"product": saw}, by=world.otto)
    visible = Margin.objects.visible_to(world.lena)
    seen = Quotation.objects.visible_to(world.lena).filter(pk=ottos.pk).exists()
    assert visible.filter(quotation=ottos).exists() == seen


@pytest.mark.parametrize("who", ["sam", "tia", "stranger"])
def test_no_address_shows_costs_or_margins_to_others(world: World, as_: As, quotation: Any, who: str) -> None:
    client, row = as_(getattr(world, who)), Margin.objects.get()
    secrets = ("61.73", "123.46", "76.54", "38.27")
    leaks = []
    for plural, pk in (("quotations", quotation.pk), ("margins", row.pk)):
        for path, _name in addresses():
            if "<slug:plural>" not in path and not path.startswith(
                ("quotations/<int:pk>", "history", "search")
            ):
                continue
            for url in filled(path, pk=pk, plural=plural, most=2):
                answer = client.get(url)
                text = body(answer)
                if answer.status_code >= 500 or any(one in text for one in secrets):
                    leaks.append((answer.status_code, url))
                if plural == "margins" and "<slug:plural>" in path and answer.status_code < 400:
                    leaks.append((answer.status_code, url))
    assert leaks == []
    assert "/margins" not in body(client.get("/reports")) + body(client.get("/quotations"))


def test_neither_customer_nor_paper_nor_history_holds_a_cost(world: World, quotation: Any) -> None:
    send_quotation(quotation, by=world.sam)
    page = Client().get(address_of(make_link(quotation, by=world.sam)).split("testserver")[-1])
    assert not any(one in page.content.decode() for one in ("61.73", "123.46", "76.54", "38.27"))
    kept = FieldChange.objects.filter(record_type__in=("quotation", "quotationline", "margin", "linecost"))
    told = "".join(f"{one.record_type} {one.old} {one.new} " for one in kept)
    assert not any(one in told for one in ("margin ", "linecost", "61.73", "123.46", "76.54", "38.27"))


def test_a_margin_below_the_limit_waits_for_an_approval_and_a_lower_one_again(
    world: World, as_: As, quotation: Any
) -> None:
    change_settings(values={"margin_limit": Decimal(40)}, by=world.ada)
    sam, url = as_(world.sam), f"/quotations/{quotation.pk}"
    page = sam.get(url).content.decode()
    assert ("margin is below what is allowed" in page, "38.27" in page) == (True, False)
    answer = sam.post(f"{url}/do/send")
    assert (answer.status_code, "a leader has to approve it" in answer.content.decode()) == (409, True)
    sam.post(f"{url}/do/ask-approval", {"note": "Big customer"})
    as_(world.lena).post(f"{url}/do/approve")
    quotation.refresh_from_db()
    assert quotation.approval == "granted"
    update_line(quotation.lines.get(), values={"discount_percent": Decimal(5)}, by=world.sam)
    assert sam.post(f"{url}/do/send").status_code == 409
    update_line(quotation.lines.get(), values={"discount_percent": Decimal(0)}, by=world.sam)
    sam.post(f"{url}/do/send")
    quotation.refresh_from_db()
    assert quotation.state == "sent"


def test_nobody_gives_themselves_a_lower_margin_by_undoing(world: World, quotation: Any) -> None:
    change_settings(values={"margin_limit": Decimal(40)}, by=world.ada)
    ask_approval(quotation, by=world.sam)
    grant_approval(quotation, by=world.lena)
    update_line(quotation.lines.get(), values={"discount_percent": Decimal(30)}, by=world.sam)
    ask_approval(quotation, by=world.sam)
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    quotation.refresh_from_db()
    assert quotation.approval == "granted"
    with pytest.raises(MarginNeedsApproval):
        send_quotation(quotation, by=world.sam)


def test_an_approval_that_is_taken_back_counts_no_more(world: World, as_: As, quotation: Any) -> None:
    change_settings(values={"margin_limit": Decimal(40)}, by=world.ada)
    ask_approval(quotation, by=world.sam)
    grant_approval(quotation, by=world.lena)
    undo_for(ChangeSet.objects.latest("pk"), by=world.lena)
    assert as_(world.sam).post(f"/quotations/{quotation.pk}/do/send").status_code == 409


def test_limits_of_a_team_come_before_those_of_the_house(world: World, as_: As, quotation: Any) -> None:
    change_settings(values={"discount_limit": Decimal(5), "margin_limit": Decimal(40)}, by=world.ada)
    values = {"team": world.north, "discount_limit": Decimal(20), "margin_limit": Decimal(30)}
    create_record(model=OrderRule, values=values, by=world.ada)
    update_line(quotation.lines.get(), values={"discount_percent": Decimal(10)}, by=world.sam)
    sam, url = as_(world.sam), f"/quotations/{quotation.pk}/do/send"
    update_line(quotation.lines.get(), values={"discount_percent": Decimal(25)}, by=world.sam)
    assert "above 20 percent" in sam.post(url).content.decode()
    update_line(quotation.lines.get(), values={"discount_percent": Decimal(10)}, by=world.sam)
    assert sam.post(url).status_code < 400
    lena = as_(world.lena)
    rule = OrderRule.objects.get()
    data = {"value": "300", "was": "20"}
    assert lena.post(f"/order-rules/{rule.pk}/edit/discount_limit", data).status_code >= 400
    rule.refresh_from_db()
    assert rule.discount_limit == 20


def test_a_cost_without_a_rate_of_the_day_is_not_known(world: World, saw: Product) -> None:
    set_cost(saw, cost=Decimal(3000), currency="XTS", by=world.ada)
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    add_line(made, values={"product": saw}, by=world.sam)
    assert kept(made) is None
