"""Price lists on quotations: which one is taken, what lines cost by it, why, and the discount on all lines."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kairos.accounts.workspace import workspace
from kairos.core.actions.records import create_record
from kairos.core.editing.undoing import undo_for
from kairos.core.models import ChangeSet
from kairos.crm.actions.products import create_product
from kairos.crm.models import Product
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.prices import create_rule
from kairos.sales.actions.products import set_cost
from kairos.sales.actions.quotations import create_quotation, update_quotation
from kairos.sales.actions.settings import change_settings
from kairos.sales.actions.states import send_quotation
from kairos.sales.actions.taxes import create_tax
from kairos.sales.actions.versions import duplicate_quotation
from kairos.sales.models import PriceList, PriceRule, Quotation, QuotationLine, SalesSettings
from kairos.sales.paper import said_by
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def saw(world: World) -> Product:
    return create_product(values={"name": "Saw", "list_price": Decimal(100), "currency": "USD"}, by=world.ada)


def price_list(world: World, name: str, **values: Any) -> PriceList:
    return create_record(model=PriceList, values={"name": name, "currency": "USD", **values}, by=world.ada)


@pytest.fixture
def bulk(world: World, saw: Product) -> PriceList:
    """A tenth off everything, and from ten pieces saws at 80."""
    made = price_list(world, "Bulk")
    create_rule(values={"price_list": made, "percent": Decimal(10)}, by=world.ada)
    values = {"price_list": made, "product": saw, "kind": "fixed", "price": Decimal(80)}
    create_rule(values=values | {"minimum_quantity": Decimal(10)}, by=world.ada)
    return made


def quote(world: World) -> Any:
    return create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)


def shown(line: QuotationLine) -> tuple[Any, ...]:
    line.refresh_from_db()
    return line.unit_price, line.is_own_price, line.amount


def test_the_closest_list_is_taken(world: World) -> None:
    taken = [quote(world).price_list]
    for name, values in (
        ("Euro", {"currency": "EUR"}),
        ("Over", {"ends_on": timezone.localdate() - dt.timedelta(1)}),
        ("Everybody", {"position": 2}),
        ("Everybody first", {"position": 1}),
        ("South", {"teams": [world.south]}),
        ("North", {"teams": [world.north], "position": 5}),
        ("Acme", {"customers": [world.acme], "position": 9}),
    ):
        price_list(world, name, **values)
        taken.append(quote(world).price_list)
    names = [one and one.name for one in taken]
    assert names == [None, None, None, "Everybody", "Everybody first", "Everybody first", "North", "Acme"]


def test_the_price_follows_the_quantity_until_somebody_types_one(
    world: World, as_: As, saw: Product, bulk: PriceList
) -> None:
    quotation = quote(world)
    client, url = as_(world.sam), f"/quotations/{quotation.pk}/lines"
    client.post(url, {"product": saw.pk, "key": "k"})
    line = QuotationLine.objects.get()
    assert shown(line) == (Decimal(90), False, Decimal(90))
    client.post(f"{url}/{line.pk}", {"quantity": "10", "unit_price": "90"})
    assert shown(line) == (Decimal(80), False, Decimal(800))
    client.post(f"{url}/{line.pk}", {"quantity": "10", "unit_price": "75"})
    client.post(f"{url}/{line.pk}", {"quantity": "2", "unit_price": "75"})
    assert shown(line) == (Decimal(75), True, Decimal(150))
    client.post(f"{url}/{line.pk}", {"is_own_price": ""})
    assert shown(line) == (Decimal(90), False, Decimal(180))
    client.post(f"{url}/{line.pk}", {"unit_price": "90"})
    assert shown(line)[1] is False


def test_another_list_changes_the_prices_nobody_has_typed(
    world: World, as_: As, saw: Product, bulk: PriceList
) -> None:
    quotation = quote(world)
    one = add_line(quotation, values={"product": saw}, by=world.sam)
    own = add_line(quotation, values={"product": saw, "unit_price": Decimal(95)}, by=world.sam)
    dear = price_list(world, "Dear", position=7)
    create_rule(values={"price_list": dear, "percent": Decimal(-50)}, by=world.ada)
    url = f"/quotations/{quotation.pk}/field/price_list"
    assert as_(world.sam).post(url, {"value": dear.pk, "was": bulk.pk}).status_code == 200
    assert (shown(one)[0], shown(own)[0]) == (Decimal(150), Decimal(95))
    quotation.refresh_from_db()
    assert quotation.total == Decimal(245)
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    quotation.refresh_from_db()
    assert (shown(one)[0], quotation.total, quotation.price_list) == (Decimal(90), Decimal(185), bulk)
    euro = price_list(world, "Euro", currency="EUR")
    refused = as_(world.sam).post(url, {"value": euro.pk, "was": bulk.pk})
    assert (refused.status_code, shown(one)[0]) == (409, Decimal(90))


def test_why_a_line_costs_what_it_costs_is_told_without_the_cost(
    world: World, as_: As, saw: Product, bulk: PriceList
) -> None:
    set_cost(saw, cost=Decimal(64), by=world.ada)
    values = {"price_list": bulk, "product": saw, "kind": "formula", "base": "cost", "percent": Decimal(-25)}
    create_rule(values=values, by=world.ada)
    line = add_line(quote(world), values={"product": saw}, by=world.sam)
    assert line.unit_price == Decimal(80)
    url = f"/quotations/{line.quotation_id}/lines/{line.pk}/why"
    sams, lenas = (as_(one).get(url).content.decode() for one in (world.sam, world.lena))
    assert ("from a quantity of 10" in sams, "by a formula" in sams, "Cost" in sams) == (True, True, False)
    assert "25 % on top" in lenas
    assert as_(world.otto).get(url).status_code == 404
    assert as_(world.sam).get("/price-rules").status_code == 404


def test_a_rule_of_more_than_all_is_refused(world: World, as_: As, bulk: PriceList) -> None:
    sent = {"price_list": bulk.pk, "kind": "percent", "percent": "101", "key": "k"}
    assert as_(world.lena).post("/price-rules/new", sent).status_code == 409
    assert as_(world.sam).post("/price-rules/new", sent | {"percent": "99"}).status_code in (403, 404)
    assert PriceRule.objects.count() == 2
    as_(world.lena).post("/price-rules/new", sent | {"percent": "99"})
    assert PriceRule.objects.count() == 3
    assert "99 % off" in as_(world.lena).get(f"/price-lists/{bulk.pk}").content.decode()


def test_a_discount_on_all_lines_is_printed_and_undone(world: World, as_: As, saw: Product) -> None:
    create_tax(values={"name": "Business tax", "percent": 5, "is_usual": True}, by=world.ada)
    quotation = quote(world)
    add_line(quotation, values={"product": saw}, by=world.sam)
    url = f"/quotations/{quotation.pk}/discount"
    page = as_(world.sam).post(url, {"discount_percent": "12.5"}).content.decode()
    assert all(text in page for text in ("Discount of 12.5 %", "-$12.50", "$87.50", "$4.38", "$91.88"))
    assert as_(world.sam).post(url, {"discount_percent": "101"}).status_code == 409
    quotation.refresh_from_db()
    assert (quotation.untaxed, quotation.tax, quotation.total) == (
        Decimal("87.50"),
        Decimal("4.38"),
        Decimal("91.88"),
    )
    copied: Any = Quotation.objects.get(pk=duplicate_quotation(quotation, by=world.sam).pk)
    assert copied.total == Decimal("91.88")
    undo_for(ChangeSet.objects.order_by("-pk")[1], by=world.sam)
    quotation.refresh_from_db()
    assert quotation.total == Decimal(105)
    send_quotation(quotation, by=world.sam)
    assert as_(world.sam).post(url, {"discount_percent": "5"}).status_code == 409


def test_the_customer_reads_the_discount_on_all_lines_but_no_price_list(
    world: World, saw: Product, bulk: PriceList
) -> None:
    quotation = quote(world)
    add_line(quotation, values={"product": saw}, by=world.sam)
    update_quotation(quotation, values={"discount_percent": Decimal(5)}, by=world.sam)
    quotation.refresh_from_db()
    said = said_by(quotation, house=workspace(), language="en")
    assert said["sums"] == [["Sum of the lines", "$90.00"], ["Discount of 5 %", "−$4.50"]]
    assert said["total"] == "$85.50"
    assert "Bulk" not in str(said)


def test_where_taxes_are_rounded_is_chosen_for_new_quotations(world: World, as_: As) -> None:
    create_tax(values={"name": "Business tax", "percent": 5, "is_usual": True}, by=world.ada)
    before = quote(world)
    sent = {"rounding": "line", "valid_days": "14"}
    assert as_(world.lena).post("/selling", sent).status_code == 403
    assert not SalesSettings.objects.exists()
    assert as_(world.ada).post("/selling", sent).status_code == 302
    after = quote(world)
    for quotation in (before, after):
        for _line in range(3):
            values = {"description": "Screw", "unit_price": Decimal("0.10")}
            add_line(quotation, values=values, by=world.sam)
        quotation.refresh_from_db()
    assert (before.tax, after.tax) == (Decimal("0.02"), Decimal("0.03"))
    assert after.valid_until == timezone.localdate() + dt.timedelta(14)
    change_settings(values={"rounding": "document"}, by=world.ada)
    add_line(after, values={"description": "Screw", "unit_price": Decimal("0.10")}, by=world.sam)
    after.refresh_from_db()
    assert after.tax == Decimal("0.04")
