"""A mail server of the tests: it speaks SMTP on a port of its own, and misbehaves as it is told."""

import email
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

from kairos.mail.way import SMTP
from tests.program import free_port


class Sink:
    """Takes mail. `answers` says what it replies to whom: (when, what), `when` being "rcpt", "data" or "drop"."""

    port: int

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.answers: dict[str, tuple[str, str]] = {}

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        when, what = self.answers.get(address, ("", ""))
        if when == "rcpt":
            return what
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        when, what = self.answers.get(envelope.rcpt_tos[0], ("", ""))
        if when == "data":
            return what
        self.taken.append(email.message_from_bytes(envelope.content))
        if when == "drop":
            server.transport.abort()
        return "250 OK"

    @property
    def subjects(self) -> list[str]:
        return [str(one["Subject"]) for one in self.taken]


@contextmanager
def listening(**settings: Any) -> Iterator[Sink]:
    """A server that listens, and the settings that lead to it."""
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        sink.port = controller.port
        with override_settings(
            EMAIL_BACKEND=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=sink.port, EMAIL_TIMEOUT=5, **settings
        ):
            yield sink
    finally:
        controller.stop()
