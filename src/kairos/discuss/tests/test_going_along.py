"""What was said, who follows and what hangs on a record goes along when it is merged, converted, deleted, archived."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kairos.core.history import change_set
from kairos.core.merging import unmerge
from kairos.core.models import ChangeSet
from kairos.core.records import type_of
from kairos.crm.actions.leads import return_to_leads
from kairos.crm.actions.merging import merge_opportunities
from kairos.crm.actions.stages import found_lead_stages
from kairos.crm.models import Opportunity
from kairos.discuss.actions.follows import follow_record
from kairos.discuss.actions.messages import post_note
from kairos.discuss.models import Attachment, Follow, Message, Notification

As = Callable[..., Any]


def where(model: Any) -> set[int]:
    return set(model.objects.values_list("record_id", flat=True))


@pytest.fixture
def talked(world: Any, as_: As) -> Any:
    """A note with a file on Tia's deal, which Lena follows, as she does Sam's."""
    upload = SimpleUploadedFile("a.txt", b"words")
    post_note(world.tias_deal, text="Said of Rockets", files=[upload], by=world.tia)
    follow_record(world.tias_deal, by=world.lena)
    follow_record(world.sams_deal, by=world.lena)
    post_note(world.tias_deal, text="@Lena Leader look", by=world.tia)
    return world


def test_a_merge_carries_everything_and_taking_it_apart_gives_it_back(talked: Any, as_: As) -> None:
    world = talked
    sam, tia = world.sams_deal.pk, world.tias_deal.pk
    deals = type_of(Opportunity)
    merge_opportunities([world.sams_deal, world.tias_deal], into=world.sams_deal, choices={}, by=world.ada)
    assert (where(Message), where(Attachment), where(Follow), where(Notification)) == ({sam},) * 4
    assert Follow.objects.filter(user=world.lena).count() == 1
    page = as_(world.sam).get(f"/opportunities/{sam}").content.decode()
    assert "Said of Rockets" in page
    assert "a.txt" in page
    unmerge(deals, world.sams_deal, by=world.ada)
    assert (where(Message), where(Attachment)) == ({tia}, {tia})
    assert set(Follow.objects.filter(user=world.lena).values_list("record_id", flat=True)) == {sam, tia}
    assert where(Notification) == {tia}


def test_a_record_that_changes_its_kind_keeps_its_conversation(talked: Any, as_: As) -> None:
    world = talked
    with change_set(by=world.ada, summary="Stages") as changes:
        found_lead_stages(changes)
    return_to_leads(world.tias_deal, by=world.ada)
    page = as_(world.tia).get(f"/leads/{world.tias_deal.pk}").content.decode()
    assert "Said of Rockets" in page
    assert f"/leads/{world.tias_deal.pk}/files/" in page


def test_archiving_keeps_and_deleting_takes_along_until_it_is_undone(talked: Any, as_: As) -> None:
    world = talked
    client = as_(world.ada)
    client.post(f"/opportunities/{world.tias_deal.pk}/do/archive")
    assert "Said of Rockets" in client.get(f"/opportunities/{world.tias_deal.pk}").content.decode()
    client.post(f"/opportunities/{world.tias_deal.pk}/do/delete", {"confirmed": "1"})
    assert (Message.objects.count(), Attachment.objects.count()) == (0, 0)
    assert client.post(f"/history/{ChangeSet.objects.latest('pk').pk}/undo").status_code == 200
    assert where(Message) == {world.tias_deal.pk}
    assert Attachment.objects.get().message == Message.objects.order_by("pk").first()
