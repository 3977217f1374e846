"""Templates of quotations: used for a new one and on a draft, made from one, duplicated."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kairos.core.actions.records import archive_records, create_record
from kairos.core.editing.undoing import undo_for
from kairos.core.models import ChangeSet, EventEntry
from kairos.crm.actions.products import create_product
from kairos.sales.actions.filling import use_template
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.prices import create_rule
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import send_quotation
from kairos.sales.actions.taxes import create_tax
from kairos.sales.actions.templates import create_template_line
from kairos.sales.models import PriceList, Quotation, QuotationTemplate, QuotationTemplateLine
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]
FORM = {"unit_price": "", "discount_percent": "", "quantity": "1", "is_optional": ""}


@pytest.fixture
def workshop(world: World) -> QuotationTemplate:
    """A heading, two days of a product, travel at 90 dollars with 10 percent off, and an option."""
    values: dict[str, Any] = {
        "name": "Day",
        "list_price": Decimal(1000),
        "currency": "USD",
        "text_chinese": "工作日",
    }
    day = create_product(values=values, by=world.ada)
    made = create_record(
        model=QuotationTemplate,
        values={
            "name": "Workshop",
            "currency": "USD",
            "valid_days": 14,
            "terms_english": "Within ten days",
            "terms_chinese": "十日內",
            "is_usual": True,
        },
        by=world.ada,
    )
    for values in (
        {"kind": "section", "text_english": "Training", "text_chinese": "訓練"},
        {"product": day, "quantity": Decimal(2)},
        {
            "text_english": "Travel",
            "text_chinese": "差旅",
            "unit_price": Decimal(90),
            "discount_percent": Decimal(10),
        },
        {"text_english": "Video", "unit_price": Decimal(50), "is_optional": True},
        {"kind": "note", "text_english": "At your place"},
    ):
        create_template_line(values={"template": made, **values}, by=world.ada)
    return made


def said(quotation: Quotation) -> list[tuple[Any, ...]]:
    return [
        (line.kind, line.description, line.quantity, line.unit_price, line.discount_percent, line.is_optional)
        for line in quotation.lines.order_by("position")
    ]


WORKSHOP = [
    ("section", "Training", 1, 0, 0, False),
    ("item", "Day", 2, 1000, 0, False),
    ("item", "Travel", 1, 90, 10, False),
    ("item", "Video", 1, 50, 0, True),
    ("note", "At your place", 1, 0, 0, False),
]


def test_one_click_on_the_deal_makes_a_quotation_from_the_usual_template(
    world: World, as_: As, workshop: QuotationTemplate
) -> None:
    client, deal = as_(world.sam), world.sams_deal
    page = client.get(f"/opportunities/{deal.pk}").content.decode()
    assert (f"template&#34;: {workshop.pk}" in page, "From a template" in page) == (True, True)
    client.post(f"/opportunities/{deal.pk}/quote", {"key": "k", "template": workshop.pk})
    client.post(f"/opportunities/{deal.pk}/quote", {"key": "k", "template": workshop.pk})
    made = Quotation.objects.get()
    until = timezone.localdate() + dt.timedelta(days=14)
    assert (said(made), made.terms, made.valid_until) == (WORKSHOP, "Within ten days", until)
    assert made.untaxed == 2081
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    assert Quotation.objects.count() == 0


def test_one_click_asks_little_more_than_what_it_writes(
    world: World, as_: As, workshop: QuotationTemplate, django_assert_max_num_queries: Any
) -> None:
    client, url = as_(world.sam), f"/opportunities/{world.sams_deal.pk}/quote"
    client.post(url, {"key": "k", "template": workshop.pk})
    with django_assert_max_num_queries(52):
        client.post(url, {"key": "l", "template": workshop.pk})
    assert Quotation.objects.count() == 2


def test_a_template_speaks_the_customers_language_and_asks_todays_price(
    world: World, workshop: QuotationTemplate
) -> None:
    world.acme.language = "zh-hant"
    world.acme.save()
    prices = create_record(model=PriceList, values={"name": "List", "currency": "USD"}, by=world.ada)
    create_rule(values={"price_list": prices, "percent": Decimal(20)}, by=world.ada)
    tax = create_tax(values={"name": "VAT", "percent": 5, "is_usual": True}, by=world.ada)
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    use_template(made, template=workshop, by=world.sam)
    assert [one[1] for one in said(made)] == ["訓練", "工作日", "差旅", "Video", "At your place"]
    line = made.lines.get(quantity=2)
    assert (line.unit_price, line.listed_price, line.is_own_price) == (800, 800, False)
    assert (list(line.taxes.all()), made.terms) == ([tax], "十日內")


def test_a_draft_takes_a_template_after_its_lines_or_in_their_stead(
    world: World, as_: As, workshop: QuotationTemplate
) -> None:
    made = create_quotation(values={"opportunity": world.sams_deal, "terms": "Ours"}, by=world.sam)
    add_line(made, values={"description": "Anvil", "unit_price": Decimal(700)}, by=world.sam)
    client, url = as_(world.sam), f"/quotations/{made.pk}/do/from-template"
    asked = client.get(url).content.decode()
    assert ("Workshop" in asked, "Replace them" in asked) == (True, True)
    anvil = ("item", "Anvil", 1, 700, 0, False)
    client.post(url, {"template": workshop.pk, "way": "add"})
    made.refresh_from_db()
    assert (said(made), made.terms, made.total) == ([anvil, *WORKSHOP], "Ours", 2781)
    client.post(url, {"template": workshop.pk, "way": "replace"})
    made.refresh_from_db()
    assert (said(made), made.terms, made.total) == (WORKSHOP, "Within ten days", 2081)
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    made.refresh_from_db()
    assert (said(made), made.terms, made.total) == ([anvil, *WORKSHOP], "Ours", 2781)


def test_templates_of_other_teams_archived_ones_and_nonsense_are_refused(
    world: World, as_: As, workshop: QuotationTemplate
) -> None:
    other = create_record(
        model=QuotationTemplate, values={"name": "Souths", "team": world.south}, by=world.ada
    )
    gone = create_record(model=QuotationTemplate, values={"name": "Gone"}, by=world.ada)
    archive_records([gone], by=world.ada)
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    client, url = as_(world.sam), f"/quotations/{made.pk}/do/from-template"
    for pk in (other.pk, gone.pk, 10**30, "x", ""):
        assert client.post(url, {"template": pk}).status_code == 422
        answer = client.post(f"/opportunities/{world.sams_deal.pk}/quote", {"template": pk or "0"})
        assert answer.status_code == 404
    asked = client.get(url).content.decode()
    assert ("Souths" in asked, "Gone" in asked) == (False, False)
    add_line(made, values={"description": "Anvil", "unit_price": Decimal(700)}, by=world.sam)
    send_quotation(made, by=world.sam)
    assert client.post(url, {"template": workshop.pk}).status_code >= 400
    assert (made.lines.count(), Quotation.objects.count()) == (1, 1)


def test_the_teams_own_usual_template_comes_before_the_one_for_everybody(
    world: World, as_: As, workshop: QuotationTemplate
) -> None:
    own = create_record(
        model=QuotationTemplate,
        values={"name": "Norths", "team": world.north, "is_usual": True, "position": 9},
        by=world.ada,
    )
    page = as_(world.sam).get(f"/opportunities/{world.sams_deal.pk}").content.decode()
    assert "From the template “Norths”" in page
    assert own.name in page


def test_what_is_no_longer_sold_is_left_out_and_marked(
    world: World, as_: As, workshop: QuotationTemplate
) -> None:
    archive_records([workshop.lines.exclude(product=None).get().product], by=world.ada)
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    use_template(made, template=workshop, by=world.sam)
    assert [one[1] for one in said(made)] == ["Training", "Travel", "Video", "At your place"]
    assert "No longer sold" in as_(world.sam).get(f"/quotation-templates/{workshop.pk}").content.decode()


def test_a_leader_saves_a_quotation_as_a_template_that_gives_the_same_again(
    world: World, as_: As, workshop: QuotationTemplate
) -> None:
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    use_template(made, template=workshop, by=world.sam)
    url = f"/quotations/{made.pk}/do/save-as-template"
    assert as_(world.sam).post(url, {"name": "Mine"}).status_code >= 400
    assert QuotationTemplate.objects.count() == 1
    as_(world.lena).post(url, {"name": "  Again "})
    saved, kept = ChangeSet.objects.latest("pk"), QuotationTemplate.objects.get(name="Again")
    assert (kept.team, kept.valid_days, kept.terms_english) == (world.north, 14, "Within ten days")
    day = kept.lines.exclude(product=None).get()
    assert (day.text_english, day.unit_price) == ("", None)
    other = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    use_template(other, template=kept, by=world.sam)
    assert said(other) == WORKSHOP
    undo_for(saved, by=world.lena)
    assert QuotationTemplate.objects.filter(name="Again").count() == 0


def test_leaders_arrange_templates_and_duplicate_many(
    world: World, as_: As, workshop: QuotationTemplate
) -> None:
    lena = as_(world.lena)
    new = {**FORM, "template": workshop.pk, "kind": "item", "text_english": "Lunch", "unit_price": "12"}
    lena.post("/quotation-template-lines/new", {**new, "key": "a"})
    assert workshop.lines.order_by("position").last().text_english == "Lunch"  # type: ignore[union-attr]
    empty = {**new, "text_english": "", "key": "b"}
    assert "needs a product or words" in lena.post("/quotation-template-lines/new", empty).content.decode()
    assert as_(world.sam).post("/quotation-template-lines/new", {**new, "key": "c"}).status_code >= 400
    assert workshop.lines.count() == 6
    lena.post("/quotation-templates/bulk/duplicate", {"ids": [workshop.pk], "key": "d", "run": "1"})
    copy = QuotationTemplate.objects.get(name="Workshop (copy)")
    assert (copy.lines.count(), copy.is_usual) == (6, False)


def test_a_longer_template_asks_no_more_than_its_lines_need(
    world: World, workshop: QuotationTemplate
) -> None:
    def asked(times: int) -> int:
        for number in range(times):
            product = create_product(values={"name": f"P{number}-{times}", "list_price": 1}, by=world.ada)
            create_template_line(values={"template": workshop, "product": product}, by=world.ada)
        made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            use_template(made, template=workshop, by=world.sam)
        return sum("SELECT" in one["sql"][:8] for one in seen.captured_queries)

    few = asked(1)
    assert asked(6) == few
    assert QuotationTemplateLine.objects.count() == 12


def test_what_a_quotation_cannot_take_is_said_before_and_after(
    world: World, as_: As, workshop: QuotationTemplate
) -> None:
    euros = create_record(model=PriceList, values={"name": "Euro list", "currency": "EUR"}, by=world.ada)
    QuotationTemplate.objects.filter(pk=workshop.pk).update(price_list=euros)
    day = QuotationTemplateLine.objects.exclude(product=None).get().product
    archive_records([day], by=world.ada)
    client = as_(world.sam)
    words = ("No longer sold, so left out: Day.", "“Euro list” is in EUR, so the quotation keeps its own.")
    answer = client.post(
        f"/opportunities/{world.sams_deal.pk}/quote", {"key": "k", "template": workshop.pk}, follow=True
    )
    made = Quotation.objects.get()
    page = client.get(f"/quotations/{made.pk}").content.decode()
    assert [one in answer.content.decode() + page for one in words] == [True, True]
    assert "No longer sold, so not taken from “Workshop”: Day" in page
    assert "The price list “Euro list” (EUR) of “Workshop” does not fit" in page
    dialog = client.get(f"/quotations/{made.pk}/do/from-template").content.decode()
    assert [one in dialog for one in words] == [True, True]
    client.post(
        f"/quotations/{made.pk}/do/from-template", {"template": workshop.pk, "way": "add", "key": "l"}
    )
    names = EventEntry.objects.filter(record_type="quotation").order_by("pk").values_list("name", flat=True)
    assert [one for one in names if one.startswith("sales.template")] == [
        "sales.template_left_out",
        "sales.template_prices",
        "sales.template_left_out",
    ]


def test_a_template_that_fits_is_taken_without_a_word(
    world: World, as_: As, workshop: QuotationTemplate
) -> None:
    client = as_(world.sam)
    client.post(f"/opportunities/{world.sams_deal.pk}/quote", {"key": "k", "template": workshop.pk})
    made = Quotation.objects.get()
    pages = [
        client.get(f"/quotations/{made.pk}{rest}").content.decode() for rest in ("", "/do/from-template")
    ]
    assert not any("keeps its own" in page or "so left out" in page for page in pages)
