"""Tags put on many records and taken off: what else a record is tagged with stays, and one undo gives it back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, Tag
from kairos.core.records import type_named

pytestmark = pytest.mark.django_db


def tagged() -> dict[str, list[str]]:
    deals = type_named("opportunity").model.objects.order_by("pk")
    return {deal.title: sorted(tag.name for tag in deal.tags.all()) for deal in deals}


@pytest.fixture
def tags(world: Any) -> dict[str, Any]:
    """The anvils are big and old, the rockets old."""
    with change_set(by=world.ada, summary="Tags") as changes:
        found = {name: changes.create(Tag, name=name) for name in ("big", "old", "new")}
        changes.set_related(world.sams_deal, "tags", [found["big"], found["old"]])
        changes.set_related(world.tias_deal, "tags", [found["old"]])
    return found


def form(world: Any, action: str, *tags: Any) -> dict[str, Any]:
    ids = [world.sams_deal.pk, world.tias_deal.pk, world.ottos_deal.pk]
    return {"ids": ids, "tags": [tag.pk for tag in tags], "run": "1", "key": action}


def test_adding_keeps_what_is_there_and_undo_takes_only_what_came(
    world: Any, as_: Callable[..., Any], tags: dict[str, Any]
) -> None:
    before = tagged()
    answer = as_(world.ada).post("/opportunities/bulk/tag", form(world, "tag", tags["big"], tags["new"]))
    assert "Changed 3 records" in answer.content.decode()
    assert tagged() == {
        "Anvils": ["big", "new", "old"],
        "Rockets": ["big", "new", "old"],
        "Magnets": ["big", "new"],
    }
    assert undo(ChangeSet.objects.latest("pk"), by=world.ada).conflicts == []
    assert tagged() == before


def test_taking_off_counts_before_and_leaves_the_rest(
    world: Any, as_: Callable[..., Any], tags: dict[str, Any]
) -> None:
    client = as_(world.ada)
    asked = {"ids": form(world, "untag")["ids"]}
    page = client.post("/opportunities/bulk/untag", asked).content.decode()
    assert "2 of 3 records will be changed." in page
    assert "1 is not in a state for this." in page
    answer = client.post("/opportunities/bulk/untag", form(world, "untag", tags["big"]))
    assert "Changed 1 record" in answer.content.decode()
    assert tagged() == {"Anvils": ["old"], "Rockets": ["old"], "Magnets": []}
    undo(ChangeSet.objects.latest("pk"), by=world.ada)
    assert tagged() == {"Anvils": ["big", "old"], "Rockets": ["old"], "Magnets": []}


def test_a_new_word_is_made_where_it_is_added_and_not_where_it_is_taken_off(
    world: Any, as_: Callable[..., Any], tags: dict[str, Any]
) -> None:
    as_(world.ada).post("/opportunities/bulk/tag", {**form(world, "tag"), "tags_new": "fresh"})
    assert all("fresh" in names for names in tagged().values())
    before = tagged()
    answer = as_(world.ada).post("/opportunities/bulk/untag", {**form(world, "untag"), "tags_new": "unheard"})
    assert answer.status_code == 422
    assert tagged() == before
    assert not Tag.objects.filter(name="unheard").exists()


def test_only_ones_own_are_tagged(world: Any, as_: Callable[..., Any], tags: dict[str, Any]) -> None:
    page = as_(world.sam).post("/opportunities/bulk/tag", {"ids": form(world, "tag")["ids"]}).content.decode()
    assert "1 of 3 records will be changed." in page
    as_(world.sam).post("/opportunities/bulk/tag", form(world, "tag", tags["new"]))
    assert tagged() == {"Anvils": ["big", "new", "old"], "Rockets": ["old"], "Magnets": []}


def test_one_record_is_tagged_in_its_field_and_not_by_its_menu(world: Any, as_: Callable[..., Any]) -> None:
    page = as_(world.sam).get(f"/opportunities/{world.sams_deal.pk}").content.decode()
    assert "/do/tag" not in page
    assert "/bulk/tag" in as_(world.sam).get("/opportunities?view=list").content.decode()


@pytest.mark.parametrize("action", ["tag", "untag"])
def test_thirty_cost_as_many_statements_as_three(
    world: Any, as_: Callable[..., Any], tags: dict[str, Any], action: str
) -> None:
    contacts = type_named("contact").model
    counts = []
    as_(world.ada).get("/")
    for number in (3, 30):
        with change_set(by=world.ada, summary="Contacts") as changes:
            made = [changes.create(contacts, name=f"C{n}", tags=[tags["old"]]) for n in range(number)]
        wanted = tags["new"] if action == "tag" else tags["old"]
        sent = {"ids": [one.pk for one in made], "tags": wanted.pk, "run": "1", "key": str(number)}
        with CaptureQueriesContext(connection) as queries:
            assert as_(world.ada).post(f"/contacts/bulk/{action}", sent).status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0]
