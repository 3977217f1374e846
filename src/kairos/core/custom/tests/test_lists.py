"""Custom fields in filters, orders, groups, boards, exports and imports."""

import itertools
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kairos.core.actions.records import update_record
from kairos.core.conditions import Context, compile, parse, sentence
from kairos.core.imports.direct import import_file
from kairos.core.records import type_named
from kairos.crm.models import Opportunity

LIST = "/opportunities?view=list"

GIVEN: dict[str, tuple[Any, Any]] = {
    # kind: what Sam's deal and Tia's say; Otto's says nothing
    "text": ("Blue", "Überblau"),
    "long_text": ("Blue sky", "ein anderes"),
    "number": (Decimal("1.5"), Decimal("20")),
    "money": (Decimal("0"), Decimal("999999999999.999")),
    "date": ("2026-01-31", "2026-02-01"),
    "time": ("09:00", "14:30"),
    "choice": ("small", "large"),
    "choices": (["small", "huge"], ["large"]),
    "boolean": (True, False),
    "url": ("https://a.example", "https://b.example"),
    "email": ("a@b.example", "c@d.example"),
    "phone": ("+886223456789", "+49301234"),
}


@pytest.fixture
def titles(world):
    """The deals a condition of the field `extra` finds, by their first letters."""

    def find(op: str, value: Any = None) -> str:
        kind = type_named("opportunity")
        condition = parse(["custom__extra", op, value], kind)
        context = Context(user=world.ada, now=timezone.now(), record_type=kind)
        assert sentence(condition, kind, user=world.ada)
        found = Opportunity.objects.filter(compile(condition, context))
        assert found.count() + Opportunity.objects.exclude(compile(condition, context)).count() == 3
        negative = Opportunity.objects.filter(~compile(condition, context))
        assert sorted([*found, *negative], key=lambda one: one.pk) == list(Opportunity.objects.order_by("pk"))
        return "".join(sorted(one.title[0] for one in found))

    return find


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (
            "text",
            [
                ("contains", "blu", "A"),
                ("contains", "überB", "R"),
                ("is", "BLUE", "A"),
                ("is_not", "Blue", "MR"),
            ],
        ),
        (
            "text",
            [("starts_with", "bl", "A"), ("contains", '"', ""), ("contains", "%", ""), ("contains", "_", "")],
        ),
        ("text", [("is_empty", "M"), ("is_not_empty", "AR")]),
        ("long_text", [("contains", "SKY", "A"), ("is_empty", "M")]),
        (
            "number",
            [("is", "1.5", "A"), (">", 1.5, "R"), (">=", "1.5", "AR"), ("<", 20, "A"), ("is_not", 20, "AM")],
        ),
        ("money", [("is", 0, "A"), (">", 0, "R"), ("is_empty", "M"), ("is", "999999999999.999", "R")]),
        ("date", [("on", "2026-01-31", "A"), ("before", "2026-02-01", "A"), ("after", "2026-01-31", "R")]),
        ("date", [("within", {"from": "2026-01-01", "to": "2026-01-31"}, "A"), ("is_empty", "M")]),
        (
            "time",
            [("is", "09:00", "A"), ("before", "14:30", "A"), ("after", "09:00", "R"), ("is_empty", "M")],
        ),
        ("choice", [("is", "small", "A"), ("is_not", "small", "MR"), ("in", ["small", "large"], "AR")]),
        ("choice", [("not_in", ["small"], "MR"), ("is_empty", "M")]),
        ("choices", [("in", ["huge"], "A"), ("in", ["huge", "large"], "AR"), ("not_in", ["large"], "AM")]),
        ("choices", [("is_empty", "M"), ("is_not_empty", "AR")]),
        ("boolean", [("is", True, "A"), ("is", False, "MR")]),
        ("url", [("contains", "a.ex", "A")]),
        ("email", [("is", "A@b.example", "A")]),
        ("phone", [("contains", "88622", "A"), ("is_empty", "M")]),
    ],
)
def test_every_comparison_is_true_or_false_and_never_neither(world, add, titles, kind, asked):
    add("Extra", kind)
    for deal, value in zip((world.sams_deal, world.tias_deal), GIVEN[kind], strict=True):
        update_record(deal, values={"custom__extra": value}, by=world.ada)
    for op, *value, expected in asked:
        assert titles(op, *value) == expected, (op, value)


def test_links_are_compared_with_records_and_with_me(world, add, titles):
    add("Extra", "person")
    update_record(world.sams_deal, values={"custom__extra": world.ada}, by=world.ada)
    update_record(world.tias_deal, values={"custom__extra": world.sam}, by=world.ada)
    asked = [("is", "me", "A"), ("is_not", "me", "MR"), ("in", [world.sam.pk], "R"), ("is_empty", "M")]
    for op, *value, expected in asked:
        assert titles(op, *value) == expected, (op, value)


def test_a_path_leads_through_a_relation_to_a_custom_field(world, as_, add):
    add("Grade", "choice", on="contact")
    update_record(world.acme, values={"custom__grade": "large"}, by=world.ada)
    page = as_(world.ada).get(f"{LIST}&where=organisation.custom__grade:in:large").content.decode()
    assert "Anvils" in page
    page = as_(world.ada).get(f"{LIST}&where=organisation.custom__grade:in:small").content.decode()
    assert "Anvils" not in page


def test_a_path_leads_on_through_the_link_of_a_custom_field(world, as_, add):
    add("Partner", "relation", target="contact")
    update_record(world.sams_deal, values={"custom__partner": world.eve}, by=world.ada)
    found = {
        name: as_(world.ada).get(f"{LIST}&where=custom__partner.name:is:{name}")
        for name in ("Eve Buyer", "Acme")
    }
    assert "Anvils" in found["Eve Buyer"].content.decode()
    assert "Anvils" not in found["Acme"].content.decode()


