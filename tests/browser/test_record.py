"""A record's page: values edited in place, two people at one field, stages, the way through the list."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Maker, Visit, Watched, notice


@pytest.fixture
def deal(page: Page, make: Maker) -> int:
    number = make(title="Press line", expected_revenue="9000", currency="USD")
    page.goto(f"/opportunities/{number}")
    return number


def prop(page: Page, label: str) -> Locator:
    return page.locator(".prop").filter(has=page.locator(".prop-label", has_text=re.compile(f"^{label}$")))


def edit(page: Page, label: str) -> Locator:
    """Open the editor of a value; gives its input."""
    page.get_by_role("button", name=f"Edit {label}").click()
    return page.locator(".prop-editing").get_by_label(label).first


def test_enter_saves_with_a_tick_and_the_new_weighted_sum(page: Page, deal: int) -> None:
    field = edit(page, "Expected revenue")
    expect(field).to_be_focused()
    field.fill("20000")
    field.press("Enter")
    value = prop(page, "Expected revenue")
    expect(value).to_contain_text("$20,000")
    expect(value).to_have_attribute("data-saved", "")
    expect(notice(page, "Changed Expected revenue")).to_be_visible()
    page.reload()
    expect(prop(page, "Expected revenue")).to_contain_text("$20,000")


def test_escape_leaves_the_value_and_gives_the_focus_back(page: Page, deal: int) -> None:
    field = edit(page, "Expected revenue")
    field.fill("1")
    field.press("Escape")
    expect(prop(page, "Expected revenue")).to_contain_text("$9,000")
    expect(page.get_by_role("button", name="Edit Expected revenue")).to_be_focused()


def test_tab_saves_and_opens_the_next_value(page: Page, deal: int) -> None:
    edit(page, "Expected revenue").fill("8000")
    page.keyboard.press("Tab")
    expect(prop(page, "Expected revenue")).to_contain_text("$8,000")
    expect(page.locator(".prop-editing .prop-label")).to_have_text("Currency")


def test_a_wrong_value_is_explained_where_it_was_typed(page: Page, deal: int, watched: Watched) -> None:
    watched.expect("422")
    field = edit(page, "Probability")
    field.fill("140")
    field.evaluate("one => one.form.noValidate = true")
    field.press("Enter")
    expect(page.locator(".prop-editing").get_by_role("alert")).to_be_visible()


def test_the_title_is_renamed_in_place_and_undone_from_the_notice(page: Page, deal: int) -> None:
    page.get_by_role("button", name="Press line", exact=True).click()
    field = page.get_by_role("heading", level=1).get_by_role("textbox")
    field.fill("Press line 2")
    field.press("Enter")
    expect(page.get_by_role("heading", name="Press line 2", level=1)).to_be_visible()
    notice(page, "Changed Title").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Press line", exact=True, level=1)).to_be_visible()


def test_two_people_at_one_field_are_shown_both_values(
    page: Page, visit: Visit, deal: int, watched: Watched
) -> None:
    watched.expect("409|422")
    other = visit("priya.natarajan", f"/opportunities/{deal}")
    mine = edit(page, "Expected revenue")
    theirs = edit(other, "Expected revenue")
    theirs.fill("777")
    theirs.press("Enter")
    expect(prop(other, "Expected revenue")).to_contain_text("$777")
    mine.fill("555")
    mine.press("Enter")
    choice = page.locator(".prop-conflict")
    expect(choice).to_contain_text("Priya Natarajan has changed this meanwhile")
    expect(choice).to_contain_text("777")
    expect(choice).to_contain_text("555")
    choice.get_by_role("button", name="Overwrite with mine").click()
    expect(prop(page, "Expected revenue")).to_contain_text("$555")


def test_somebody_elses_edit_appears_while_another_field_is_being_typed_in(
    page: Page, visit: Visit, deal: int
) -> None:
    other = visit("priya.natarajan", f"/opportunities/{deal}")
    mine = edit(page, "Description")
    mine.fill("Half a sentence")
    theirs = edit(other, "Expected revenue")
    theirs.fill("4321")
    theirs.press("Enter")
    expect(prop(other, "Expected revenue")).to_contain_text("$4,321")
    expect(mine).to_have_value("Half a sentence")
    expect(mine).to_be_focused()
    mine.press("Control+Enter")
    expect(prop(page, "Description")).to_contain_text("Half a sentence")
    expect(prop(page, "Expected revenue")).to_contain_text("$4,321")


def test_stages_are_clicked_along_and_a_won_deal_reopens(page: Page, deal: int) -> None:
    page.locator(".stage-bar").get_by_role("button", name=re.compile("Proposal")).click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Proposal")
    page.locator(".record-tools .button-won").click()
    expect(page.locator(".record-tools").get_by_role("button", name="Reopen")).to_be_visible()
    page.locator(".record-tools").get_by_role("button", name="Reopen").click()
    expect(page.locator(".record-tools").get_by_role("button", name="Lost", exact=True)).to_be_visible()


def test_the_history_of_a_field_tells_what_it_was(page: Page, deal: int) -> None:
    edit(page, "Expected revenue").fill("100")
    page.keyboard.press("Enter")
    expect(prop(page, "Expected revenue")).to_contain_text("$100")
    prop(page, "Expected revenue").hover()
    page.get_by_role("button", name="History of Expected revenue").click()
    expect(page.get_by_role("dialog")).to_contain_text("9,000")


def test_a_change_is_undone_from_the_history_page(page: Page, deal: int) -> None:
    edit(page, "Expected revenue").fill("300")
    page.keyboard.press("Enter")
    expect(prop(page, "Expected revenue")).to_contain_text("$300")
    page.goto("/history")
    line = page.locator(".entry").filter(has_text="Press line").first
    line.hover()
    line.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast").first).to_be_visible()
    page.goto(f"/opportunities/{deal}")
    expect(prop(page, "Expected revenue")).to_contain_text("$9,000")


def test_a_deal_is_lost_with_its_reason_by_key_and_undo_opens_it_again(page: Page, make: Maker) -> None:
    number = make(title="Lost by key")
    page.goto(f"/opportunities/{number}")
    page.keyboard.press("l")
    dialog = page.get_by_role("dialog")
    reason = dialog.get_by_role("combobox", name="Lost reason")
    expect(reason).to_be_visible()
    reason.focus()
    page.keyboard.type("No budget")
    expect(page.get_by_role("option")).to_have_text(["No budget"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog.get_by_label("What happened").fill("Comes back in spring.")
    dialog.get_by_role("button", name=re.compile("Lost|Lose")).press("Enter")
    expect(dialog).to_be_hidden()
    tools = page.locator(".record-tools")
    expect(tools).to_contain_text("Lost")
    expect(tools).to_contain_text("No budget")
    expect(page.get_by_text("Comes back in spring.").first).to_be_visible()
    notice(page, "Lost: “Lost by key”").get_by_role("button", name="Undo").click()
    expect(notice(page, "Undone")).to_be_visible()
    expect(tools.locator("[data-shortcut=w]")).to_be_visible()
    expect(tools).not_to_contain_text("No budget")
