"""Who hears what on the socket."""

import asyncio
import json
import time
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from kairos.core.live import recent
from kairos.core.live.consumer import MOST, LiveConsumer, allowed_regions
from kairos.core.live.publish import publish_regions
from kairos.core.records import type_named

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_layer() -> None:
    layer = get_channel_layer()
    if hasattr(layer, "groups"):
        layer.groups.clear()
        layer.channels.clear()


class Page(ApplicationCommunicator):
    """The browser's side of a socket. (`channels.testing` would need Daphne.)"""

    async def open(self) -> bool:
        await self.send_input({"type": "websocket.connect"})
        return bool((await self.receive_output(2))["type"] == "websocket.accept")

    async def say(self, text: str) -> None:
        """Send, and wait until the consumer has looked at it."""
        await self.send_input({"type": "websocket.receive", "text": text})
        assert await self.receive_nothing(timeout=0.15)

    async def heard(self) -> list[str]:
        return list(json.loads((await self.receive_output(2))["text"])["regions"])

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(2)


def socket(user: Any) -> Page:
    scope = {"type": "websocket", "path": "/live-socket", "headers": [], "subprotocols": [], "user": user}
    return Page(LiveConsumer.as_asgi(), scope)


async def subscribed(user: Any, *names: str) -> Page:
    page = socket(user)
    assert await page.open()
    await page.say(json.dumps({"subscribe": list(names)}))
    return page


async def publish(*regions: str) -> None:
    await sync_to_async(publish_regions, thread_sensitive=False)(list(regions))


def run(test: Any) -> None:
    asyncio.run(test)


def test_a_page_hears_of_the_regions_it_shows_and_of_no_others(world: Any) -> None:
    async def check() -> None:
        deal = f"opportunity-{world.sams_deal.pk}"
        page = await subscribed(world.sam, "opportunity", f"{deal}-card", deal)
        await publish("opportunity", deal)
        assert await page.heard() == ["opportunity", f"{deal}-card", deal]
        await publish("contact", f"contact-{world.acme.pk}")
        assert await page.receive_nothing(timeout=0.1)
        await page.leave()

    run(check())


def test_nobody_hears_of_a_record_they_may_not_see(world: Any) -> None:
    async def check() -> None:
        page = await subscribed(world.sam, f"opportunity-{world.ottos_deal.pk}")
        await publish("opportunity", f"opportunity-{world.ottos_deal.pk}")
        assert await page.receive_nothing(timeout=0.1)
        await page.leave()

    run(check())


def test_where_only_the_kind_is_named_every_shown_record_is_meant(world: Any) -> None:
    async def check() -> None:
        deal = f"opportunity-{world.sams_deal.pk}"
        page = await subscribed(world.sam, deal)
        await publish("opportunity")
        assert await page.heard() == [deal]
        await page.leave()

    run(check())


def test_a_new_subscription_replaces_the_old_one(world: Any) -> None:
    async def check() -> None:
        page = await subscribed(world.sam, "opportunity")
        await page.say(json.dumps({"subscribe": ["contact"]}))
        await publish("opportunity")
        assert await page.receive_nothing(timeout=0.1)
        await publish("contact")
        assert await page.heard() == ["contact"]
        await page.leave()

    run(check())


def test_a_stranger_without_a_session_is_not_let_in(world: Any) -> None:
    async def check() -> None:
        assert await socket(AnonymousUser()).open() is False

    run(check())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"subscribe": 1}',
        '{"subscribe": [1, null, "no-such", "opportunity-x"]}',
        "[" * 9000,
        "1" * 30000,
    ],
)
def test_what_makes_no_sense_is_ignored(world: Any, text: str) -> None:
    async def check() -> None:
        page = await subscribed(world.sam, "opportunity")
        await page.say(text)
        await page.say(json.dumps({"subscribe": ["contact"]}))
        await publish("contact")
        assert await page.heard() == ["contact"]
        await page.leave()

    run(check())


def test_at_most_two_hundred_regions_are_heard_with_one_query_a_kind(
    world: Any, django_assert_num_queries: Any
) -> None:
    names = [f"opportunity-{world.sams_deal.pk}-{n}" for n in range(300)]
    world.sam.team_ids()
    with django_assert_num_queries(1):
        assert len(allowed_regions(world.sam, names[:MOST])) == MOST


def test_a_change_of_somebody_else_reaches_the_open_page(world: Any) -> None:
    async def check() -> None:
        page = await subscribed(world.sam, "opportunity-*", f"opportunity-{world.sams_deal.pk}")
        win = type_named("opportunity").action("win")
        assert win is not None

        def elsewhere() -> None:
            win.run(world.sams_deal, by=world.ada)
            connection.close()

        await sync_to_async(elsewhere, thread_sensitive=False)()
        assert await page.heard() == ["opportunity-*", f"opportunity-{world.sams_deal.pk}"]
        await page.leave()

    run(check())


async def missed(page: Page, since: float, *names: str) -> dict[str, Any]:
    text = json.dumps({"subscribe": list(names), "since": since})
    await page.send_input({"type": "websocket.receive", "text": text})
    return dict(json.loads((await page.receive_output(2))["text"]))


def test_a_page_drawn_before_a_change_and_listening_after_it_hears_what_it_missed(world: Any) -> None:
    deal = f"opportunity-{world.sams_deal.pk}"

    async def check() -> None:
        drawn_at = time.time()
        await publish("opportunity", deal)
        await asyncio.sleep(0.1)
        page = socket(world.sam)
        assert await page.open()
        names = ["opportunity-*", deal, f"{deal}-card", f"opportunity-{world.tias_deal.pk}", "contact"]
        told = await missed(page, drawn_at, *names)
        assert told == {"listening": True, "regions": ["opportunity-*", deal, f"{deal}-card"]}
        assert (await missed(page, time.time(), *names))["regions"] == []
        await page.leave()

    run(check())


def test_news_of_a_whole_kind_is_missed_by_each_of_its_records(world: Any) -> None:
    deal = f"opportunity-{world.sams_deal.pk}"

    async def check() -> None:
        drawn_at = time.time()
        await publish("opportunity")
        await asyncio.sleep(0.1)
        page = socket(world.sam)
        assert await page.open()
        assert (await missed(page, drawn_at, deal, "contact"))["regions"] == [deal]
        await page.leave()

    run(check())


def test_a_page_older_than_the_memory_is_told_to_fetch_all_it_may_see(world: Any) -> None:
    deal = f"opportunity-{world.sams_deal.pk}"

    async def check() -> None:
        page = socket(world.sam)
        assert await page.open()
        long_ago = time.time() - recent.KEPT - 1
        told = await missed(page, long_ago, deal, f"opportunity-{world.ottos_deal.pk}")
        assert told == {"listening": True, "regions": [deal]}
        await page.leave()

    run(check())
