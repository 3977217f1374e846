"""What the keys do, from anywhere."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Maker, notice
from tests.browser.screens import peek


def test_g_and_a_letter_goes(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/opportunities")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile("/contacts$"))


def test_c_creates_from_anywhere(page: Page) -> None:
    for path in ("/", "/opportunities", "/history"):
        page.goto(path)
        page.keyboard.press("c")
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Title")).to_be_focused()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
    page.keyboard.press("c")
    expect(page.get_by_role("dialog").get_by_label("Title")).to_be_focused()
    page.keyboard.type("Made by key")
    page.keyboard.press("Enter")
    expect(notice(page, "Created “Made by key”")).to_be_visible()


def test_slash_filters_a_list_and_searches_elsewhere(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/opportunities?view=list")
    page.keyboard.press("/")
    expect(page.locator("#condition-builder")).to_be_visible()


def test_the_palette_finds_a_record_and_goes_there(page: Page, make: Maker) -> None:
    number = make(title="Quixotic windmill")
    page.keyboard.press("Control+k")
    page.keyboard.type("quixotic wind")
    option = page.get_by_role("option", name="Quixotic windmill")
    expect(option).to_be_visible()
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/opportunities/{number}$"))
    expect(page.get_by_role("heading", name="Quixotic windmill", level=1)).to_be_visible()


def test_keys_stay_letters_while_somebody_types(page: Page) -> None:
    page.goto("/opportunities?view=list")
    field = page.get_by_role("searchbox")
    field.click()
    page.keyboard.type("gpcjx?")
    expect(field).to_have_value("gpcjx?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_question_mark_lists_the_keys_of_this_page(page: Page) -> None:
    page.goto("/opportunities")
    page.keyboard.press("?")
    help_dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_dialog).to_contain_text("Pipeline")
    expect(help_dialog).to_contain_text("New: Opportunity")
    page.keyboard.press("Escape")
    expect(help_dialog).to_be_hidden()


def test_a_list_is_walked_chosen_edited_and_opened_by_key(page: Page, make: Maker) -> None:
    number = make(title="Walk to me")
    page.goto("/opportunities?view=list&where=title:contains:Walk%20to%20me")
    row = page.locator(f"#opportunity-{number}-row")
    page.keyboard.press("j")
    expect(row).to_have_attribute("data-cursor", "")
    page.keyboard.press("x")
    expect(row.get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("x")
    page.keyboard.press("e")
    editor = row.get_by_role("textbox")
    expect(editor).to_be_focused()
    editor.fill("Walk to me again")
    editor.press("Enter")
    expect(row.get_by_role("link", name="Walk to me again")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/opportunities/{number}"))


def test_p_peeks_at_a_card_and_escape_returns_to_the_board(page: Page) -> None:
    peek(page)
    title = page.locator(".card[data-cursor] a").inner_text()
    panel = page.locator("#peek")
    expect(panel.locator(".record-title")).to_have_text(title)
    panel.get_by_role("button", name="Edit Expected revenue").click()
    expect(panel.locator(".prop-editing")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator(".card[data-cursor]")).to_have_count(1)
