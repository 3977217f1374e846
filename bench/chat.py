"""How soon what somebody says in a channel is on the screen of somebody else: two people at a running server."""

import http.client
import json
import re
import statistics
import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from websockets.sync.client import connect

from bench import served

HASTE = 0.25


def delivery(*, rounds: int, workers: int) -> dict[str, float]:
    """Milliseconds from the sending of a message to the answer in which the other page finds it."""
    from kairos.accounts.models import User
    from kairos.chat.actions.channels import create_channel

    speaker = User.objects.get(email="boss@bench.example")
    reader = User.objects.exclude(pk=speaker.pk).filter(archived_at=None).order_by("pk").first()
    channel = create_channel(values={"name": "bench", "members": [reader]}, by=speaker)
    speaking, reading = _cookie(speaker), _cookie(reader)
    with served.serving(workers=workers) as (port, _process):
        mouth = served._wait(port, speaking)
        token, cookies = _form(mouth, channel.pk, speaking)
        with _Page(port, reading, channel.pk) as page:
            taken = [_one(mouth, page, channel.pk, n, token, cookies) for n in range(rounds + 3)][3:]
    taken.sort()
    return {"ms": round(statistics.median(taken), 1), "p95_ms": round(taken[int(len(taken) * 0.95)], 1)}


class _Page:
    """The page of the reader: its socket, and what it asks when it hears of the channel."""

    def __init__(self, port: int, cookie: str, channel: int) -> None:
        self.region, self.path = f"channel-{channel}-thread", f"/chat/{channel}/news"
        self.cookie, self.since = cookie, time.time()
        self.asking = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}
        self.socket = connect(f"ws://127.0.0.1:{port}/live-socket", additional_headers=headers)
        self.socket.send(json.dumps({"subscribe": [self.region]}))
        time.sleep(0.5)

    def __enter__(self) -> "_Page":
        return self

    def __exit__(self, *_fault: Any) -> None:
        self.socket.close()

    def wait_for(self, words: str) -> None:
        """Hear, ask, and go on until the words are there."""
        while True:
            if self.region not in json.loads(self.socket.recv(timeout=20)).get("regions", []):
                continue
            self.asking.request("GET", f"{self.path}?since={self.since}", headers={"Cookie": self.cookie})
            answer = self.asking.getresponse()
            body = answer.read().decode()
            self.since = answer.headers["X-Since"]
            if words in body:
                return


def _one(
    mouth: http.client.HTTPConnection, page: _Page, channel: int, n: int, token: str, cookies: str
) -> float:
    time.sleep(HASTE)
    words = f"Said number {n} of the bench"
    headers = {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}
    started = time.perf_counter()
    mouth.request("POST", f"/chat/{channel}/say", urlencode({"text": words, "key": f"{started}"}), headers)
    page.wait_for(words)
    taken = (time.perf_counter() - started) * 1000
    answer = mouth.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"the message was answered by {answer.status}")
    return taken


def _form(mouth: http.client.HTTPConnection, channel: int, cookie: str) -> tuple[str, str]:
    """The token of the channel's page, and the cookies with its secret."""
    mouth.request("GET", f"/chat/{channel}", headers={"Cookie": cookie, "Host": "localhost"})
    answer = mouth.getresponse()
    found = re.search(r'csrf-token" content="([^"]+)', answer.read().decode())
    secret = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    return (found[1] if found else ""), f"{cookie}; {secret}"


def _cookie(person: Any) -> str:
    client = Client()
    client.force_login(person)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
