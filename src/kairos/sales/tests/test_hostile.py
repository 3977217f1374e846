"""What nobody types, sent to the forms of quotations all the same: a clear answer, and nothing is changed."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.core.models import ChangeSet
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.links import make_link
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import send_quotation
from kairos.sales.models import Quotation, QuotationLine
from kairos.sales.tests.test_papers import fresh
from kairos.sales.tests.test_portal import accept, path
from tests.world import World

pytestmark = pytest.mark.django_db
ODD = ("NaN", "sNaN", "Infinity", "-Infinity", "1e400", "9" * 60, "0x10", "--1", "1,2,3.4.5", "٣x", "x")


@pytest.fixture
def draft(world: World) -> Quotation:
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    add_line(made, values={"description": "Anvil", "unit_price": Decimal(100)}, by=world.sam)
    return fresh(made)


def held() -> Any:
    lines = QuotationLine.objects.order_by("pk").values_list("quotation", "quantity", "unit_price", "amount")
    return list(lines), list(
        Quotation.objects.order_by("pk").values_list("untaxed", "total", "discount_percent")
    )


@pytest.mark.parametrize("name", ["quantity", "unit_price", "discount_percent"])
def test_what_is_no_figure_is_refused(world: World, as_: Any, draft: Quotation, name: str) -> None:
    client, url, before = as_(world.sam), f"/quotations/{draft.pk}/lines", held()
    line = draft.lines.get()
    for odd in ODD:
        statuses = [
            client.post(f"{url}/{line.pk}", {name: odd}).status_code,
            client.post(url, {"description": "Hammer", name: odd}).status_code,
        ]
        assert statuses == [422, 422], (odd, statuses)
        assert held() == before, odd


@pytest.mark.parametrize(
    ("rest", "form"),
    [
        ("lines", {"description": "x", "kind": "gift"}),
        ("lines", {"product": "x"}),
        ("lines", {"product": "-1"}),
        ("lines", {"product": "9" * 40}),
        ("lines", {"product": "٣"}),
        ("lines", {"description": "x" * 501}),
        ("discount", {"discount_percent": "NaN"}),
        ("discount", {"discount_percent": "-1"}),
        ("discount", {"discount_percent": "1e400"}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_forms_nobody_sees_are_refused(
    world: World, as_: Any, draft: Quotation, rest: str, form: dict[str, str]
) -> None:
    before = held()
    answer = as_(world.sam).post(f"/quotations/{draft.pk}/{rest}", form)
    assert 400 <= answer.status_code < 500
    assert held() == before


def test_lines_of_another_quotation_are_not_reached_through_ones_own(
    world: World, as_: Any, draft: Quotation
) -> None:
    other = create_quotation(values={"opportunity": world.ottos_deal}, by=world.otto)
    foreign = add_line(other, values={"description": "Magnet", "unit_price": Decimal(7)}, by=world.otto)
    before = held()
    for rest in ("", "/remove", "/move"):
        url = f"/quotations/{draft.pk}/lines/{foreign.pk}{rest}"
        assert as_(world.sam).post(url, {"quantity": "9"}).status_code == 404
    assert held() == before


def test_a_customer_cannot_order_options_of_another_quotation(world: World, draft: Quotation) -> None:
    other = create_quotation(values={"opportunity": world.ottos_deal}, by=world.otto)
    values = {"description": "Magnet", "unit_price": Decimal(7), "is_optional": True}
    foreign = add_line(other, values=values, by=world.otto)
    send_quotation(draft, by=world.sam)
    send_quotation(other, by=world.otto)
    link, before = make_link(fresh(draft), by=world.sam), held()
    form = {f"option-{foreign.pk}": "1", f"quantity-{foreign.pk}": "-5", "option-x": "1", "option-": "1"}
    assert "Magnet" not in Client().post(path(link, "/sums"), form).content.decode()
    assert accept(link, **form, total="0", unit_price="0").status_code == 302
    assert (held(), fresh(other).state, fresh(draft).state) == (before, "sent", "confirmed")


def test_more_than_the_house_can_hold_is_not_ordered(world: World, draft: Quotation) -> None:
    price = Decimal("9999999999.999")
    line = add_line(
        draft, values={"description": "Ship", "unit_price": price, "is_optional": True}, by=world.sam
    )
    send_quotation(fresh(draft), by=world.sam)
    link = make_link(fresh(draft), by=world.sam)
    form = {f"option-{line.pk}": "1", f"quantity-{line.pk}": "999999.999"}
    before = held()
    answers = [Client().post(path(link, "/sums"), form).status_code, accept(link, **form).status_code]
    assert (answers, held(), fresh(draft).state) == ([200, 422], before, "sent")
    assert accept(link).status_code == 302


def test_words_that_a_spreadsheet_would_run_are_disarmed(world: World, as_: Any, draft: Quotation) -> None:
    evil = '=HYPERLINK("http://evil.example")'
    Quotation.objects.filter(pk=draft.pk).update(
        customer_reference=evil, cancel_reason="@SUM(1)", number="+1"
    )
    url = "/quotations/export.csv?columns=number,customer_reference,cancel_reason"
    found = as_(world.sam).get(url)
    content = b"".join(found.streaming_content) if found.streaming else found.content
    assert found.status_code == 200, found.status_code
    said = content.decode("utf-8-sig")
    assert "evil.example" in said
    for row in said.splitlines()[1:]:
        for cell in row.split(","):
            assert not cell.strip('"').startswith(("=", "+", "@")), row


def test_a_form_that_is_refused_writes_no_history(world: World, as_: Any, draft: Quotation) -> None:
    before = ChangeSet.objects.count()
    client = as_(world.sam)
    client.post(f"/quotations/{draft.pk}/lines", {"description": "x", "quantity": "NaN"})
    client.post(f"/quotations/{draft.pk}/do/reopen")
    assert ChangeSet.objects.count() == before
