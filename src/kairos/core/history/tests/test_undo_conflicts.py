"""What an undo leaves alone, and what it refuses."""

import itertools
import threading
from typing import Any

import pytest
from django.db import connection

from kairos.core.actions.records import update_record
from kairos.core.history import change_set, recorded
from kairos.core.history.undo import AlreadyUndone, Conflict, undo
from kairos.core.models import ChangeSet, FieldChange, Tag

pytestmark = pytest.mark.django_db


def written(work: Any) -> ChangeSet:
    with recorded() as rows:
        work()
    return rows[-1]


def test_a_value_changed_since_stays_and_the_others_return(world: Any) -> None:
    acme = world.acme
    first = written(lambda: update_record(acme, values={"city": "Taipei", "industry": "Steel"}, by=world.sam))
    update_record(acme, values={"city": "Tainan"}, by=world.tia)
    report = undo(first, by=world.sam)
    acme.refresh_from_db()
    assert (acme.city, acme.industry) == ("Tainan", "Tools")
    assert report.conflicts == [Conflict("contact", acme.pk, "city", "changed")]
    assert report.restored == 1


def test_a_change_set_is_undone_once(world: Any) -> None:
    first = written(lambda: update_record(world.acme, values={"city": "Taipei"}, by=world.sam))
    undo(first, by=world.sam)
    count = ChangeSet.objects.count()
    with pytest.raises(AlreadyUndone):
        undo(first, by=world.ada)
    assert ChangeSet.objects.count() == count


def test_redone_it_can_be_undone_again(world: Any) -> None:
    first = written(lambda: update_record(world.acme, values={"city": "Taipei"}, by=world.sam))
    again = undo(first, by=world.sam).change_set
    assert again is not None
    undo(again, by=world.sam)
    world.acme.refresh_from_db()
    assert world.acme.city == "Taipei"
    undo(first, by=world.sam)
    world.acme.refresh_from_db()
    assert world.acme.city == ""


def test_a_created_record_that_another_needs_stays(world: Any) -> None:
    contact = type(world.acme)

    def create() -> None:
        with change_set(by=world.sam, summary="Two") as changes:
            changes.create(contact, name="Needed")
            changes.create(contact, name="Free")

    first = written(create)
    needed = contact.objects.get(name="Needed")
    update_record(world.sams_deal, values={"organisation": needed}, by=world.sam)
    report = undo(first, by=world.sam)
    assert report.conflicts == [Conflict("contact", needed.pk, "", "needed")]
    assert not contact.objects.filter(name="Free").exists()
    assert contact.objects.filter(name="Needed").exists()


def test_a_created_record_that_was_changed_since_stays(world: Any) -> None:
    def create() -> None:
        with change_set(by=world.sam, summary="One") as changes:
            changes.create(type(world.acme), name="Worked on")

    first = written(create)
    record = type(world.acme).objects.get(name="Worked on")
    update_record(record, values={"city": "Taipei"}, by=world.tia)
    assert undo(first, by=world.sam).conflicts == [Conflict("contact", record.pk, "", "changed")]
    assert type(world.acme).objects.filter(pk=record.pk).exists()


def test_a_name_somebody_has_taken_since_is_not_taken_back(world: Any) -> None:
    with change_set(by=world.sam, summary="Tag") as changes:
        tag = changes.create(Tag, name="hot")
    first = written(lambda: update_record(tag, values={"name": "warm", "colour": 3}, by=world.sam))
    with change_set(by=world.tia, summary="Tag") as changes:
        changes.create(Tag, name="Hot")
    report = undo(first, by=world.sam)
    tag.refresh_from_db()
    assert {(one.field, one.reason) for one in report.conflicts} == {("name", "taken"), ("colour", "taken")}
    assert tag.name == "warm"


def test_a_deleted_record_comes_back_with_its_key_and_its_relations(world: Any) -> None:
    with change_set(by=world.sam, summary="Tag") as changes:
        tag = changes.create(Tag, name="hot")
        changes.set_related(world.sams_deal, "tags", [tag])
    key = tag.pk

    def delete() -> None:
        with change_set(by=world.ada, summary="Gone") as changes:
            changes.delete(tag)

    gone = written(delete)
    assert list(world.sams_deal.tags.all()) == []
    undo(gone, by=world.ada)
    assert [(one.pk, one.name) for one in world.sams_deal.tags.all()] == [(key, "hot")]


def test_a_change_to_a_record_that_is_gone_is_told(world: Any) -> None:
    with change_set(by=world.sam, summary="Tag") as changes:
        tag = changes.create(Tag, name="hot")
    first = written(lambda: update_record(tag, values={"colour": 5}, by=world.sam))
    key = tag.pk
    with change_set(by=world.sam, summary="Gone") as changes:
        changes.delete(tag)
    report = undo(first, by=world.sam)
    assert report.conflicts == [Conflict("tag", key, "colour", "gone")]
    assert report.change_set is None


@pytest.mark.django_db(transaction=True)
def test_eight_people_write_at_once_and_nobody_waits_in_vain(world: Any) -> None:
    problems: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for turn in range(5):
                contact = type(world.acme).objects.get(pk=world.acme.pk)
                update_record(contact, values={"city": f"{number} {turn}", "employees": turn}, by=world.sam)
                with change_set(by=world.sam, summary="Made") as changes:
                    changes.create(type(world.acme), name=f"Made {number} {turn}")
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert type(world.acme).objects.filter(name__startswith="Made ").count() == 40
    changes_ = FieldChange.objects.filter(
        record_type="contact", record_id=world.acme.pk, field="city"
    ).order_by("pk")
    chain = list(changes_.values_list("old", "new"))
    assert len(chain) == 40
    assert all(before[1] == after[0] for before, after in itertools.pairwise(chain))
