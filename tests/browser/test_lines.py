"""The lines of a quotation: written by keyboard alone, put into another order, changed by two people at once."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Maker, Visit, Watched, notice


@pytest.fixture
def quotation(page: Page, make: Maker) -> str:
    """An empty quotation in dollars; the page shows it."""
    page.goto(f"/opportunities/{make(title='Press line', currency='USD')}")
    page.get_by_role("button", name="New quotation from a template").click()
    page.get_by_role("menuitem", name="Empty").click()
    page.wait_for_url(re.compile(r"/quotations/\d+$"))
    return page.url


def words(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Add a product, or a line in your own words")


def cell(page: Page, line: int, name: str) -> Locator:
    """That field of a line, counted from 0."""
    return page.locator(".quote-lines > [data-key]:not(.quote-next)").nth(line).locator(f"[name={name}]")


def lines(page: Page) -> list[str]:
    return page.locator(".quote-lines [name=description]").evaluate_all("all => all.map(one => one.value)")


def total(page: Page) -> Locator:
    return page.locator(".quote-total dd")


def write(page: Page, *texts: str) -> None:
    """Lines in own words, sections in capitals."""
    count = page.locator(".quote-lines [name=description]").count()
    for number, text in enumerate(texts, start=count + 1):
        words(page).fill(text)
        words(page).press("Control+Enter" if text.isupper() else "Enter")
        expect(page.locator(".quote-lines [name=description]")).to_have_count(number)
        expect(words(page)).to_have_value("")


def test_a_quotation_is_written_by_keyboard_alone(page: Page, quotation: str) -> None:
    words(page).focus()
    page.keyboard.type("HARDWARE")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".quote-line-section")).to_have_count(1)
    expect(words(page)).to_be_focused()
    page.keyboard.type("Meridian One")
    expect(page.get_by_role("option").first).to_contain_text("Meridian One")
    page.keyboard.press("Enter")
    expect(cell(page, 1, "quantity")).to_be_focused()
    for value in ("2", "1000", "10"):
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    expect(words(page)).to_be_focused()
    expect(page.locator(".quote-amount .amount").first).to_have_text("$1,800")
    # Faster than the server: what is typed while the line is on its way is for its quantity and its price.
    page.keyboard.type("Something special")
    page.keyboard.press("Enter")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".quote-amount .amount").nth(1)).to_have_text("$60")
    expect(words(page)).to_be_focused()
    page.keyboard.type("Four weeks after the order")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".quote-line-note")).to_have_count(1)
    expect(page.locator(".quote-totals")).to_contain_text("$1,860")
    page.reload()
    assert lines(page) == ["HARDWARE", "Meridian One", "Something special", "Four weeks after the order"]


def test_enter_waits_for_what_the_last_letter_finds(page: Page, quotation: str) -> None:
    words(page).click()
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.type("training")
    page.keyboard.press("Enter")
    expect(cell(page, 0, "description")).to_have_value(re.compile("^Training"))


def test_escape_takes_back_what_was_typed_and_arrows_go_up_and_down(
    page: Page, quotation: str, watched: Watched
) -> None:
    watched.expect("409")
    write(page, "Anvil", "Bolt")
    price = cell(page, 0, "unit_price")
    price.fill("12")
    price.press("ArrowDown")
    expect(cell(page, 1, "unit_price")).to_be_focused()
    expect(page.locator(".quote-amount .amount").first).to_have_text("$12")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("999")
    page.keyboard.press("Escape")
    expect(price).to_have_value("12")
    expect(price).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("200")
    page.keyboard.press("Tab")
    expect(notice(page, "A discount is from 0 to 100 percent.")).to_be_visible()
    expect(cell(page, 0, "discount_percent")).to_have_attribute("aria-invalid", "true")


def test_a_line_is_removed_by_keyboard_and_comes_back(page: Page, quotation: str) -> None:
    write(page, "Anvil", "Bolt", "Cog")
    cell(page, 1, "quantity").focus()
    page.keyboard.press("Alt+Delete")
    expect(cell(page, 1, "description")).to_have_value("Cog")
    expect(cell(page, 1, "quantity")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    expect(cell(page, 1, "description")).to_have_value("Bolt")
    assert lines(page) == ["Anvil", "Bolt", "Cog"]


def test_control_and_enter_writes_below_a_line(page: Page, quotation: str) -> None:
    write(page, "Anvil", "Cog")
    cell(page, 0, "quantity").press("Control+Enter")
    expect(words(page)).to_be_focused()
    page.keyboard.type("Bolt")
    page.keyboard.press("Enter")
    expect(cell(page, 1, "description")).to_have_value("Bolt")
    for _field in range(3):
        page.keyboard.press("Enter")
    page.keyboard.type("Bolt two")
    page.keyboard.press("Enter")
    expect(cell(page, 2, "description")).to_have_value("Bolt two")
    page.reload()
    assert lines(page) == ["Anvil", "Bolt", "Bolt two", "Cog"]


def test_lines_and_sections_move_by_keyboard_live_and_with_one_undo(
    page: Page, quotation: str, visit: Visit
) -> None:
    write(page, "ONE", "Anvil", "TWO", "Bolt", "Cog")
    other = visit("ada.reed", quotation)
    cell(page, 4, "quantity").focus()
    for _step in range(3):
        page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".quote-editor [role=status]")).to_have_text("“Cog” is line 2 of 5.")
    expect(cell(page, 1, "quantity")).to_be_focused()
    expect(notice(page, "Line moved")).to_have_count(1)
    expect(cell(other, 1, "description")).to_have_value("Cog")
    assert lines(other) == ["ONE", "Cog", "Anvil", "TWO", "Bolt"]
    cell(page, 3, "description").press("Alt+ArrowUp")
    expect(cell(page, 0, "description")).to_have_value("TWO")
    expect(cell(page, 0, "description")).to_be_focused()
    expect(cell(other, 0, "description")).to_have_value("TWO")
    assert lines(page) == lines(other) == ["TWO", "Bolt", "ONE", "Cog", "Anvil"]
    notice(page, "Line moved").first.get_by_role("button", name="Undo").click()
    expect(cell(page, 0, "description")).to_have_value("ONE")
    assert lines(page) == ["ONE", "Cog", "Anvil", "TWO", "Bolt"]


def drag(page: Page, line: int, onto: int) -> None:
    grips = page.locator(".quote-lines > [data-key]:not(.quote-next) .quote-grip")
    grip, target = grips.nth(line).bounding_box(), grips.nth(onto).bounding_box()
    assert grip
    assert target
    x, down = grip["x"] + 8, onto > line
    page.mouse.move(x, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(x + 3, grip["y"] + grip["height"] / 2 + (8 if down else -8), steps=3)
    expect(page.locator("html")).to_have_attribute("data-dragging", "row")
    page.mouse.move(x, target["y"] + target["height"] * (0.9 if down else 0.1), steps=10)
    page.mouse.move(x, target["y"] + target["height"] * (0.95 if down else 0.05), steps=3)
    page.mouse.up()


def test_a_line_is_dragged_by_its_grip(page: Page, quotation: str) -> None:
    write(page, "ONE", "Anvil", "TWO", "Bolt")
    drag(page, 3, 1)
    expect(notice(page, "Line moved")).to_be_visible()
    page.reload()
    assert lines(page) == ["ONE", "Bolt", "Anvil", "TWO"]
    drag(page, 0, 3)
    expect(notice(page, "Line moved")).to_be_visible()
    expect(cell(page, 0, "description")).to_have_value("TWO")
    assert lines(page) == ["TWO", "ONE", "Bolt", "Anvil"]


def test_two_people_at_one_price_are_asked_and_two_fields_merge(
    page: Page, quotation: str, visit: Visit, watched: Watched
) -> None:
    watched.expect("409")
    write(page, "Anvil")
    other = visit("ada.reed", quotation)
    mine, theirs = cell(page, 0, "unit_price"), cell(other, 0, "unit_price")
    mine.fill("90")
    theirs.fill("80")
    theirs.press("Enter")
    expect(other.locator(".quote-amount .amount").first).to_have_text("$80")
    mine.press("Enter")
    asked = page.locator(".quote-asked form")
    expect(asked).to_contain_text("Ada Reed has changed this meanwhile.")
    expect(mine).to_have_value("80")
    # The question stays while one goes on, and another field is no conflict.
    cell(other, 0, "quantity").fill("2")
    cell(other, 0, "quantity").press("Enter")
    expect(other.locator(".quote-amount .amount").first).to_have_text("$160")
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    expect(page.locator(".quote-amount .amount").first).to_have_text("$80")
    asked.get_by_role("button", name="Overwrite with mine").click()
    expect(mine).to_have_value("90")
    expect(page.locator(".quote-amount .amount").first).to_have_text("$90")
    expect(asked).to_have_count(0)


def test_the_phone_moves_lines_by_their_handle_and_shows_long_names_whole(
    page: Page, quotation: str, visit: Visit
) -> None:
    name = "半導體先進封裝產線自動光學檢測設備（含安裝、教育訓練與三年到府保固服務，適用八吋與十二吋晶圓）"
    write(page, "Anvil", name)
    for shown in (page, visit("ada.reed", quotation, size=PHONE, has_touch=True, is_mobile=True)):
        field = cell(shown, 1, "description")
        assert field.evaluate("one => one.scrollHeight <= one.clientHeight + 1")
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    drag(shown, 1, 0)
    expect(notice(shown, "Line moved")).to_be_visible()
    expect(cell(page, 0, "description")).to_have_value(name)
    shown.locator(".quote-lines > [data-key]").nth(1).get_by_role("button", name="More").tap()
    shown.get_by_role("menuitem", name="Move up").filter(visible=True).tap()
    expect(cell(page, 0, "description")).to_have_value("Anvil")


WIDE_HINTS = """() => [...document.querySelectorAll("[placeholder]")].filter(one => {
  const style = getComputedStyle(one), pen = document.createElement("canvas").getContext("2d")
  pen.font = style.font
  const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
  return one.clientWidth && pen.measureText(one.placeholder).width > room
}).map(one => one.placeholder)"""


@pytest.mark.parametrize("who", ["maya.okafor", "kai.chou"])
def test_on_a_phone_the_hints_in_empty_fields_are_not_cut(quotation: str, visit: Visit, who: str) -> None:
    phone = visit(who, quotation, size=PHONE)
    expect(phone.locator(".composer-text").first).to_be_visible()
    expect(phone.locator("[data-entry-target=words]")).to_be_visible()
    assert phone.evaluate(WIDE_HINTS) == []
