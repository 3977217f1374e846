"""From the deal to the order: one click, lines that come to something, states, numbers without a gap."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kairos.core.editing.undoing import RecordsOutOfSight, undo_for
from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.crm.actions.merging import merge_opportunities
from kairos.crm.models import Product
from kairos.sales.actions.lines import add_line, remove_line, update_line
from kairos.sales.actions.numbers import NumberGiven
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import cancel_quotation, confirm_quotation, send_quotation
from kairos.sales.actions.taxes import create_tax
from kairos.sales.actions.versions import duplicate_quotation, revise_quotation
from kairos.sales.models import NumberSequence, Quotation, QuotationLine, Tax
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]
YEAR = timezone.localdate().year


@pytest.fixture
def tax(world: World) -> Tax:
    values = {"name": "Business tax", "percent": Decimal(5), "is_usual": True}
    return create_tax(values=values, by=world.ada)


@pytest.fixture
def quotation(world: World, tax: Tax) -> Quotation:
    return create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)


@pytest.fixture
def line(world: World, quotation: Quotation) -> QuotationLine:
    values = {"description": "Anvil", "quantity": Decimal(2), "unit_price": Decimal("19.99")}
    return add_line(quotation, values=values, by=world.sam)


def sums(quotation: Any) -> tuple[Decimal, Decimal, Decimal]:
    quotation.refresh_from_db()
    return quotation.untaxed, quotation.tax, quotation.total


def amounts(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


def test_one_click_makes_a_draft_filled_from_the_deal(world: World, as_: As) -> None:
    client = as_(world.sam)
    answers = [client.post(f"/opportunities/{world.sams_deal.pk}/quote", {"key": "k1"}) for _twice in "ab"]
    made = Quotation.objects.get()
    assert {answer.headers["HX-Redirect"] for answer in answers} == {f"/quotations/{made.pk}"}
    assert (made.number, made.organisation, made.salesperson, made.currency, made.state) == (
        f"Q{YEAR}-0001",
        world.acme,
        world.sam,
        "USD",
        "draft",
    )
    page = client.get(f"/opportunities/{world.sams_deal.pk}").content.decode()
    assert f"Q{YEAR}-0001" in page


def test_who_does_not_see_the_deal_sees_no_quotation(world: World, as_: As, line: QuotationLine) -> None:
    url = f"/quotations/{line.quotation_id}"
    other = as_(world.otto)
    answers = [
        other.get(url),
        other.post(f"{url}/lines", {"description": "Mine"}),
        other.post(f"{url}/lines/{line.pk}", {"quantity": "9"}),
        other.post(f"{url}/lines/{line.pk}/remove"),
        other.post(f"/opportunities/{world.sams_deal.pk}/quote"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert QuotationLine.objects.values_list("quantity", flat=True).get() == Decimal(2)
    assert Quotation.objects.count() == 1


def test_a_product_brings_its_name_price_and_the_usual_tax(
    world: World, as_: As, quotation: Quotation
) -> None:
    with change_set(by=world.ada, summary="Product") as changes:
        product = changes.create(Product, name="Rocket", list_price=Decimal(100), currency="USD")
    as_(world.sam).post(f"/quotations/{quotation.pk}/lines", {"product": product.pk, "key": "k"})
    as_(world.sam).post(f"/quotations/{quotation.pk}/lines", {"product": "", "key": "l"})
    line: Any = QuotationLine.objects.get()
    assert (line.description, line.unit_price, line.amount) == ("Rocket", Decimal(100), Decimal(100))
    assert sums(quotation) == amounts("100", "5", "105")


def test_each_change_of_a_line_changes_the_totals(
    world: World, as_: As, quotation: Quotation, line: QuotationLine
) -> None:
    assert sums(quotation) == amounts("39.98", "2.00", "41.98")
    url = f"/quotations/{quotation.pk}/lines/{line.pk}"
    given = {"description": "Anvil", "quantity": "3", "unit_price": "19.99", "discount_percent": "10"}
    assert "56.67" in as_(world.sam).post(url, given).content.decode()
    assert sums(quotation) == amounts("53.97", "2.70", "56.67")
    as_(world.sam).post(url, {"is_optional": "1"})
    assert sums(quotation) == amounts("0", "0", "0")
    refused = as_(world.sam).post(url, {"discount_percent": "101"})
    assert (refused.status_code, "A discount is from 0 to 100 percent." in refused.content.decode()) == (
        409,
        True,
    )
    line.refresh_from_db()
    assert line.discount_percent == Decimal(10)


def test_the_page_shows_lines_and_totals_in_few_queries(
    world: World, as_: As, line: QuotationLine, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        add_line(line.quotation, values={"description": f"No. {number}"}, by=world.sam)
    client = as_(world.sam)
    with django_assert_max_num_queries(45):
        page = client.get(f"/quotations/{line.quotation_id}").content.decode()
    assert "41.98" in page
    assert "Business tax" in page


def test_removing_a_line_is_undone_with_its_taxes_and_totals(
    world: World, quotation: Quotation, line: QuotationLine
) -> None:
    remove_line(line, by=world.sam)
    assert sums(quotation) == amounts("0", "0", "0")
    report = undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    assert report.conflicts == []
    assert sums(quotation) == amounts("39.98", "2.00", "41.98")


def test_undoing_an_older_change_reckons_with_the_newer_one(
    world: World, quotation: Quotation, line: QuotationLine
) -> None:
    update_line(line, values={"quantity": Decimal(5)}, by=world.sam)
    older = ChangeSet.objects.latest("pk")
    update_line(line, values={"unit_price": Decimal(10)}, by=world.sam)
    assert undo_for(older, by=world.sam).conflicts == []
    assert sums(quotation) == amounts("20.00", "1.00", "21.00")


def test_what_was_sent_keeps_its_lines(
    world: World, as_: As, quotation: Quotation, line: QuotationLine
) -> None:
    change = ChangeSet.objects.latest("pk")
    send_quotation(quotation, by=world.sam)
    answer = as_(world.sam).post(f"/quotations/{quotation.pk}/lines/{line.pk}", {"quantity": "9"})
    assert (answer.status_code, "no draft any more" in answer.content.decode()) == (409, True)
    with pytest.raises(RecordsOutOfSight):
        undo_for(change, by=world.sam)
    assert sums(quotation) == amounts("39.98", "2.00", "41.98")


def test_an_empty_quotation_is_not_sent(world: World, as_: As, quotation: Quotation) -> None:
    answer = as_(world.sam).post(f"/quotations/{quotation.pk}/do/send")
    assert (answer.status_code, "has no lines yet" in answer.content.decode()) == (409, True)
    quotation.refresh_from_db()
    assert quotation.state == "draft"


def test_a_revision_keeps_the_number_and_the_old_version(
    world: World, quotation: Quotation, line: QuotationLine
) -> None:
    send_quotation(quotation, by=world.sam)
    made = revise_quotation(quotation, by=world.sam)
    quotation.refresh_from_db()
    assert (quotation.state, made.number, made.state) == ("replaced", f"Q{YEAR}-0001-2", "draft")
    assert sums(made) == amounts("39.98", "2.00", "41.98")
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    quotation.refresh_from_db()
    assert (quotation.state, Quotation.objects.count()) == ("sent", 1)


def test_a_duplicate_has_a_number_of_its_own(world: World, quotation: Quotation, line: QuotationLine) -> None:
    made = duplicate_quotation(quotation, by=world.sam)
    assert (made.number, sums(made)) == (f"Q{YEAR}-0002", amounts("39.98", "2.00", "41.98"))


@pytest.mark.parametrize("action", ["revise", "duplicate"])
def test_what_makes_another_quotation_leads_to_it(
    world: World, as_: As, quotation: Quotation, line: QuotationLine, action: str
) -> None:
    send_quotation(quotation, by=world.sam)
    client, url = as_(world.sam), f"/quotations/{quotation.pk}"
    twice = [client.post(f"{url}/do/{action}", {"key": "1"}) for _attempt in range(2)]
    made = Quotation.objects.latest("pk")
    assert [answer.headers["HX-Redirect"] for answer in twice] == [f"/quotations/{made.pk}"] * 2
    assert Quotation.objects.count() == 2
    page = client.get(f"/quotations/{made.pk}").content.decode()
    assert f"“{quotation.number}”" in page
    undo = f"/history/{ChangeSet.objects.latest('pk').pk}/undo"
    assert undo in page


def test_confirmed_it_is_the_order_and_can_be_cancelled(
    world: World, as_: As, quotation: Quotation, line: QuotationLine
) -> None:
    confirm_quotation(quotation, by=world.sam)
    page = as_(world.sam).get(f"/opportunities/{world.sams_deal.pk}").content.decode()
    assert "Ordered: $39.98" in page
    cancel_quotation(quotation, by=world.sam, cancel_reason="Called off")
    quotation.refresh_from_db()
    assert (quotation.state, quotation.cancel_reason) == ("cancelled", "Called off")


def test_an_undone_number_is_given_again(world: World, quotation: Quotation) -> None:
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    assert (Quotation.objects.count(), NumberSequence.objects.exists()) == (0, False)
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    assert made.number == f"Q{YEAR}-0001"


def test_a_number_before_others_stays(world: World, quotation: Quotation) -> None:
    change = ChangeSet.objects.latest("pk")
    create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    with pytest.raises(NumberGiven):
        undo_for(change, by=world.sam)
    assert Quotation.objects.count() == 2


def test_quotations_go_along_when_deals_are_merged_and_come_back(
    world: World, quotation: Quotation, line: QuotationLine
) -> None:
    merge_opportunities([world.sams_deal], into=world.tias_deal, choices={}, by=world.ada)
    quotation.refresh_from_db()
    assert quotation.opportunity_id == world.tias_deal.pk
    undo(ChangeSet.objects.latest("pk"), by=world.ada)
    quotation.refresh_from_db()
    assert quotation.opportunity_id == world.sams_deal.pk


def test_the_timeline_and_the_history_tell_what_became_of_lines(
    world: World, as_: As, quotation: Quotation, line: QuotationLine
) -> None:
    update_line(line, values={"quantity": Decimal(5), "unit_price": Decimal(10)}, by=world.sam)
    changed = ChangeSet.objects.latest("pk")
    remove_line(line, by=world.sam)
    removed = ChangeSet.objects.latest("pk")
    client = as_(world.sam)
    page = client.get(f"/quotations/{quotation.pk}").content.decode()
    assert "Anvil: Quantity" in page
    assert "Anvil: Unit price" in page
    assert "Line of a quotation" in page
    told = client.get(f"/history/{changed.pk}").content.decode()
    assert ("Anvil: Unit price" in told, "$19.99" in told, "you cannot see" in told) == (True, True, False)
    told = client.get(f"/history/{removed.pk}").content.decode()
    assert ("Line of a quotation" in told, "Anvil" in told) == (True, True)


def test_a_line_cannot_be_brought_back_by_who_does_not_see_the_deal(
    world: World, as_: As, quotation: Quotation, line: QuotationLine
) -> None:
    remove_line(line, by=world.otto)
    change = ChangeSet.objects.latest("pk")
    with pytest.raises(RecordsOutOfSight):
        undo_for(change, by=world.otto)
    assert QuotationLine.objects.count() == 0
