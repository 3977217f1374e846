"""The phone: the bar below, the board column by column, sheets instead of menus."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit


@pytest.fixture
def phone(visit: Visit) -> Page:
    return visit("maya.okafor", "/", size=PHONE, has_touch=True, is_mobile=True)


def test_the_bar_below_leads_everywhere(phone: Page) -> None:
    bar = phone.get_by_role("navigation", name="Quick menu")
    expect(phone.locator("#rail")).to_be_hidden()
    bar.get_by_role("link", name="Pipeline").tap()
    expect(phone).to_have_url(re.compile("/opportunities$"))
    bar.get_by_role("button", name="More").tap()
    sheet = phone.locator("#rail")
    expect(sheet).to_be_visible()
    sheet.get_by_role("link", name="Contacts").tap()
    expect(phone).to_have_url(re.compile("/contacts$"))
    bar.get_by_role("link", name="Inbox").tap()
    expect(phone).to_have_url(re.compile("/inbox$"))
    bar.get_by_role("button", name="More").tap()
    sheet.get_by_role("button", name="Search or do").tap()
    expect(phone.locator("#palette")).to_be_visible()


def test_the_plus_creates(phone: Page) -> None:
    phone.get_by_role("navigation", name="Quick menu").get_by_role("button", name="Add").tap()
    dialog = phone.get_by_role("dialog")
    dialog.get_by_label("Title").fill("From the train")
    dialog.get_by_role("button", name="Create and open").tap()
    expect(phone.get_by_role("heading", name="From the train", level=1)).to_be_visible()


def test_the_board_swipes_column_by_column_inside_itself(phone: Page) -> None:
    phone.goto("/opportunities")
    board = phone.locator("#board")
    first, second = phone.locator(".column").nth(0), phone.locator(".column").nth(1)
    expect(first).to_be_in_viewport(ratio=0.9)
    expect(second).not_to_be_in_viewport(ratio=0.5)
    board.evaluate("one => one.scrollBy({left: 300, behavior: 'instant'})")
    expect(second).to_be_in_viewport(ratio=0.9)
    snapped = phone.evaluate(
        "Math.round(document.querySelectorAll('.column')[1].getBoundingClientRect().left)"
    )
    assert snapped == 12
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_list_row_is_a_small_card_that_opens(phone: Page) -> None:
    phone.goto("/opportunities?view=list")
    row = phone.locator(".table-row").first
    title = row.get_by_role("link").first.inner_text()
    row.get_by_role("link").first.tap()
    expect(phone.get_by_role("heading", name=title, level=1)).to_be_visible()
