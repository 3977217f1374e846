"""The real program, filled with the example company, and real browsers signed in to it."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.program import Running, kairos, serving

# The browser's loop runs in the tests' own thread; Django takes it for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

PASSWORD = "quiet harbour lantern"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = (1440, 900)
PHONE = (390, 844)
SESSIONS = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
store = import_module(settings.SESSION_ENGINE).SessionStore
keys = {}
People = get_user_model()
People.objects.create(name="Ada Reed", email="ada.reed@meridian.example", role="administrator", language="en")
for person in People.objects.exclude(email=None):
    session = store()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    keys[person.email.split("@")[0]] = session.session_key
print("SESSIONS " + json.dumps({"cookie": settings.SESSION_COOKIE_NAME, "keys": keys}))
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands in this folder drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class House:
    """A running program and the people who may sign in: `keys` are sessions by the first part of their e-mail."""

    running: Running
    home: Path
    welcome_link: str
    cookie: str = ""
    keys: dict[str, str] = field(default_factory=dict)

    def address(self, path: str = "") -> str:
        return self.running.address(path)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """`kairos serve --demo` in an empty home, as a newcomer starts it."""
    home = tmp_path_factory.mktemp("house") / "home"
    with serving(home, "--demo") as running:
        link = running.wait_for(r"/welcome/[\w-]+")
        told = kairos(home, "shell", "-c", SESSIONS).stdout
        found = json.loads(told.split("SESSIONS ", 1)[1])
        yield House(running, home, link, found["cookie"], found["keys"])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of this machine."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.fail("The browser tests need Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()


class Watched:
    """What went wrong on the pages of a test without anybody seeing it: console, CSP, scripts, answers."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        # Chromium says this when a page is left before its socket is open.
        self.expected: list[str] = ["WebSocket is closed before the connection is established"]

    def watch(self, context: BrowserContext) -> None:
        context.on(
            "console",
            lambda message: (
                message.type in ("error", "warning")
                and self.note(f"{message.text} {message.location.get('url', '')}")
            ),
        )
        context.on("weberror", lambda error: self.note(str(error.error)))

    def note(self, words: str) -> None:
        self.complaints.append(words)

    def expect(self, pattern: str) -> None:
        """This test provokes it: a refused request is an error in the browser's console."""
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(re.search(p, one) for p in self.expected)]


@pytest.fixture
def watched() -> Iterator[Watched]:
    """Fails the test when a page complained in its console."""
    silent = Watched()
    yield silent
    assert silent.unexpected() == []


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, house: House, watched: Watched) -> Iterator[Visit]:
    """`visit("maya.okafor", "/opportunities", size=PHONE, theme="dark")`: a page of a new browser, signed in."""
    opened: list[BrowserContext] = []

    def open_page(
        who: str = "", path: str = "/", *, size: tuple[int, int] = DESK, theme: Any = "light", **options: Any
    ) -> Page:
        width, height = size
        context = browser.new_context(
            base_url=house.address(),
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion=options.pop("motion", "reduce"),
            locale=options.pop("locale", "en-US"),
            **options,
        )
        context.set_default_timeout(8000)
        opened.append(context)
        watched.watch(context)
        if who:
            context.add_cookies([{"name": house.cookie, "value": house.keys[who], "url": house.address()}])
        page = context.new_page()
        page.goto(path)
        return page

    expect.set_options(timeout=6000)
    yield open_page
    for context in opened:
        context.close()


@pytest.fixture
def page(visit: Visit) -> Page:
    """Today of Maya, who leads Americas; her team sells by the five shared stages."""
    return visit("maya.okafor")


def notice(page: Page, words: str) -> Locator:
    """The notice at the foot that says so."""
    return page.locator(".toast").filter(has_text=words)


@dataclass
class Maker:
    """Makes records for one test through the front door."""

    page: Page

    def __call__(self, plural: str = "opportunities", **values: Any) -> int:
        form = self.page.request.get(f"/{plural}/new", headers={"HX-Request": "true"}).text()
        hidden = dict(re.findall(r'name="(key|csrfmiddlewaretoken)" value="([^"]+)"', form))
        answer = self.page.request.post(
            f"/{plural}/new",
            form={**hidden, "then": "open", **values},
            headers={"HX-Request": "true"},
        )
        found = re.search(rf"/{plural}/(\d+)", answer.headers.get("hx-redirect", "") or answer.url)
        assert found, f"{answer.status} {answer.text()[:500]}"
        return int(found[1])


@pytest.fixture
def make(page: Page) -> Maker:
    """`make(title="Press line", stage=3)`: a deal of Maya's; gives its number."""
    return Maker(page)
