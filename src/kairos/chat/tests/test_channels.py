"""Opening channels, coming and going, who may do what."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from kairos.accounts.models import User
from kairos.chat.actions.channels import NobodyToTalkTo, create_channel, open_direct, start_group
from kairos.chat.models import Channel
from kairos.chat.tests.conftest import text_of
from kairos.core.models import ChangeSet

As = Callable[..., Any]


def people_in(channel: Channel) -> set[str]:
    return set(channel.members.values_list("name", flat=True))


def test_whoever_makes_a_channel_is_in_it_with_those_they_chose(world: Any, as_: As) -> None:
    form = {
        "name": " #north  news ",
        "kind": "private",
        "members": [world.tia.pk],
        "then": "open",
        "key": "k1",
    }
    answer = as_(world.sam).post("/channels/new", form)
    made = Channel.objects.get()
    assert answer["HX-Redirect"] == f"/chat/{made.pk}"
    assert (made.name, made.kind, people_in(made)) == ("north news", "private", {"Sam Seller", "Tia Team"})
    as_(world.sam).post("/channels/new", form)
    assert Channel.objects.count() == 1


@pytest.mark.parametrize(
    "form", [{"name": " # "}, {"name": "x", "kind": "direct"}, {"name": "x", "kind": "group"}]
)
def test_a_channel_needs_a_name_and_is_public_or_private(world: Any, as_: As, form: dict[str, str]) -> None:
    assert as_(world.sam).post("/channels/new", form).status_code == 422
    assert Channel.objects.count() == 0


def test_anybody_joins_a_public_channel_and_leaves_it(world: Any, as_: As, rooms: Any) -> None:
    client = as_(world.otto)
    assert "Join" in text_of(client.get(f"/chat/{rooms.general.pk}"))
    client.post(f"/chat/{rooms.general.pk}/join")
    assert people_in(rooms.general) == {"Sam Seller", "Lena Leader", "Otto Other"}
    answer = client.post(f"/chat/{rooms.general.pk}/leave")
    assert answer["HX-Redirect"] == "/chat"
    assert people_in(rooms.general) == {"Sam Seller", "Lena Leader"}
    client.post(f"/history/{ChangeSet.objects.latest('pk').pk}/undo")
    assert people_in(rooms.general) == {"Sam Seller", "Lena Leader"}


def test_whoever_is_in_it_renames_and_lets_in_and_nobody_else(world: Any, as_: As, rooms: Any) -> None:
    there = f"/channels/{rooms.general.pk}"
    for verb, form in (("change", {"name": "taken"}), ("people", {"members": [world.otto.pk]})):
        assert as_(world.otto).post(f"{there}/do/{verb}", form).status_code == 403
    assert as_(world.otto).post(f"{there}/field/members", {"value": [world.otto.pk]}).status_code == 404
    rooms.general.refresh_from_db()
    assert (rooms.general.name, people_in(rooms.general)) == ("general", {"Sam Seller", "Lena Leader"})
    assert (
        as_(world.lena).post(f"{there}/do/change", {"name": "all", "description": "For us"}).status_code
        == 200
    )
    ids = [world.sam.pk, world.otto.pk]
    assert as_(world.lena).post(f"{there}/do/people", {"members": ids}).status_code == 200
    rooms.general.refresh_from_db()
    assert (rooms.general.name, rooms.general.description) == ("all", "For us")
    assert people_in(rooms.general) == {"Sam Seller", "Otto Other"}


def test_a_private_channel_stays_private_and_opens_from_inside_only(world: Any, as_: As, rooms: Any) -> None:
    there = f"/channels/{rooms.plan.pk}"
    form = {"value": "public", "was": "private"}
    assert as_(world.sam).post(f"{there}/field/kind", form).status_code == 404
    for who in (world.otto, world.ada):
        assert as_(who).post(f"/chat/{rooms.plan.pk}/join").status_code == 404
    rooms.plan.refresh_from_db()
    assert (rooms.plan.kind, people_in(rooms.plan)) == ("private", {"Sam Seller", "Lena Leader"})


def test_archiving_is_for_whoever_made_it_and_leaders_inside_and_ends_the_writing(
    world: Any, as_: As, rooms: Any, say: Any
) -> None:
    as_(world.otto).post(f"/chat/{rooms.general.pk}/join")
    there = f"/channels/{rooms.general.pk}/do/archive"
    as_(world.otto).post(there)
    rooms.general.refresh_from_db()
    assert not rooms.general.is_archived
    as_(world.lena).post(there)
    rooms.general.refresh_from_db()
    assert rooms.general.is_archived
    assert say(world.sam, rooms.general, "Anybody?").status_code == 409
    assert "archived" in text_of(as_(world.sam).get(f"/chat/{rooms.general.pk}"))


def test_nobody_deletes_or_imports_channels(world: Any, as_: As, rooms: Any) -> None:
    as_(world.ada).post(f"/chat/{rooms.general.pk}/join")
    as_(world.ada).post(f"/channels/{rooms.general.pk}/do/delete", {"confirmed": "1"})
    assert Channel.objects.count() == 3
    assert as_(world.ada).get("/channels/import").status_code in (403, 404)


def test_two_people_have_one_conversation_whoever_begins(world: Any, as_: As) -> None:
    client = as_(world.sam)
    first = client.post(f"/chat/with/{world.tia.pk}")
    again = as_(world.tia).post("/chat/new", {"people": [world.sam.pk]})
    made = Channel.objects.get()
    assert first["Location"] == again["HX-Redirect"] == f"/chat/{made.pk}"
    assert (made.kind, people_in(made)) == ("direct", {"Sam Seller", "Tia Team"})
    assert ">Tia Team<" in text_of(client.get("/chat"))
    assert ">Sam Seller<" in text_of(as_(world.tia).get("/chat/list"))


@pytest.mark.django_db(transaction=True)
def test_two_people_who_begin_at_the_same_moment_have_one_conversation(world: Any) -> None:
    found: list[int] = []
    together = threading.Barrier(4)

    def begin(one: User, other: User) -> None:
        together.wait(5)
        found.append(open_direct(other, by=one).pk)
        connection.close()

    pairs = [(world.sam, world.tia), (world.tia, world.sam)] * 2
    threads = [threading.Thread(target=begin, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 4
    assert found == [Channel.objects.get().pk] * 4


def test_nobody_talks_with_themselves_or_with_whoever_has_left(world: Any) -> None:
    User.objects.filter(pk=world.tia.pk).update(archived_at=world.tia.created_at)
    for person in (world.sam, User.objects.get(pk=world.tia.pk)):
        with pytest.raises(NobodyToTalkTo):
            open_direct(person, by=world.sam)
    assert Channel.objects.count() == 0


def test_several_people_have_a_group_that_one_may_leave(world: Any, as_: As) -> None:
    group = start_group([world.tia, world.lena, world.sam], by=world.sam)
    assert (group.kind, people_in(group)) == ("group", {"Sam Seller", "Tia Team", "Lena Leader"})
    assert ">Lena Leader, Tia Team<" in text_of(as_(world.sam).get("/chat"))
    as_(world.tia).post(f"/chat/{group.pk}/leave")
    assert people_in(group) == {"Sam Seller", "Lena Leader"}


def test_a_conversation_of_two_has_no_door(world: Any, as_: As, rooms: Any) -> None:
    assert as_(world.sam).post(f"/chat/{rooms.pair.pk}/leave").status_code == 409
    there = f"/channels/{rooms.pair.pk}"
    assert as_(world.sam).post(f"{there}/do/people", {"members": [world.lena.pk]}).status_code == 403
    assert people_in(rooms.pair) == {"Sam Seller", "Tia Team"}


def test_the_list_costs_the_same_whatever_it_holds(
    world: Any, as_: As, rooms: Any, say: Any, django_assert_max_num_queries: Any
) -> None:
    client = as_(world.sam)
    client.get("/chat/list")
    with django_assert_max_num_queries(12) as few:
        client.get("/chat/list")
    for number in range(12):
        made = create_channel(values={"name": f"c{number}", "members": [world.lena]}, by=world.sam)
        say(world.lena, made, "@Sam Seller look")
    start_group([world.tia, world.lena], by=world.sam)
    with django_assert_max_num_queries(12) as many:
        client.get("/chat/list")
    assert len(many.captured_queries) == len(few.captured_queries)
