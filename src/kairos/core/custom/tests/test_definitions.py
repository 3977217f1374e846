"""What administrators do with the definitions of custom fields, and who knows of it when."""

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from kairos.core.actions import custom_fields as acts
from kairos.core.actions.records import update_record, update_records
from kairos.core.custom import definitions
from kairos.core.custom.refusals import FieldsAreChanging
from kairos.core.history import change_set, recorded
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, CustomField, FieldChange
from kairos.core.records import type_named
from kairos.crm.models import Opportunity


def names() -> list[str]:
    return [name for name in type_named("opportunity").fields if name.startswith("custom__")]


def kept(world: Any) -> list[Any]:
    """What the deals of Sam, Tia and Otto keep."""
    found = dict(Opportunity.objects.values_list("pk", "custom"))
    return [found[one.pk] for one in (world.sams_deal, world.tias_deal, world.ottos_deal)]


@pytest.fixture
def fill(world: Any) -> Any:
    """`fill("Blue", "Red")`: these values of the field `extra` for the deals of Sam, Tia and Otto."""

    def write(*values: Any) -> None:
        deals = (world.sams_deal, world.tias_deal, world.ottos_deal)
        by_id = {one.pk: {"custom__extra": value} for one, value in zip(deals, values, strict=False)}
        update_records(model=Opportunity, values_by_id=by_id, by=world.ada)

    return write


# -- keys and limits


def test_a_key_is_made_once_and_outlives_every_name(world, add):
    field = add("Größe / Size", "text")
    assert field.key == "groe_size"
    acts.update_custom_field(field, values={"label": "尺寸"}, by=world.ada)
    assert (field.key, field.label) == ("groe_size", "尺寸")
    assert [add(label, "text").key for label in ("尺寸2", "3D", "in", "Exact", "groe size", "__")] == [
        "field_2",
        "field_3d",
        "in_2",
        "exact_2",
        "groe_size_2",
        "field",
    ]


def test_a_key_of_old_is_never_used_again(world, add):
    field = add("Colour", "text")
    acts.remove_custom_field(field, by=world.ada)
    assert add("Colour", "text").key == "colour_2"


@pytest.mark.parametrize("label", ["Title", "商機名稱", "expected REVENUE", "Colour"])
def test_two_fields_of_one_kind_of_record_never_share_a_name(world, add, label):
    add("Colour", "text")
    count = ChangeSet.objects.count()
    with pytest.raises(acts.LabelTaken):
        add(label, "text")
    assert ChangeSet.objects.count() == count
    assert names() == ["custom__colour"]
    add("Colour", "text", on="contact")


def test_a_kind_of_record_has_at_most_a_hundred(world, add, monkeypatch):
    monkeypatch.setattr(acts, "MOST_FIELDS", 2)
    add("One", "text")
    gone = add("Two", "text")
    with pytest.raises(acts.TooManyFields):
        add("Three", "text")
    acts.delete_custom_field(gone, by=world.ada)
    add("Three", "text")
    with pytest.raises(acts.TooManyFields):
        acts.restore_custom_field(gone, by=world.ada)
    assert names() == ["custom__one", "custom__three"]


# -- who knows of it when


def test_what_is_rolled_back_is_forgotten_at_once(world, add):
    add("Colour", "text")
    with transaction.atomic():
        add("Size", "text")
        assert names() == ["custom__colour", "custom__size"]
        transaction.set_rollback(True)
    assert names() == ["custom__colour"]


@pytest.mark.django_db(transaction=True)
def test_another_process_learns_of_it_by_one_small_question(
    world, add, monkeypatch, django_assert_num_queries
):
    add("Colour", "text")
    assert names() == ["custom__colour"]
    with django_assert_num_queries(0):
        names()
    # Written behind the back of this process.
    CustomField.objects.filter(key="colour").update(label="Shade", version=2)
    assert str(type_named("opportunity").fields["custom__colour"].label) == "Colour"
    monkeypatch.setattr(definitions, "_checked_at", 0.0)
    with django_assert_num_queries(2):
        assert str(type_named("opportunity").fields["custom__colour"].label) == "Shade"
    monkeypatch.setattr(definitions, "_checked_at", 0.0)
    with django_assert_num_queries(1):
        names()


