"""The forecast in the hand: a card dragged to another month is expected then, and Undo brings it back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.boards import card, column, drag
from tests.browser.conftest import Maker, notice


def test_a_card_dragged_to_another_month_is_expected_then_and_undo_brings_it_back(
    page: Page, make: Maker
) -> None:
    page.goto(
        "/forecast?where=title:contains:Slips"
    )  # Without a deal there: the months that are always shown.
    all_columns = page.locator(".column")
    keys = all_columns.evaluate_all("all => all.map(one => one.dataset.key).filter(key => key !== 'none')")
    names = page.locator(".column-name").all_inner_texts()
    [was, becomes], [old, new] = keys[-2:], names[len(keys) - 2 : len(keys)]
    number = make(title="Slips", expected_closing=f"{was}-20", expected_revenue="777", currency="USD")
    page.goto("/forecast?where=title:contains:Slips")
    month_of = {key: page.locator(f"#column-{key}") for key in (was, becomes)}
    expect(month_of[was].locator(f"#opportunity-{number}-card")).to_be_visible()
    band = page.get_by_role("region", name="Forecast by month")
    expect(band).to_be_visible()
    with page.expect_response(re.compile(f"/opportunities/{number}/move")) as answer:
        drag(page, card(page, number), month_of[becomes].locator(".column-cards"))
    assert answer.value.status == 200
    expect(month_of[becomes].locator(f"#opportunity-{number}-card")).to_be_visible()
    expect(column(page, old).locator(".count")).to_have_text("0")
    expect(column(page, new).locator(".count")).to_have_text("1")

    other = page.context.new_page()
    other.goto(f"/opportunities/{number}")
    month, year = new.split()
    expected = other.locator(".prop").filter(has=other.get_by_text("Expected closing", exact=True))
    expect(expected).to_contain_text(re.compile(rf"{month[:3]} \d+, {year}"))
    page.locator(".toast").first.get_by_role("button", name="Undo").click()
    expect(notice(page, "Undone")).to_be_visible()
    expect(month_of[was].locator(f"#opportunity-{number}-card")).to_be_visible()
