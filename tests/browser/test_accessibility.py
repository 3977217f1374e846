"""axe-core on every main screen, light in English at the desk, dark in Chinese on the phone, with dialogs open."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE, House, Visit
from tests.browser.screens import ARRANGED, PATHS, STEPS, of_own_team
from tests.program import ROOT, serving

AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [("maya.okafor", "light", DESK), ("weiting.lin", "dark", PHONE)]
WATCHED = [
    "today",
    "board",
    "list",
    "grouped list",
    "past day",
    "nothing found",
    "contact",
    "contacts",
    "users",
]
WATCHED += ["search", "history", "import", "preferences", "activities", "calendar", "matrix", "sales funnel"]
WATCHED += [
    "report compared",
    "heat map",
    "new report",
    "what changed",
    "reports",
    "leads",
    "leads as a board",
]
WATCHED += ["duplicates", "duplicate opportunities", "merge", "assignment", "forecast", "losses", "scoring"]
WATCHED += ["scoring settings", "targets", "rates", "inbox", "activities as a board", "week", "month", "tags"]


def problems(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    page.evaluate(AXE.read_text())
    options = {"resultTypes": ["violations"], "runOnly": RULES}
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{one['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize(("who", "theme", "size"), LOOKS)
def test_pages_are_accessible(visit: Visit, who: str, theme: str, size: tuple[int, int]) -> None:
    page = visit(who, "/opportunities", theme=theme, size=size, bypass_csp=True)
    deal = page.locator(".card").first.get_attribute("data-url")
    found = {}
    for name, path in {**{name: PATHS[name] for name in WATCHED}, **of_own_team(page), "deal": deal}.items():
        page.goto(str(path))
        if wrong := problems(page):
            found[name] = wrong
    assert found == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_an_administrator_arranges_is_accessible(visit: Visit, theme: str) -> None:
    page = visit("ada.reed", "/", theme=theme, bypass_csp=True)
    found = {}
    for name, path in ARRANGED.items():
        page.goto(path)
        if wrong := problems(page):
            found[name] = wrong
    assert found == {}


@pytest.mark.parametrize(("who", "theme"), [(who, theme) for who, theme, _size in LOOKS])
def test_what_opens_over_a_page_is_accessible(visit: Visit, who: str, theme: str) -> None:
    page = visit(who, "/", theme=theme, bypass_csp=True)
    found = {}
    for name, open_it in STEPS.items():
        open_it(page)
        if wrong := problems(page):
            found[name] = wrong
    assert found == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-US", "zh-TW"])
def test_the_door_is_accessible(visit: Visit, locale: str, theme: str) -> None:
    page = visit("", "/accounts/login/", theme=theme, locale=locale, bypass_csp=True)
    assert page.locator("html").get_attribute("lang") == ("en" if locale == "en-US" else "zh-hant")
    assert problems(page) == []


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the UI kit: a program in debug, whose home is empty."""
    home: Path = tmp_path_factory.mktemp("workshop") / "home"
    with serving(home, DEBUG="true") as running:
        yield running.address("/ui-kit")


def test_the_kit_is_accessible_in_every_state(workshop: str, browser: Browser) -> None:
    with browser.new_context(bypass_csp=True, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(workshop)
        expect(page.get_by_role("heading", name="UI kit")).to_be_attached()
        assert problems(page) == []


def test_the_kit_is_for_developers_only(visit: Visit, house: House, watched: Any) -> None:
    watched.expect("404")
    page = visit("maya.okafor", "/")
    assert page.request.get("/ui-kit").status == 404
