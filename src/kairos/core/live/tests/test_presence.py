"""Who is there, and signs that are passed on for a moment."""

import asyncio
import json
from typing import Any

import pytest
from channels.layers import get_channel_layer

from kairos.core.live import consumer, presence
from kairos.core.live.tests.test_consumer import Page, socket, subscribed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: Any) -> None:
    monkeypatch.setattr(consumer, "MOMENT", 0.1)
    layer: Any = get_channel_layer()
    layer.groups.clear()
    layer.channels.clear()


async def told(page: Page) -> dict[str, Any]:
    return dict(json.loads((await page.receive_output(2))["text"]))


async def coming(user: Any, here: str) -> Page:
    page = socket(user)
    assert await page.open()
    await page.say(json.dumps({"subscribe": []}))
    await page.say(json.dumps({"here": here}))
    return page


def test_somebody_comes_rests_and_goes_and_others_hear_of_it(world: Any) -> None:
    async def check() -> None:
        watching = await subscribed(world.lena, "user-*-presence")
        sam = await coming(world.sam, "idle")
        assert await told(watching) == {"regions": ["user-*-presence"]}
        assert presence.state_of(world.sam.pk) == "away"
        await sam.say('{"here": "active"}')
        assert await told(watching) == {"regions": ["user-*-presence"]}
        assert presence.state_of(world.sam.pk) == "online"
        await sam.say('{"here": "active"}')
        assert await watching.receive_nothing(timeout=0.1)
        await sam.leave()
        assert await told(watching) == {"regions": ["user-*-presence"]}
        assert presence.state_of(world.sam.pk) == "offline"
        await watching.leave()

    asyncio.run(check())


def test_whoever_has_another_page_open_has_not_gone(world: Any) -> None:
    async def check() -> None:
        watching = await subscribed(world.lena, "user-*-presence")
        pages = [await coming(world.sam, "active") for _page in range(2)]
        assert await told(watching) == {"regions": ["user-*-presence"]}
        await pages[0].leave()
        assert await watching.receive_nothing(timeout=0.4)
        assert presence.state_of(world.sam.pk) == "online"
        for page in (pages[1], watching):
            await page.leave()

    asyncio.run(check())


def test_a_sign_reaches_whoever_shows_the_same_and_nobody_else(world: Any) -> None:
    async def check() -> None:
        deal = f"opportunity-{world.sams_deal.pk}-thread"
        sam = await subscribed(world.sam, deal)
        lena = await subscribed(world.lena, deal)
        otto = await subscribed(world.otto, deal, "opportunity")
        sign = {"sign": "typing", "region": deal}
        await sam.say(json.dumps(sign))
        assert await told(lena) == {"signs": [{**sign, "name": "Sam Seller"}]}
        # Nor can somebody who does not see the record make one there, nor anybody too often, nor any other sign.
        await otto.say(json.dumps(sign))
        await sam.say(json.dumps(sign))
        for wrong in ({**sign, "sign": "shout"}, {**sign, "region": 5}, {**sign, "region": "user-1"}):
            await lena.say(json.dumps(wrong))
        assert await lena.receive_nothing(timeout=0.1)
        assert await otto.receive_nothing(timeout=0.1)
        for page in (sam, lena, otto):
            await page.leave()

    asyncio.run(check())
