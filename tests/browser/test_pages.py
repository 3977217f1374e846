"""What holds on every page: nothing complains, nothing scrolls sideways, little is sent."""

from typing import Any

import pytest
from playwright.sync_api import Response, expect

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.screens import ARRANGED, PATHS, of_own_team

PEOPLE = {"maya.okafor": "en", "weiting.lin": "zh-hant"}
WEIGHT = 150_000
REQUESTS = 6


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_complains_or_scrolls_sideways(visit: Visit, who: str, size: tuple[int, int]) -> None:
    page = visit(who, "/opportunities", size=size)
    deal = page.locator(".card").first.get_attribute("data-url")
    wide = []
    lead = page.goto("/leads?view=list") and page.locator(".table-row a").first.get_attribute("href")
    for name, path in {**PATHS, **of_own_team(page), "deal": deal, "lead": lead}.items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, name
        assert page.locator("html").get_attribute("lang") == PEOPLE[who]
        expect(page.locator("h1").first).to_be_attached()
        width = page.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")
        if width > size[0]:
            wide.append((name, width))
    assert wide == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_of_the_administrator_scrolls_sideways(visit: Visit, size: tuple[int, int]) -> None:
    page = visit("ada.reed", "/", size=size)
    wide = []
    for name, path in ARRANGED.items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, name
        width = page.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")
        if width > size[0]:
            wide.append((name, width))
    assert wide == []


def test_the_first_page_is_light(visit: Visit) -> None:
    page = visit("", "/accounts/login/")
    loaded: list[Response] = []
    page.context.clear_cookies()
    page.on("response", lambda response: loaded.append(response))
    page.reload()
    page.wait_for_load_state("networkidle")
    sent = [one for one in loaded if one.request.resource_type != "document"]
    assert len(loaded) <= REQUESTS, [one.url for one in loaded]
    weights = {one.url: weight(one) for one in sent if one.request.resource_type in ("script", "stylesheet")}
    assert weights
    assert sum(weights.values()) <= WEIGHT, weights


def test_today_of_a_signed_in_person_is_light_as_well(visit: Visit) -> None:
    page = visit("maya.okafor", "/preferences")
    loaded: list[Response] = []
    page.on("response", lambda response: loaded.append(response))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert len(loaded) <= REQUESTS, [one.url for one in loaded]


def test_a_page_that_is_not_there_says_so_in_our_look(visit: Visit, watched: Any) -> None:
    watched.expect("404")
    page = visit("maya.okafor", "/opportunities/99999999")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link").first).to_be_visible()


def weight(response: Response) -> int:
    """Bytes on the wire, compressed."""
    return int(response.request.sizes()["responseBodySize"])
