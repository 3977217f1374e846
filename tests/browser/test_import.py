"""A small spreadsheet on screen: dropped, understood, checked, brought in, reported, taken back."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit, Watched
from tests.browser.screens import import_mapping

IMPORTED = "/opportunities?view=list&where=title:contains:for%20Acme%20Import"


def test_a_spreadsheet_comes_in_and_is_taken_back_whole(visit: Visit) -> None:
    page = visit("maya.okafor")
    import_mapping(page, customer="Acme Import")
    amount = page.locator(".mapping-row").filter(has_text="Amount").get_by_role("combobox").first
    assert amount.evaluate("one => one.selectedOptions[0].text") == "Expected revenue"
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Import", exact=True).click()
    undo = page.get_by_role("button", name="Undo the whole import")
    expect(undo).to_be_visible(timeout=20000)
    report = page.url
    page.get_by_role("link", name="Show the records").click()
    expect(page.locator(".table-row").first).to_be_visible()
    page.goto(IMPORTED)
    expect(page.locator(".table-row")).to_have_count(2)
    expect(page.locator(".table-row").filter(has_text="Press line")).to_contain_text("1,200")

    page.goto(report)
    undo.click()
    expect(undo).to_have_count(0)
    page.goto(IMPORTED)
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.goto("/contacts?q=Acme%20Import")
    expect(page.get_by_text("Nothing matches")).to_be_visible()


def test_a_file_that_is_no_spreadsheet_is_refused_in_words(visit: Visit, watched: Watched) -> None:
    watched.expect("422")
    page = visit("maya.okafor", "/opportunities/import")
    page.locator("input[type=file]").set_input_files(
        {"name": "deals.xlsx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04 not really"}
    )
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".drop-file")).to_be_visible()
    expect(page).to_have_url(re.compile("/opportunities/import$"))