@pytest.mark.parametrize("kind", [*GIVEN, "person"])
def test_a_list_sorts_and_pages_by_it_with_empty_values_last(world, as_, add, kind, many_deals):
    add("Extra", kind)
    many_deals(90)
    values = GIVEN.get(kind, (world.lena, world.tia))
    for deal, value in zip((world.sams_deal, world.tias_deal), values, strict=True):
        update_record(deal, values={"custom__extra": value}, by=world.ada)
    if kind == "choices":
        return
    client = as_(world.ada)
    seen = {}
    for sort in ("custom__extra", "-custom__extra"):
        page = client.get(f"{LIST}&sort={sort}&columns=title,custom__extra").content.decode()
        seen[sort] = page.index("Anvils") < page.index("Rockets") if kind != "boolean" else None
        after = page.split("after=")[1].split('"')[0]
        second = client.get(f"{LIST}&sort={sort}&columns=title,custom__extra&after={after}").content.decode()
        assert "was left out" not in second
        if kind != "boolean":
            assert "Anvils" not in second
    assert kind == "boolean" or seen["custom__extra"] is not seen["-custom__extra"]


@pytest.mark.parametrize("kind", ["choice", "boolean", "date", "person", "relation"])
def test_a_list_groups_by_it_and_a_board_has_its_columns(world, as_, add, kind):
    add("Extra", kind, target="contact" if kind == "relation" else "")
    add("Budget", "money")
    given = {"person": world.tia, "relation": world.acme}.get(kind) or GIVEN[kind][0]
    update_record(world.sams_deal, values={"custom__extra": given, "custom__budget": 70}, by=world.ada)
    client = as_(world.ada)
    page = client.get(f"{LIST}&group=custom__extra&columns=title,custom__budget").content.decode()
    assert "Anvils" in page
    assert "$70" in page
    if kind != "date":
        assert "Anvils" in client.get("/opportunities?view=board&group=custom__extra").content.decode()


def test_a_card_is_dragged_to_another_value(world, as_, add):
    add("Extra", "choice")
    url = f"/opportunities/{world.sams_deal.pk}/move?group=custom__extra"
    answer = as_(world.sam).post(url, {"column": "large"})
    assert answer.status_code == 200
    assert Opportunity.objects.get(pk=world.sams_deal.pk).custom == {"extra": "large"}
    answer = as_(world.sam).post(url, {"column": "none"})
    assert answer.status_code == 200
    assert Opportunity.objects.get(pk=world.sams_deal.pk).custom == {}


def test_a_field_stands_on_cards_and_in_lists_where_the_administrator_wants_it(world, as_, add):
    add("Shade", "text", is_on_card=True, is_in_list=True)
    add("Engineer", "person", is_on_card=True)
    update_record(
        world.sams_deal, values={"custom__shade": "Teal", "custom__engineer": world.tia}, by=world.ada
    )
    client = as_(world.ada)
    assert "Teal" in client.get("/opportunities?view=list").content.decode()
    board = client.get("/opportunities?view=board").content.decode()
    assert "Teal" in board
    assert "Tia Team" in board


def test_lists_and_boards_ask_as_often_however_many_records_have_values(world, as_, add, many_deals, queries):
    add("Engineer", "person", is_on_card=True, is_in_list=True)
    add("Partner", "relation", target="contact", is_on_card=True, is_in_list=True)
    add("Size", "choices", is_on_card=True, is_in_list=True)
    add("Budget", "money", is_in_list=True)
    client = as_(world.ada)
    people = itertools.cycle([world.sam, world.tia, world.lena])
    values = {"custom__size": ["small", "huge"], "custom__budget": 5, "custom__partner": world.eve}
    many_deals(3, custom__engineer=world.sam, **values)
    urls = (
        f"{LIST}&sort=custom__budget&where=custom__size:in:huge",
        f"{LIST}&group=custom__engineer",
        "/opportunities?view=board",
    )
    few = [max(queries(client, url), queries(client, url)) for url in urls]
    for person in people:
        many_deals(10, prefix=f"More {person.pk}", custom__engineer=person, **values)
        if Opportunity.objects.count() > 60:
            break
    many = [max(queries(client, url), queries(client, url)) for url in urls]
    assert all(after <= before for before, after in zip(few, many, strict=True)), (few, many)


def test_it_is_exported_and_imported_by_its_label(world, as_, add, tmp_path):
    add("Extra size", "choices")
    add("Start", "time")
    add("Engineer", "person")
    values = {
        "custom__extra_size": ["small", "huge"],
        "custom__start": "08:15",
        "custom__engineer": world.tia,
    }
    update_record(world.sams_deal, values=values, by=world.ada)
    columns = "title,custom__extra_size,custom__start,custom__engineer"
    answer = as_(world.ada).get(
        f"/opportunities/export.csv?view=list&columns={columns}&where=title:is:Anvils"
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines() == ["Title,Extra size,Start,Engineer", 'Anvils,"Small, Huge",08:15,Tia Team']

    path = tmp_path / "deals.csv"
    path.write_text(text.replace("Anvils", "Copies"))
    report = import_file(type_named("opportunity"), path, user=world.ada)
    assert (report["created"], report["errors"]) == (1, 0)
    copied = Opportunity.objects.get(title="Copies")
    assert copied.custom == Opportunity.objects.get(pk=world.sams_deal.pk).custom


def test_choice_fields_are_own_and_custom(world, add):
    add("Size", "choice")
    names = [one.name for one in type_named("opportunity").choice_fields()]
    assert "custom__size" in names
    assert "status" in names
