"""News to open screens, sent by a thread of its own: whoever writes does not wait for it."""

import asyncio
import atexit
import itertools
import logging
import os
import threading
import time
from collections.abc import Sequence
from functools import cache

from channels.layers import get_channel_layer

from kairos.core.live import recent

log = logging.getLogger(__name__)
GROUP = "live-{}"
# Any record of a kind may have changed: too many to name, or news that names only the kind.
ANY = "{}-any"
LONGEST_WAIT = 5.0


def publish_regions(regions: Sequence[str]) -> None:
    """Tell whoever shows these regions that they changed, and who is about to.

    Never fails the change that is already committed.
    """
    if get_channel_layer() is None:
        return
    by_type: dict[str, list[str]] = {}
    for region in regions:
        by_type.setdefault(region.split("-")[0], []).append(region)
    for kind, names in by_type.items():
        if names == [kind]:
            names.append(ANY.format(kind))
    asyncio.run_coroutine_threadsafe(_send(by_type, time.time()), _loop(os.getpid()))


async def _send(by_type: dict[str, list[str]], at: float) -> None:
    """Remember it first: whoever begins to listen in between finds it there."""
    layer = get_channel_layer()
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            await asyncio.to_thread(recent.remember, itertools.chain(*by_type.values()), at)
            for name, names in by_type.items():
                await layer.group_send(GROUP.format(name), {"type": "regions", "regions": names})
    except Exception:
        log.exception("live update of %s was not sent", ", ".join(by_type))


@cache
def _loop(process: int) -> asyncio.AbstractEventLoop:
    """The loop that sends for this process. It stays, and with it the connection to Redis where there is one."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="kairos-live", daemon=True).start()
    atexit.register(_finish, loop, process)
    return loop


def _finish(loop: asyncio.AbstractEventLoop, process: int) -> None:
    """A command that ends right after its change still tells of it."""
    if process == os.getpid():
        try:
            asyncio.run_coroutine_threadsafe(_rest(), loop).result(LONGEST_WAIT)
        except TimeoutError:
            log.warning("the last live updates were not sent")


async def _rest() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
