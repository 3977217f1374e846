"""One program for HTTP and WebSocket.

HTTP goes to Django's WSGI application in a pool of threads: that is several times faster than Django's own
asynchronous handler for views that ask the database. Only WebSocket is asynchronous all the way.
"""

import gc
import os
from importlib.util import find_spec
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kairos.config.settings")

import django

django.setup()

from a2wsgi import WSGIMiddleware  # noqa: E402
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import path  # noqa: E402


def _socket() -> Any:
    routes = []
    if find_spec("kairos.core.live.consumer"):
        from kairos.core.live.consumer import LiveConsumer

        routes.append(path("live-socket", LiveConsumer.as_asgi()))
    return AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(routes)))


_http = WSGIMiddleware(get_wsgi_application(), workers=settings.THREADS)  # type: ignore[arg-type]
_websocket = _socket()

# The program itself is never garbage; looking through all of it for some would hold up one page in forty.
gc.collect()
gc.freeze()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Hand each connection to its half; start and stop need nothing."""
    if scope["type"] == "http":
        await _http(scope, receive, send)
    elif scope["type"] == "websocket" and scope["path"] == "/live-socket":
        await _websocket(scope, receive, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await _lifespan(receive, send)


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