@pytest.mark.django_db(transaction=True)
def test_a_value_of_the_old_type_is_never_written_after_the_type_has_changed(world, add):
    add("Extra", "text")
    assert names() == ["custom__extra"]
    CustomField.objects.update(kind="number", version=2)
    with pytest.raises(Exception, match="amount"), change_set(by=world.sam, summary="Late") as changes:
        changes.update(world.sams_deal, custom__extra="Blue")
    assert kept(world) == [{}, {}, {}]


def test_what_does_not_fit_its_type_reads_as_nothing_and_breaks_nothing(world, as_, add):
    for number, kind in enumerate(CustomField.Kind.values):
        add(f"Extra {number}", kind, target="contact" if kind == "relation" else "")
    keys = [field.key for field in CustomField.objects.all()]
    for wrong in ("x" * 30, 12.5, True, [1, {}], {"a": 1}, -7):
        Opportunity.objects.filter(pk=world.sams_deal.pk).update(custom=dict.fromkeys(keys, wrong))
        client = as_(world.sam)
        assert client.get(f"/opportunities/{world.sams_deal.pk}").status_code == 200
        for key in keys:
            name, op = f"custom__{key}", "is:true" if "boolean" in key else "is_not_empty:"
            url = f"/opportunities?view=list&columns=title,{name}&sort={name}&where={name}:{op}"
            assert client.get(url).status_code == 200


# -- changing the type


@pytest.mark.parametrize(
    ("old", "new", "values", "expected"),
    [
        ("text", "number", ["1,200", "-3.5", "0"], [1_200_000, -3_500, 0]),
        ("number", "text", [Decimal("1200"), Decimal("-3.5"), 0], ["1200", "-3.5", "0"]),
        ("number", "money", [Decimal("1.5"), 2, 3], [1_500, 2_000, 3_000]),
        (
            "text",
            "date",
            ["2026-11-23", "2026/1/2", "2026年1月3日"],
            ["2026-11-23", "2026-01-02", "2026-01-03"],
        ),
        ("date", "text", [dt.date(2026, 1, 2)] * 3, ["2026-01-02"] * 3),
        ("text", "boolean", ["yes", "是", "1"], [True, True, True]),
        ("choice", "choices", ["small", "large", "huge"], [["small"], ["large"], ["huge"]]),
        ("choice", "text", ["small", "large", "huge"], ["Small", "Large", "Huge"]),
        ("text", "choice", ["LARGE", "small", "Medium rare"], ["large", "small", "medium_rare"]),
        ("text", "choices", ["Small, large", "huge", "Small"], [["large", "small"], ["huge"], ["small"]]),
        ("text", "relation", ["Acme", "eve buyer", "ACME"], ["acme", "eve", "acme"]),
        ("text", "person", ["tia@example.com", "Sam Seller", "Ada Admin"], ["tia", "sam", "ada"]),
        ("text", "email", ["a@b.example"] * 3, ["a@b.example"] * 3),
        ("text", "url", ["b.example"] * 3, ["https://b.example"] * 3),
        ("text", "phone", ["02-2345-6789"] * 3, ["+886223456789"] * 3),
        ("text", "time", ["14:30", "08:00", "23:59"], ["14:30:00", "08:00:00", "23:59:00"]),
    ],
)
def test_a_change_of_type_converts_the_values_and_is_undone_whole(
    world, as_, add, fill, old, new, values, expected
):
    field = add("Extra", old)
    fill(*values)
    before = kept(world)
    given = {
        "kind": new,
        "choices": field.choices or CHOICES if new.startswith("choice") else [],
        "target": "",
    }
    with recorded() as rows:
        acts.update_custom_field(
            field, values=given | ({"target": "contact"} if new == "relation" else {}), by=world.ada
        )
    known = {name: getattr(world, name).pk for name in ("acme", "eve", "tia", "sam", "ada")}
    assert [one["extra"] for one in kept(world)] == [
        known.get(one, one) if new in ("relation", "person") else one for one in expected
    ]
    assert as_(world.ada).get("/opportunities?view=list&columns=title,custom__extra").status_code == 200
    assert as_(world.ada).get(f"/opportunities/{world.sams_deal.pk}").status_code == 200
    assert undo(rows[0], by=world.ada).conflicts == []
    assert kept(world) == before
    assert CustomField.objects.get().kind == old


