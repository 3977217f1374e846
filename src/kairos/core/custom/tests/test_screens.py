"""The screens where administrators define fields."""

import pytest

from kairos.core.actions.records import update_record
from kairos.core.models import ChangeSet, CustomField
from kairos.crm.models import Opportunity

NEW = {
    "label": "Grade",
    "kind": "text",
    "record_types": ["opportunity"],
    "section": "Deal",
    "is_on_card": "1",
}


def posted(field, **changes):
    """The form of a field as its page would send it, with some changes."""
    form = {
        "label": field.label,
        "kind": field.kind,
        "record_types": field.record_types,
        "choice_value": [one["value"] for one in field.choices],
        "choice_label": [one["label"] for one in field.choices],
        "choice_colour": [str(one["colour"]) for one in field.choices],
    }
    return {**form, **changes}


def test_an_administrator_adds_a_field_and_can_take_it_back(world, as_):
    client = as_(world.ada)
    assert client.get("/custom-fields?for=opportunity").status_code == 200
    assert client.get("/custom-fields/new?for=opportunity").status_code == 200
    answer = client.post("/custom-fields/new", NEW)
    assert (answer.status_code, answer["Location"]) == (302, "/custom-fields?for=opportunity")
    field = CustomField.objects.get()
    assert (field.key, field.kind, field.record_types, field.is_on_card) == (
        "grade",
        "text",
        ["opportunity"],
        True,
    )
    page = client.get("/custom-fields?for=opportunity").content.decode()
    assert "Grade" in page
    undo = page.split("/undo")[0].rsplit("/history/", 1)[1]
    assert client.post(f"/history/{undo}/undo").status_code == 200
    assert not CustomField.objects.exists()


