"""Discounts above the limit: not sent before somebody who may decide has approved them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.core.editing.undoing import RecordsOutOfSight, undo_for
from kairos.core.models import ChangeSet
from kairos.crm.actions.products import create_product
from kairos.sales.actions.approvals import ask_approval, grant_approval, refuse_approval
from kairos.sales.actions.lines import add_line, update_line
from kairos.sales.actions.quotations import create_quotation, update_quotation
from kairos.sales.actions.settings import change_settings
from kairos.sales.discounts import given_percent
from kairos.sales.models import Quotation, QuotationLine
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def quotation(world: World) -> Any:
    change_settings(values={"discount_limit": Decimal(10)}, by=world.ada)
    saw = create_product(values={"name": "Saw", "list_price": Decimal(100), "currency": "USD"}, by=world.ada)
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    add_line(made, values={"product": saw}, by=world.sam)
    return made


def line(world: World, quotation: Any, **values: Any) -> None:
    update_line(QuotationLine.objects.get(quotation=quotation), values=values, by=world.sam)


def state(quotation: Any) -> tuple[Any, ...]:
    quotation.refresh_from_db()
    return quotation.state, quotation.approval, quotation.approved_percent


def test_all_ways_of_asking_less_count() -> None:
    def one(price: str, off: str = "0", listed: str | None = "100", **more: Any) -> QuotationLine:
        values: Any = {"unit_price": Decimal(price), "discount_percent": Decimal(off)}
        values["listed_price"] = listed and Decimal(listed)
        return QuotationLine(**values, quantity=Decimal(1), **more)

    nought = Decimal(0)
    assert given_percent([one("100"), one("120"), one("5", listed=None)], nought) == 0
    assert given_percent([one("100"), one("90", "10")], nought) == 19
    assert given_percent([one("100", is_optional=True, off="30")], nought) == 30
    assert given_percent([one("100"), one("-25", listed=None)], nought) == 25
    assert given_percent([one("100")], Decimal("12.34")) == Decimal("12.34")
    assert given_percent([one("66.67")], nought) == Decimal("33.33")
    assert given_percent([one("10", kind="note"), one("0", listed=None)], nought) == 0


@pytest.mark.parametrize("action", ["send", "confirm"])
def test_a_discount_above_the_limit_is_not_sent(world: World, as_: As, quotation: Any, action: str) -> None:
    line(world, quotation, unit_price=Decimal("89.99"))
    answer = as_(world.sam).post(f"/quotations/{quotation.pk}/do/{action}")
    assert (answer.status_code, "10.01 percent" in answer.content.decode()) == (409, True)
    assert state(quotation)[0] == "draft"
    line(world, quotation, unit_price=Decimal(90))
    assert as_(world.sam).post(f"/quotations/{quotation.pk}/do/{action}").status_code == 200
    assert state(quotation)[0] in ("sent", "confirmed")


def test_asked_granted_and_told(world: World, as_: As, quotation: Any) -> None:
    update_quotation(quotation, values={"discount_percent": Decimal(20)}, by=world.sam)
    url = f"/quotations/{quotation.pk}"
    assert "needs an approval" in as_(world.sam).get(url).content.decode()
    as_(world.sam).post(f"{url}/do/ask-approval", {"note": "Their first order", "key": "k"})
    assert state(quotation) == ("draft", "asked", 0)
    inbox = as_(world.lena).get("/inbox").content.decode()
    assert "discount of 20 percent. Their first order" in inbox
    assert "/do/approve" in as_(world.lena).get(url).content.decode()
    as_(world.lena).post(f"{url}/do/approve", {"key": "k2"})
    assert state(quotation) == ("draft", "granted", Decimal(20))
    assert "Discount of 20 percent approved" in as_(world.sam).get("/inbox").content.decode()
    assert as_(world.sam).post(f"{url}/do/send").status_code == 200
    assert state(quotation)[0] == "sent"


def test_who_may_not_decide_changes_nothing(world: World, as_: As, quotation: Any) -> None:
    update_quotation(quotation, values={"discount_percent": Decimal(20)}, by=world.sam)
    url = f"/quotations/{quotation.pk}"
    assert as_(world.lena).post(f"{url}/do/approve").status_code == 409
    ask_approval(quotation, by=world.sam)
    answers = [as_(one).post(f"{url}/do/approve").status_code for one in (world.sam, world.tia, world.otto)]
    assert answers == [403, 403, 404]
    assert "/do/approve" not in as_(world.sam).get(url).content.decode()
    assert state(quotation) == ("draft", "asked", 0)


def test_an_approval_covers_what_was_asked_and_no_more(world: World, as_: As, quotation: Any) -> None:
    update_quotation(quotation, values={"discount_percent": Decimal(20)}, by=world.sam)
    ask_approval(quotation, by=world.sam)
    update_quotation(quotation, values={"discount_percent": Decimal(30)}, by=world.sam)
    grant_approval(quotation, by=world.lena)
    url = f"/quotations/{quotation.pk}/do/send"
    assert (as_(world.sam).post(url).status_code, state(quotation)) == (
        409,
        ("draft", "granted", Decimal(20)),
    )
    update_quotation(quotation, values={"discount_percent": Decimal(15)}, by=world.sam)
    assert as_(world.sam).post(url).status_code == 200


def test_a_refusal_says_why_and_can_be_asked_again(world: World, as_: As, quotation: Any) -> None:
    update_quotation(quotation, values={"discount_percent": Decimal(20)}, by=world.sam)
    ask_approval(quotation, by=world.sam)
    refuse_approval(quotation, by=world.lena, note="Too much")
    assert state(quotation) == ("draft", "refused", 0)
    assert "Too much" in as_(world.sam).get(f"/quotations/{quotation.pk}").content.decode()
    assert "percent refused. Too much" in as_(world.sam).get("/inbox").content.decode()
    assert as_(world.sam).post(f"/quotations/{quotation.pk}/do/send").status_code == 409
    ask_approval(quotation, by=world.sam)
    assert state(quotation)[1] == "asked"


def test_nobody_gives_themselves_an_approval_by_undoing(world: World, quotation: Any) -> None:
    update_quotation(quotation, values={"discount_percent": Decimal(20)}, by=world.sam)
    ask_approval(quotation, by=world.sam)
    asked = ChangeSet.objects.latest("pk")
    refuse_approval(quotation, by=world.lena)
    with pytest.raises(RecordsOutOfSight):
        undo_for(asked, by=world.sam)
    assert state(quotation) == ("draft", "refused", 0)


def test_a_small_discount_and_a_house_without_a_limit_need_no_approval(
    world: World, as_: As, quotation: Any
) -> None:
    url = f"/quotations/{quotation.pk}"
    assert "ask-approval" not in as_(world.sam).get(url).content.decode()
    update_quotation(quotation, values={"discount_percent": Decimal(99)}, by=world.sam)
    change_settings(values={"discount_limit": None}, by=world.ada)
    assert "ask-approval" not in as_(world.sam).get(url).content.decode()
    assert as_(world.sam).post(f"{url}/do/send").status_code == 200
    assert Quotation.objects.get().state == "sent"
