"""The server processes and the background worker beside them."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from django.conf import settings
from django.core.management.base import CommandError
from uvicorn.supervisors import Multiprocess

from kairos.config.worker import Worker

APPLICATION = "kairos.config.asgi:application"


class AnnouncingServer(uvicorn.Server):
    """A server that says where it answers as soon as it does."""

    announce: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.announce()


def open_port(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done, so that a taken one is a sentence and not a half start."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as fault:
        listener.close()
        reason = getattr(fault, "strerror", None) or str(fault)
        raise CommandError(f"Cannot listen on {host} port {port}: {reason}. Try another --port.") from None
    listener.set_inheritable(True)
    return listener


def serve(listener: socket.socket, *, workers: int, say: Callable[[str], None]) -> None:
    """Answer requests on the port, with the background worker beside, until interrupted or terminated."""
    sentence = f"Kairos answers at {settings.PUBLIC_URL} (Ctrl+C stops it)"
    if workers == 1:
        server = AnnouncingServer(_options(1))
        server.announce = lambda: say(sentence)
        with embedded_worker(), ending_calmly():
            server.run(sockets=[listener])
        return
    config = _options(workers)
    say(sentence)
    with separate_worker(), ending_calmly():
        Multiprocess(config, sockets=[listener]).run()


def _options(workers: int) -> uvicorn.Config:
    return uvicorn.Config(
        APPLICATION,
        workers=workers,
        log_config=None,
        access_log=settings.DEBUG,
        server_header=False,
        # Django and allauth count the trusted proxies; here the leftmost address would be believed.
        proxy_headers=False,
        ws_max_size=65_536,
        timeout_graceful_shutdown=10,
    )


@contextmanager
def ending_calmly() -> Iterator[None]:
    """Keep the signal that stopped the server from killing the process before the worker has ended too.

    Uvicorn raises it once more after its own end, for whoever handled it before. Whoever does not want to wait for
    the worker's task sends another: that one kills, and the task runs again at the next start.
    """

    def let_the_next_one_kill(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, let_the_next_one_kill)
    yield


@contextmanager
def embedded_worker() -> Iterator[None]:
    """Run the background worker as a thread of this process; the end waits for the task in hand."""
    worker = Worker()
    thread = threading.Thread(target=worker.run, name="background-worker")
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join()


@contextmanager
def separate_worker() -> Iterator[None]:
    """Run `kairos worker` as a process of its own, and start it again when it dies."""
    ending = threading.Event()
    command = [sys.executable, "-m", "kairos.config.command", "worker"]
    process = subprocess.Popen(command, env=os.environ)

    def watch() -> None:
        nonlocal process
        while not ending.wait(1):
            if process.poll() is not None:
                process = subprocess.Popen(command, env=os.environ)

    watcher = threading.Thread(target=watch, name="worker-watch")
    watcher.start()
    try:
        yield
    finally:
        ending.set()
        watcher.join()
        process.terminate()
        process.wait()