def test_nobody_else_finds_these_screens(world, as_, add):
    field = add("Grade", "text")
    count = ChangeSet.objects.count()
    for person in (world.lena, world.sam, world.stranger):
        client = as_(person)
        for path in ("", "/new", f"/{field.pk}"):
            assert client.get(f"/custom-fields{path}").status_code == 404
        for path in (
            "/new",
            "/preview",
            f"/{field.pk}",
            *(f"/{field.pk}/{do}" for do in ("place", "delete", "remove")),
        ):
            assert client.post(f"/custom-fields{path}", NEW).status_code == 404
        assert client.post(f"/custom-fields/{field.pk}/do/archive").status_code == 404
    assert as_(world.ada).post(f"/custom-fields/{field.pk}/do/archive").status_code == 403
    assert (
        as_(world.ada).post(f"/custom-fields/{field.pk}/field/kind", {"value": "number"}).status_code == 404
    )
    assert ChangeSet.objects.count() == count


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": ""},
        {"label": "x" * 61},
        {"label": "nul \x00"},
        {"label": "Title"},
        {"kind": "magic"},
        {"record_types": []},
        {"record_types": ["user"]},
        {"team_id": "999999"},
        {"kind": "relation"},
        {"kind": "relation", "target": "nothing"},
        {"kind": "choice"},
        {"kind": "choice", "choice_value": ["", ""], "choice_label": ["A", "a"], "choice_colour": ["0", "0"]},
        {"kind": "choice", "choice_value": [""], "choice_label": ["x" * 61], "choice_colour": ["0"]},
        {"kind": "choice", "choice_value": [""], "choice_label": ["nul \x00"], "choice_colour": ["0"]},
        {
            "kind": "choice",
            "choice_value": [""] * 101,
            "choice_label": [f"C{n}" for n in range(101)],
            "choice_colour": ["0"] * 101,
        },
    ],
)
def test_what_cannot_be_a_field_is_refused_and_kept_on_screen(world, as_, wrong):
    answer = as_(world.ada).post("/custom-fields/new", NEW | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode() or "field-error" in answer.content.decode()
    assert not CustomField.objects.exists()


def test_choices_are_kept_renamed_coloured_and_put_in_order(world, as_, add):
    field = add("Size", "choice")
    form = {
        "choice_value": ["huge", "", "small", "large"],
        "choice_label": ["Huge", "Middle", "Tiny", "Large"],
        "choice_colour": ["9", "1", "x", "99"],
    }
    assert as_(world.ada).post(f"/custom-fields/{field.pk}", posted(field, **form)).status_code == 302
    field.refresh_from_db()
    assert field.choices == [
        {"value": "huge", "label": "Huge", "colour": 9},
        {"value": "middle", "label": "Middle", "colour": 1},
        {"value": "small", "label": "Tiny", "colour": 0},
        {"value": "large", "label": "Large", "colour": 0},
    ]


def test_the_page_asks_where_the_values_of_a_removed_choice_go(world, as_, add):
    field = add("Size", "choice")
    update_record(world.sams_deal, values={"custom__size": "small"}, by=world.ada)
    client, form = (
        as_(world.ada),
        {"choice_value": ["large"], "choice_label": ["Large"], "choice_colour": ["0"]},
    )
    asked = client.post(f"/custom-fields/{field.pk}", posted(field, **form))
    assert asked.status_code == 422
    assert 'name="replaced_small"' in asked.content.decode()
    assert (
        client.post(f"/custom-fields/{field.pk}", posted(field, **form, replaced_small="")).status_code == 422
    )
    assert (
        client.post(f"/custom-fields/{field.pk}", posted(field, **form, replaced_small="huge")).status_code
        == 422
    )
    assert Opportunity.objects.get(pk=world.sams_deal.pk).custom == {"size": "small"}
    assert (
        client.post(f"/custom-fields/{field.pk}", posted(field, **form, replaced_small="large")).status_code
        == 302
    )
    assert Opportunity.objects.get(pk=world.sams_deal.pk).custom == {"size": "large"}


def test_the_preview_says_what_a_change_of_type_would_come_to_and_writes_nothing(world, as_, add):
    field = add("Extra", "text")
    update_record(world.sams_deal, values={"custom__extra": "12"}, by=world.ada)
    update_record(world.tias_deal, values={"custom__extra": "<b>many</b>"}, by=world.ada)
    client = as_(world.ada)
    page = client.post(f"/custom-fields/{field.pk}/preview", posted(field, kind="number")).content.decode()
    assert "1 of 2 values can be converted; 1 cannot: “&lt;b&gt;many&lt;/b&gt;”." in page
    assert 'name="is_lossy"' in page
    answer = client.post(f"/custom-fields/{field.pk}", posted(field, kind="number"))
    assert answer.status_code == 422
    assert CustomField.objects.get().kind == "text"
    assert (
        client.post(f"/custom-fields/{field.pk}", posted(field, kind="number", is_lossy="1")).status_code
        == 302
    )
    assert Opportunity.objects.get(pk=world.sams_deal.pk).custom == {"extra": 12_000}
    assert Opportunity.objects.get(pk=world.tias_deal.pk).custom == {}


@pytest.mark.parametrize("kind", CustomField.Kind.values)
def test_every_type_has_a_preview_even_of_half_a_form(world, as_, kind):
    client = as_(world.ada)
    for more in (
        {},
        {"target": "contact"},
        {"choice_value": [""], "choice_label": ["One"], "choice_colour": ["3"]},
    ):
        assert client.post("/custom-fields/preview", {"kind": kind, **more}).status_code == 200
    assert client.post("/custom-fields/preview", {}).status_code == 200


def test_a_field_is_dragged_to_its_place(world, as_, add):
    fields = [add(label, "text") for label in ("One", "Two", "Three")]
    form = {"column": "opportunity", "before": fields[0].pk}
    assert as_(world.ada).post(f"/custom-fields/{fields[2].pk}/place", form).status_code == 200
    assert [one.label for one in CustomField.objects.order_by("position")] == ["Three", "One", "Two"]
    assert (
        as_(world.ada).post(f"/custom-fields/{fields[2].pk}/place", {"column": "opportunity"}).status_code
        == 200
    )
    assert [one.label for one in CustomField.objects.order_by("position")] == ["One", "Two", "Three"]


def test_a_field_is_deleted_restored_and_removed_for_good(world, as_, add):
    field = add("Grade", "text")
    update_record(world.sams_deal, values={"custom__grade": "A"}, by=world.ada)
    client, url = as_(world.ada), f"/custom-fields/{field.pk}"
    assert client.post(f"{url}/delete")["HX-Redirect"] == "/custom-fields?for=opportunity"
    assert "Deleted fields" in client.get("/custom-fields?for=opportunity").content.decode()
    client.post(f"{url}/restore")
    assert "Deleted fields" not in client.get("/custom-fields?for=opportunity").content.decode()
    assert "1 record has a value in this field" in client.get(f"{url}/remove").content.decode()
    client.post(f"{url}/remove")
    assert not CustomField.objects.exists()
    assert Opportunity.objects.get(pk=world.sams_deal.pk).custom == {}


def test_the_history_tells_of_definitions(world, as_, add):
    add("Grade", "choice")
    page = as_(world.ada).get("/history").content.decode()
    assert "Added the field Grade" in page
    change = ChangeSet.objects.latest("pk")
    assert as_(world.ada).get(f"/history/{change.pk}").status_code == 200
