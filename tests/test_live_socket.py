"""The socket as the program serves it."""

import asyncio

import pytest
from asgiref.testing import ApplicationCommunicator

from kairos.config.asgi import application


@pytest.mark.django_db(transaction=True)  # A thread of the server may hold a connection of an earlier test.
@pytest.mark.parametrize("origin", [b"https://evil.example", b"null"])
def test_another_website_cannot_open_the_socket(origin: bytes) -> None:
    async def answer() -> str:
        headers = [(b"origin", origin), (b"host", b"testserver")]
        scope = {"type": "websocket", "path": "/live-socket", "headers": headers, "subprotocols": []}
        page = ApplicationCommunicator(application, scope)
        await page.send_input({"type": "websocket.connect"})
        return str((await page.receive_output(2))["type"])

    assert asyncio.run(answer()) == "websocket.close"