CHOICES = [
    {"value": "small", "label": "Small"},
    {"value": "large", "label": "Large"},
    {"value": "huge", "label": "Huge"},
]


def test_a_change_of_type_that_loses_values_is_refused_with_counts(world, add, fill):
    field = add("Extra", "text")
    fill("12", "twelve", "many")
    count = ChangeSet.objects.count()
    with pytest.raises(acts.CannotConvert) as refused:
        acts.update_custom_field(field, values={"kind": "number"}, by=world.ada)
    assert str(refused.value) == "1 of 3 values can be converted; 2 cannot: “twelve”, “many”."
    assert [one["extra"] for one in kept(world)] == ["12", "twelve", "many"]
    assert (CustomField.objects.get().kind, ChangeSet.objects.count()) == ("text", count)
    acts.update_custom_field(field, values={"kind": "number"}, by=world.ada, is_lossy=True)
    assert kept(world) == [{"extra": 12_000}, {}, {}]


def test_an_old_edit_is_not_undone_into_a_field_of_another_type(world, add, fill):
    field = add("Extra", "text")
    fill("twelve")
    with recorded() as rows:
        fill("12")
    acts.update_custom_field(field, values={"kind": "number"}, by=world.ada)
    report = undo(rows[0], by=world.ada)
    assert [one.reason for one in report.conflicts] == ["changed"]
    assert kept(world)[0] == {"extra": 12_000}


# -- choices


def test_removing_a_used_choice_asks_where_its_values_go(world, add, fill):
    field = add("Extra", "choice")
    fill("small", "large", "huge")
    fewer = {"choices": [one for one in field.choices if one["value"] == "large"]}
    with pytest.raises(acts.ChoicesInUse) as refused:
        acts.update_custom_field(field, values=fewer, by=world.ada, replaced={"small": "huge"})
    assert refused.value.used == {"small": 1, "huge": 1}
    assert kept(world) == [{"extra": "small"}, {"extra": "large"}, {"extra": "huge"}]
    with recorded() as rows:
        acts.update_custom_field(field, values=fewer, by=world.ada, replaced={"small": "large", "huge": ""})
    assert kept(world) == [{"extra": "large"}, {"extra": "large"}, {}]
    undo(rows[0], by=world.ada)
    assert kept(world) == [{"extra": "small"}, {"extra": "large"}, {"extra": "huge"}]


def test_of_several_choices_only_the_removed_one_is_replaced(world, add, fill):
    field = add("Extra", "choices")
    fill(["small", "large"], ["huge", "small"], [])
    fewer = {"choices": [one for one in field.choices if one["value"] != "small"]}
    acts.update_custom_field(field, values=fewer, by=world.ada, replaced={"small": "large"})
    assert kept(world) == [{"extra": ["large"]}, {"extra": ["huge", "large"]}, {}]


# -- deleting


def test_a_deleted_field_is_out_of_sight_and_comes_back_with_its_values(world, as_, add, fill):
    field = add("Extra", "text", is_in_list=True)
    fill("Blue")
    with recorded() as rows:
        acts.delete_custom_field(field, by=world.ada)
    assert names() == []
    assert kept(world)[0] == {"extra": "Blue"}
    assert "Blue" not in as_(world.ada).get("/opportunities?view=list").content.decode()
    undo(rows[0], by=world.ada)
    assert "Blue" in as_(world.ada).get("/opportunities?view=list").content.decode()


