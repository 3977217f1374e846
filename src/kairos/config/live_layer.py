"""The layer that carries live updates inside one process."""

import asyncio
from typing import Any

from channels.layers import InMemoryChannelLayer


class EmbeddedChannelLayer(InMemoryChannelLayer):
    """An in-memory layer to which the threads that answer requests may speak.

    Its queues belong to the event loop on which the open pages listen. A message put in from another thread would
    lie there until something else wakes that loop, so it is handed over to the loop instead.
    """

    _listening: asyncio.AbstractEventLoop | None = None

    async def receive(self, channel: str) -> Any:
        """Wait for a message; the loop that waits is the one that messages are handed to."""
        self._listening = asyncio.get_running_loop()
        return await super().receive(channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Give every listener of the group the message; from another thread, without waiting for it."""
        loop = self._listening
        if loop is None or loop is asyncio.get_running_loop() or loop.is_closed():
            await super().group_send(group, message)
        else:
            asyncio.run_coroutine_threadsafe(super().group_send(group, message), loop)
