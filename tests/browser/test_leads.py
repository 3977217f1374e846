"""A lead's way in a browser: made by hand, converted by key, brought back, and converted beside the list."""

import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Maker, Visit, notice

COMPANY = "Coyote Traps"


@pytest.fixture
def lead(page: Page, make: Maker, request: pytest.FixtureRequest) -> int:
    """Of a company that no other test has made."""
    name = f"{COMPANY} {request.node.name[-30:]}"
    return make("leads", title="Wants anvils", contact_name=f"Wile of {name}", company_name=name)


def convert_by_key(page: Page, number: int) -> None:
    """The dialog opened, looked at and answered without a mouse."""
    page.goto(f"/leads/{number}")
    page.keyboard.press("v")
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label(f"Create “{COMPANY}")).to_be_checked()
    expect(dialog.get_by_label("Create “Wile")).to_be_checked()
    dialog.get_by_label(f"Create “{COMPANY}").press("Enter")
    page.wait_for_url(re.compile(rf"/opportunities/{number}$"))
    expect(page.get_by_role("link", name=COMPANY).first).to_be_visible()


def preview(page: Page, number: int) -> None:
    """The lead in the panel beside the list."""
    page.goto("/leads?view=list&q=anvils")
    row = page.locator(f"#lead-{number}-row")
    row.hover()
    row.get_by_role("button", name="Preview").click()
    expect(page.locator("#peek").get_by_role("button", name="Convert")).to_be_visible()


def slow(page: Page, address: str, seconds: float) -> None:
    """Answers from there take their time."""

    def wait(route: Route) -> None:
        time.sleep(seconds)
        route.continue_()

    page.route(address, wait)


def is_a_lead_again(page: Page, number: int) -> None:
    """The page itself says so, and it is one page."""
    page.wait_for_url(re.compile(rf"/leads/{number}$"))
    expect(page.get_by_role("button", name="Convert")).to_be_visible()
    expect(page.locator("h1")).to_have_text(["Wants anvils"])
    expect(page.locator("#rail")).to_have_count(1)


def test_a_lead_made_by_hand_is_converted_by_key_and_brought_back(page: Page) -> None:
    page.goto("/leads?view=list")
    page.get_by_role("button", name="New", exact=True).click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Title").fill("Wants anvils")
    dialog.get_by_label("Contact name").fill("Wile E.")
    dialog.get_by_label("Company name").fill(COMPANY)
    dialog.get_by_role("button", name="Create and open").click()
    page.wait_for_url(re.compile(r"/leads/\d+$"))
    number = int(page.url.rpartition("/")[2])
    convert_by_key(page, number)
    notice(page, "Convert: “Wants anvils”").get_by_role("button", name="Undo").click()
    is_a_lead_again(page, number)
    expect(notice(page, "Undone")).to_be_visible()


def test_an_undo_that_is_answered_late_is_told_and_shown_all_the_same(page: Page, lead: int) -> None:
    convert_by_key(page, lead)
    slow(page, "**/history/*/undo", 1)
    page.keyboard.press("z")
    is_a_lead_again(page, lead)
    expect(notice(page, "Undone")).to_be_visible()


def test_who_looks_at_a_lead_that_a_colleague_converts_is_led_on(visit: Visit, page: Page, lead: int) -> None:
    other = visit("priya.natarajan", f"/leads/{lead}")
    expect(other.get_by_role("heading", name="Wants anvils", level=1)).to_be_visible()
    convert_by_key(page, lead)
    other.wait_for_url(re.compile(rf"/opportunities/{lead}$"))
    expect(other.locator("#rail")).to_have_count(1)


def test_a_lead_converted_beside_the_list_leaves_it_and_the_notice_leads_on(page: Page, lead: int) -> None:
    preview(page, lead)
    page.locator("#peek").get_by_role("button", name="Convert").click()
    page.locator("#dialog").get_by_role("button", name="Convert").click()
    expect(page.locator(f"#lead-{lead}-row")).to_have_count(0)
    expect(page.locator("#peek")).to_be_hidden()
    link = notice(page, "Convert: “Wants anvils”").get_by_role("link")
    expect(link).to_have_attribute("href", f"/opportunities/{lead}")


def test_a_panel_beside_a_list_shows_what_the_lead_has_become(visit: Visit, page: Page, lead: int) -> None:
    other = visit("priya.natarajan", "/")
    preview(other, lead)
    convert_by_key(page, lead)
    expect(other.locator(f"#peek #opportunity-{lead}-page")).to_be_visible()
    expect(other.locator("#peek h1")).to_have_text(["Wants anvils"])
    expect(other).to_have_url(re.compile(r"/leads\?"))
