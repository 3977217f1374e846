"""A mail service of the tests: it speaks HTTP as the real ones do, and misbehaves as it is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from django.test import override_settings
from django.utils import timezone

from kairos.mail.models import MailWay
from kairos.mail.way import CHOSEN, sealed

KEY = "key-of-the-house"
WORD = "w" * 43
# What each service says when it takes a mail, by the part of the address that is its own.
TAKEN: dict[str, Any] = {
    "mailgun": {"id": "<m1@mailgun.example>", "message": "Queued. Thank you."},
    "postmark": {"ErrorCode": 0, "Message": "OK", "MessageID": "p1", "To": "eve@acme.example"},
    "brevo": {"messageId": "<b1@brevo.example>"},
    "mailjet": {"Messages": [{"Status": "success", "To": [{"Email": "eve@acme.example", "MessageID": 1}]}]},
    "resend": {"id": "r1"},
    "sparkpost": {"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": "s1"}},
}


@dataclass
class Call:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form, of either kind."""
        from urllib.parse import parse_qsl

        kind = self.headers["Content-Type"]
        if kind.startswith("multipart/"):
            parts: Any = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + self.body)
            return {
                part.get_param("name", header="Content-Disposition"): part.get_payload(decode=True).decode()
                for part in parts.get_payload()
            }
        return dict(parse_qsl(self.body.decode()))


@dataclass
class Service:
    """A running service. `answers` are given in their order, then every mail is taken; 0 breaks the line."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)

    def address(self, kind: str) -> str:
        return f"http://127.0.0.1:{self.port}/{kind}/"


@contextmanager
def service() -> Iterator[Service]:
    """A service that listens, and the settings of anymail that lead to it."""
    found = Service()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found.calls.append(Call(self.path, dict(self.headers), body))
            status, answer = found.answers.pop(0) if found.answers else (200, TAKEN[self.path.split("/")[1]])
            if not status:
                self.connection.close()
                return
            text = json.dumps(answer).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", found.address("elsewhere"))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.port = server.server_port
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        addresses = {f"{kind.upper()}_API_URL": found.address(kind) for kind in TAKEN}
        with override_settings(EMAIL_BACKEND=CHOSEN, ANYMAIL=addresses):
            yield found
    finally:
        server.shutdown()
        server.server_close()


def chosen(kind: str, **values: Any) -> MailWay:
    """Let mail leave by this provider."""
    given = {"kind": kind, "sender": "Acme <crm@acme.example>", "secret": sealed(KEY), **values}
    given |= {"hook_secret": sealed(WORD), "changed_at": timezone.now()}
    return MailWay.objects.update_or_create(pk=1, defaults=given)[0]