def test_what_is_removed_for_good_takes_its_values_along_and_can_still_be_undone(world, add, fill):
    field = add("Extra", "text")
    fill("Blue", "Red")
    with recorded() as rows:
        assert acts.remove_custom_field(field, by=world.ada) == 2
    assert kept(world) == [{}, {}, {}]
    assert not CustomField.objects.exists()
    assert undo(rows[0], by=world.ada).conflicts == []
    assert kept(world) == [{"extra": "Blue"}, {"extra": "Red"}, {}]
    assert names() == ["custom__extra"]


def test_a_saved_filter_by_a_field_that_is_gone_is_told_and_left_out(world, as_, add):
    acts.delete_custom_field(add("Extra", "text"), by=world.ada)
    page = as_(world.ada).get(
        "/opportunities?view=list&where=custom__extra:contains:x&columns=title,custom__extra&sort=custom__extra"
    )
    assert page.status_code == 200
    assert "was left out" in page.content.decode()


def test_fields_keep_the_order_they_are_put_into(world, add):
    fields = [add(label, "text") for label in ("One", "Two", "Three")]
    acts.reorder_custom_fields([fields[2], fields[0], fields[1]], by=world.ada)
    assert names() == ["custom__three", "custom__one", "custom__two"]


def test_a_merged_record_keeps_links_and_values(world, add):
    from kairos.contacts.actions.merging import merge_contacts
    from kairos.contacts.models import Contact

    add("Partner", "relation", target="contact")
    add("Grade", "text", on="contact")
    with change_set(by=world.ada, summary="Made") as changes:
        twin = changes.create(Contact, kind="organisation", name="Acme Ltd", custom__grade="A")
        changes.update(world.sams_deal, custom__partner=twin)
    merge_contacts([world.acme, twin], into=world.acme, choices={}, by=world.ada)
    assert Opportunity.objects.get(pk=world.sams_deal.pk).custom__partner == world.acme
    assert Contact.objects.get(pk=world.acme.pk).custom == {"grade": "A"}


def test_history_names_the_field_as_it_is_called_now(world, as_, add):
    field = add("Colour", "choice")
    update_record(world.sams_deal, values={"custom__colour": "large"}, by=world.sam)
    acts.update_custom_field(field, values={"label": "Shade"}, by=world.ada)
    page = as_(world.sam).get(f"/opportunities/{world.sams_deal.pk}").content.decode()
    assert "Shade" in page
    assert "custom__colour" not in page.replace("prop-custom__colour", "").replace("field/custom__colour", "")
    assert FieldChange.objects.filter(field="custom__colour").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
def test_two_writers_at_the_same_moment_both_win(world, add):
    add("Colour", "text")
    add("Size", "choice")
    start = threading.Barrier(2)

    def write(**values: Any) -> None:
        deal = Opportunity.objects.get(pk=world.sams_deal.pk)
        start.wait()
        update_record(deal, values=values, by=world.sam)
        connection.close()

    threads = [
        threading.Thread(target=write, kwargs=values)
        for values in ({"custom__colour": "Blue"}, {"custom__size": "large"})
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept(world)[0] == {"colour": "Blue", "size": "large"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
def test_who_writes_a_value_while_its_type_changes_is_refused(world, add):
    field = add("Extra", "text")
    outcome: list[str] = []

    def write() -> None:
        try:
            update_record(world.sams_deal, values={"custom__extra": "Blue"}, by=world.sam)
        except FieldsAreChanging:
            outcome.append("refused")
        connection.close()

    late = threading.Thread(target=write)
    with transaction.atomic():
        acts.update_custom_field(field, values={"kind": "number"}, by=world.ada)
        late.start()
        late.join()
    assert outcome == ["refused"]
    assert kept(world) == [{}, {}, {}]
