"""What is said in private is said to those who are there: every door, for everybody else, whatever their role."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kairos.chat.actions.channels import update_channel
from kairos.chat.actions.messages import say_in_channel
from kairos.chat.tests.conftest import text_of
from kairos.core.live.consumer import allowed_regions
from kairos.core.live.publish import publish_regions
from kairos.core.live.tests.test_consumer import subscribed
from kairos.core.models import ChangeSet
from kairos.discuss.models import Attachment, Message, Notification, Reaction, Star
from tests.test_leaks import addresses, body, filled

As = Callable[..., Any]
OUTSIDERS = ("ada", "tia", "otto", "stranger")
SECRETS = ("plan-x9", "merger-q4", "terms-z7.txt")


@pytest.fixture
def spoken(world: Any, rooms: Any) -> Message:
    """Sam says something with a file in the private channel, and names somebody who is not there."""
    upload = SimpleUploadedFile("terms-z7.txt", b"secret terms")
    return say_in_channel(
        rooms.plan, text="merger-q4 with @Otto Other @Lena Leader", files=[upload], by=world.sam
    )


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_page_shows_it(world: Any, rooms: Any, spoken: Message, as_: As, who: str) -> None:
    client: Client = as_(getattr(world, who))
    leaks = []
    for path, _name in addresses():
        for url in filled(path, pk=rooms.plan.pk, plural="channels"):
            for query in ("", "?q=plan", "?q=merger", "?view=list") if "<int:pk>" not in path else ("",):
                answer = client.get(url + query)
                shown = body(answer).replace(query, "")
                if answer.status_code >= 500 or any(secret in shown for secret in SECRETS):
                    leaks.append((answer.status_code, url + query))
    assert leaks == []


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nothing_can_be_done_there(world: Any, rooms: Any, spoken: Message, as_: As, who: str) -> None:
    client: Client = as_(getattr(world, who))
    before = list(Message.objects.values())
    changes = ChangeSet.objects.count()
    open_doors = []
    for path, _name in addresses():
        if not path.startswith(("chat/<int:pk>", "<slug:plural>/<int:pk>", "channels/<int:pk>")):
            continue
        for url in filled(path, pk=rooms.plan.pk, plural="channels"):
            for method in ("get", "post"):
                data = {"text": "x", "sign": "👍", "on": "1", "until": "9"} if method == "post" else {}
                answer = getattr(client, method)(url, data)
                if answer.status_code not in (404, 405):
                    open_doors.append((answer.status_code, method, url))
    assert open_doors == []
    assert list(Message.objects.values()) == before
    assert (ChangeSet.objects.count(), Reaction.objects.count(), Star.objects.count()) == (changes, 0, 0)


def test_its_file_is_given_to_those_in_it_only(world: Any, rooms: Any, spoken: Message, as_: As) -> None:
    there = f"/channels/{rooms.plan.pk}/files/{Attachment.objects.get().pk}"
    assert body(as_(world.lena).get(there)) == "secret terms"
    for who in OUTSIDERS:
        assert as_(getattr(world, who)).get(there).status_code == 404
    # Nor by the address of a channel that they do see.
    crossed = f"/channels/{rooms.general.pk}/files/{Attachment.objects.get().pk}"
    assert as_(world.otto).get(crossed).status_code == 404


def test_naming_somebody_who_is_not_there_tells_them_nothing(
    world: Any, rooms: Any, spoken: Message, as_: As
) -> None:
    assert [row.user for row in Notification.objects.all()] == [world.lena]
    hints = text_of(as_(world.sam).get(f"/channels/{rooms.plan.pk}/mention?q=otto"))
    assert "does not see this" in hints


def test_the_channel_is_in_no_list_export_or_search_of_others(
    world: Any, rooms: Any, spoken: Message, as_: As
) -> None:
    for url in ("/channels", "/channels/export.csv", "/commands?q=plan-x9", "/search?q=plan-x9"):
        assert "plan-x9" in body(as_(world.lena).get(url)).replace("?q=plan-x9", ""), url
        for who in OUTSIDERS:
            found = body(as_(getattr(world, who)).get(url)).replace('value="plan-x9"', "")
            assert "/chat/" + str(rooms.plan.pk) not in found, (who, url)


def test_whoever_is_let_out_sees_no_more_of_it(world: Any, rooms: Any, spoken: Message, as_: As) -> None:
    lena = as_(world.lena)
    assert "merger-q4" in text_of(lena.get("/inbox"))
    update_channel(rooms.plan, values={"members": [world.sam]}, by=world.sam)
    assert lena.get(f"/chat/{rooms.plan.pk}").status_code == 404
    assert "merger-q4" not in text_of(lena.get("/inbox"))
    assert "plan-x9" not in text_of(lena.get("/chat/list"))


def test_a_page_may_not_listen_to_a_channel_out_of_sight(world: Any, rooms: Any) -> None:
    name = f"channel-{rooms.plan.pk}-thread"
    assert [one.name for one in allowed_regions(world.lena, [name])] == [name]
    for who in OUTSIDERS:
        assert allowed_regions(getattr(world, who), [name]) == ()


@pytest.mark.django_db(transaction=True)
def test_an_open_socket_goes_deaf_when_its_person_is_let_out(world: Any, rooms: Any) -> None:
    layer: Any = get_channel_layer()
    layer.groups.clear()
    layer.channels.clear()

    async def check() -> None:
        name = f"channel-{rooms.plan.pk}-thread"
        page = await subscribed(world.lena, name)
        publish = sync_to_async(publish_regions, thread_sensitive=False)
        await publish([name])
        assert await page.heard() == [name]
        let_out = sync_to_async(update_channel, thread_sensitive=False)
        await let_out(rooms.plan, values={"members": [world.sam]}, by=world.sam)
        while not await page.receive_nothing(timeout=0.2):
            await page.receive_output(1)
        await publish([name])
        assert await page.receive_nothing(timeout=0.2)
        await page.leave()

    asyncio.run(check())
