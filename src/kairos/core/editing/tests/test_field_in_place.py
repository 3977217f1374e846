"""One field edited in place: rights, errors, conflicts, what comes back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from kairos.core.actions.records import update_record
from kairos.core.models import ChangeSet, FieldChange, Source, Tag

pytestmark = pytest.mark.django_db


def field(record: Any, name: str) -> str:
    return f"/opportunities/{record.pk}/field/{name}"


def test_saving_writes_the_field_with_its_history_and_offers_to_undo(
    world: Any, as_: Callable[..., Any]
) -> None:
    answer = as_(world.sam).post(field(world.sams_deal, "title"), {"value": "Big anvils", "was": "Anvils"})
    assert answer.status_code == 200
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.title == "Big anvils"
    row = ChangeSet.objects.latest("pk")
    assert (row.by, row.source, str(row)) == (world.sam, Source.SCREEN, "Changed Anvils")
    assert f"/history/{row.pk}/undo" in answer.content.decode()
    assert answer["HX-Trigger"] == "records-changed"


def test_what_depends_on_the_field_comes_with_it(world: Any, as_: Callable[..., Any]) -> None:
    answer = as_(world.sam).post(field(world.sams_deal, "probability"), {"value": "50", "was": "10"})
    text = answer.content.decode()
    assert f'hx-target="#opportunity-{world.sams_deal.pk}-prop-weighted_revenue"' in text
    assert "$500" in text


def test_a_wrong_value_is_kept_and_explained_and_nothing_changes(world: Any, as_: Callable[..., Any]) -> None:
    count = ChangeSet.objects.count()
    answer = as_(world.sam).post(
        field(world.sams_deal, "expected_revenue"), {"value": "a lot", "was": "1000"}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Enter an amount." in text
    assert 'value="a lot"' in text
    assert 'name="was" value="1000"' in text
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.expected_revenue == Decimal(1000)
    assert ChangeSet.objects.count() == count


def test_a_field_changed_meanwhile_is_not_overwritten(world: Any, as_: Callable[..., Any]) -> None:
    update_record(world.sams_deal, values={"title": "Theirs"}, by=world.lena)
    count = FieldChange.objects.count()
    answer = as_(world.sam).post(field(world.sams_deal, "title"), {"value": "Mine", "was": "Anvils"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Lena Leader has changed this meanwhile." in text
    assert "Theirs" in text
    assert 'name="was" value="Theirs"' in text
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.title == "Theirs"
    assert FieldChange.objects.count() == count
    again = as_(world.sam).post(field(world.sams_deal, "title"), {"value": "Mine", "was": "Theirs"})
    assert again.status_code == 200
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.title == "Mine"


def test_two_people_may_change_two_fields_at_once(world: Any, as_: Callable[..., Any]) -> None:
    update_record(world.sams_deal, values={"priority": 2}, by=world.lena)
    answer = as_(world.sam).post(field(world.sams_deal, "title"), {"value": "Mine", "was": "Anvils"})
    assert answer.status_code == 200
    world.sams_deal.refresh_from_db()
    assert (world.sams_deal.title, world.sams_deal.priority) == ("Mine", 2)


def test_the_same_value_from_two_people_is_no_conflict_and_no_change(
    world: Any, as_: Callable[..., Any]
) -> None:
    update_record(world.sams_deal, values={"title": "Same"}, by=world.lena)
    count = ChangeSet.objects.count()
    answer = as_(world.sam).post(field(world.sams_deal, "title"), {"value": "Same", "was": "Anvils"})
    assert answer.status_code == 200
    assert ChangeSet.objects.count() == count


@pytest.mark.parametrize(
    "name", ["nothing", "created_at", "version", "stage_entered_at", "weighted_revenue", "password"]
)
def test_fields_nobody_edits_are_not_there(world: Any, as_: Callable[..., Any], name: str) -> None:
    assert as_(world.ada).get(field(world.sams_deal, name)).status_code == 404
    assert as_(world.ada).post(field(world.sams_deal, name), {"value": "1", "was": ""}).status_code == 404


def test_only_those_who_may_edit_a_record_edit_its_fields(world: Any, as_: Callable[..., Any]) -> None:
    address = f"/stages/{world.new.pk}/field/name"
    assert as_(world.sam).post(address, {"value": "Mine", "was": "New"}).status_code == 404
    world.new.refresh_from_db()
    assert world.new.name == "New"
    assert as_(world.lena).post(address, {"value": "Fresh", "was": "New"}).status_code == 200


def test_a_relation_to_a_record_one_may_not_see_is_refused(world: Any, as_: Callable[..., Any]) -> None:
    answer = as_(world.sam).post(
        field(world.sams_deal, "stage"), {"value": "999999", "was": str(world.new.pk)}
    )
    assert answer.status_code == 422
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.stage == world.new


def test_a_stage_of_another_team_is_refused_by_the_rules(world: Any, as_: Callable[..., Any]) -> None:
    body = {"value": str(world.offer.pk), "was": str(world.new.pk)}
    answer = as_(world.ada).post(field(world.sams_deal, "stage"), body)
    assert answer.status_code == 409
    assert "another team" in answer.content.decode()
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.stage == world.new


def test_a_new_tag_is_made_with_the_change_and_undone_with_it(world: Any, as_: Callable[..., Any]) -> None:
    client = as_(world.sam)
    answer = client.post(field(world.sams_deal, "tags"), {"value_new": ["hot"], "was": "[]"})
    assert answer.status_code == 200
    assert [tag.name for tag in world.sams_deal.tags.all()] == ["hot"]
    row = ChangeSet.objects.latest("pk")
    assert client.post(f"/history/{row.pk}/undo").status_code == 200
    assert not Tag.objects.filter(name="hot").exists()


def test_giving_a_deal_away_leads_back_to_the_list(world: Any, as_: Callable[..., Any]) -> None:
    body = {"value": str(world.tia.pk), "was": str(world.sam.pk)}
    answer = as_(world.sam).post(field(world.sams_deal, "salesperson"), body)
    assert answer["HX-Redirect"] == "/opportunities"
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.salesperson == world.tia


def test_texts_no_database_keeps_are_refused(world: Any, as_: Callable[..., Any]) -> None:
    answer = as_(world.sam).post(field(world.sams_deal, "title"), {"value": "a\x00b", "was": "Anvils"})
    assert answer.status_code == 422


def test_what_people_write_is_never_markup(world: Any, as_: Callable[..., Any]) -> None:
    bad = "<img src=x onerror=alert(1)>"
    answer = as_(world.sam).post(field(world.sams_deal, "title"), {"value": bad, "was": "Anvils"})
    assert "<img" not in answer.content.decode()
    assert "<img" not in as_(world.sam).get(f"/opportunities/{world.sams_deal.pk}").content.decode()


def test_a_cell_of_a_list_gets_a_cell_back(world: Any, as_: Callable[..., Any]) -> None:
    client = as_(world.sam)
    editor = client.get(field(world.sams_deal, "title"), headers={"HX-Target": "td"})
    assert 'name="in" value="cell"' in editor.content.decode()
    answer = client.post(field(world.sams_deal, "title"), {"value": "X", "was": "Anvils", "in": "cell"})
    assert answer.content.decode().strip().startswith(f'<a href="/opportunities/{world.sams_deal.pk}"')
    answer = client.post(field(world.sams_deal, "priority"), {"value": "2", "was": "0", "in": "cell"})
    assert answer.content.decode().strip().startswith('<div class="table-value">')
