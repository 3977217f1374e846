"""The in-process channel layer: what a request's thread says, an open page hears at once."""

import asyncio
import threading
import time

from asgiref.sync import async_to_sync

from kairos.config.live_layer import EmbeddedChannelLayer


def test_a_message_from_a_thread_wakes_the_listening_loop() -> None:
    layer = EmbeddedChannelLayer()
    heard: list[object] = []
    listening = threading.Event()

    async def listen() -> None:
        channel = await layer.new_channel()
        await layer.group_add("deals", channel)
        asyncio.get_running_loop().call_soon(listening.set)
        heard.append(await asyncio.wait_for(layer.receive(channel), timeout=10))
        heard.append(time.monotonic())

    listener = threading.Thread(target=lambda: asyncio.run(listen()))
    listener.start()
    listening.wait(5)
    time.sleep(0.05)
    said = time.monotonic()
    async_to_sync(layer.group_send)("deals", {"type": "regions", "regions": ["opportunity-42"]})
    listener.join(5)
    message, when = heard
    assert message == {"type": "regions", "regions": ["opportunity-42"]}
    # Unwoken, the loop would notice only at its timeout of ten seconds.
    assert isinstance(when, float)
    assert when - said < 5
