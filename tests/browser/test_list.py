"""Lists: cells edited in place, many chosen at once, filters that become words, views that are kept."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Maker, notice


def test_a_cell_becomes_its_editor_and_keeps_the_row(page: Page, make: Maker) -> None:
    number = make(title="Cell by cell", expected_revenue="10", currency="USD")
    page.goto("/opportunities?view=list&where=title:contains:Cell%20by")
    cell = page.locator(f"#opportunity-{number}-row [data-label='Expected revenue']")
    cell.dblclick()
    field = cell.get_by_role("spinbutton")
    expect(field).to_be_focused()
    field.fill("4500")
    field.press("Enter")
    expect(cell).to_contain_text("$4,500")
    expect(cell.get_by_role("spinbutton")).to_have_count(0)


def test_shift_chooses_a_range_and_all_matching_are_assigned_and_undone(page: Page, make: Maker) -> None:
    for n in range(1, 5):
        make(title=f"Many at once {n}")
    page.goto("/opportunities?view=list&where=title:contains:Many%20at%20once")
    rows = page.locator(".table-row")
    expect(rows).to_have_count(4)
    rows.nth(0).get_by_role("checkbox").click()
    rows.nth(2).get_by_role("checkbox").click(modifiers=["Shift"])
    bar = page.locator(".bulkbar")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name=re.compile("Select all 4 matching")).click()
    bar.get_by_role("button", name="Assign", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("4 of 4 records will be changed")
    person = dialog.get_by_role("combobox", name="Salesperson")
    person.fill("Priya")
    page.get_by_role("option", name="Priya Natarajan").click()
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".table-row").filter(has_text="Priya Natarajan")).to_have_count(4)
    expect(bar).to_be_hidden()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    notice(page, "4").get_by_role("button", name="Undo").first.click()
    expect(page.locator(".table-row").filter(has_text="Maya Okafor")).to_have_count(4)


def test_a_filter_becomes_an_address_a_chip_and_a_sentence(page: Page) -> None:
    page.goto("/opportunities?view=list")
    page.get_by_role("button", name="Filter").click()
    builder = page.locator("#condition-builder")
    builder.get_by_role("combobox", name="Field").select_option(label="Expected revenue")
    builder.get_by_role("combobox", name="Comparison").select_option(label="is at least")
    builder.get_by_role("spinbutton").first.fill("50000")
    expect(builder.locator(".condition-sentence")).to_contain_text("Expected revenue")
    expect(builder.locator(".condition-sentence")).to_contain_text("50,000")
    builder.locator(".condition-foot").get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("where=expected_revenue"))
    chip = page.locator(".chip")
    expect(chip).to_contain_text("50,000")
    amounts = page.locator(".table-row [data-label='Expected revenue']").all_inner_texts()
    assert amounts
    assert all(int(re.sub(r"\D", "", one)) >= 50000 for one in amounts)
    chip.get_by_role("link").click()
    expect(page).not_to_have_url(re.compile("where="))


def test_a_ready_filter_groups_and_sorts_live_in_the_address_and_back_restores_them(page: Page) -> None:
    page.goto("/opportunities?view=list")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="My deals").click()
    expect(page.locator(".chip")).to_contain_text("My deals")
    page.get_by_role("button", name="Group").click()
    page.get_by_role("menuitemcheckbox", name="Stage").click()
    expect(page.locator(".table-group").first).to_be_visible()
    expect(page.locator(".chip")).to_contain_text("My deals")
    page.get_by_role("link", name="Expected closing").click()
    expect(page).to_have_url(re.compile("sort="))
    page.go_back()
    expect(page).not_to_have_url(re.compile("sort="))
    expect(page).to_have_url(re.compile("group=stage"))


def test_a_folded_group_hides_its_rows(page: Page) -> None:
    page.goto("/opportunities?view=list&group=stage")
    group = page.locator("tbody").first
    expect(group.locator(".table-row").first).to_be_visible()
    group.get_by_role("button").first.click()
    expect(group.locator(".table-row").first).to_be_hidden()


def test_a_view_is_saved_changed_and_marked(page: Page) -> None:
    page.goto("/opportunities?view=list&where=expected_revenue:gte:50000")
    page.get_by_role("button", name="Saved views").click()
    page.get_by_role("menuitem", name="Save as a new view").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("The big ones")
    dialog.get_by_role("button", name="Save").click()
    tab = page.get_by_role("navigation", name="Saved views").get_by_role("link", name="The big ones")
    expect(tab).to_have_attribute("aria-current", "page")
    page.get_by_role("button", name="Group").click()
    page.get_by_role("menuitemcheckbox", name="Stage").click()
    expect(tab).to_contain_text("changed")
    page.goto("/opportunities")
    page.get_by_role("navigation", name="Saved views").get_by_role("link", name="The big ones").click()
    expect(page.locator(".chip")).to_contain_text("50,000")


def test_searching_narrows_the_list_and_says_when_nothing_is_left(page: Page) -> None:
    page.goto("/contacts")
    page.get_by_role("searchbox").fill("Maple Ridge")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".table-row").first).to_contain_text("Maple Ridge")
    page.get_by_role("searchbox").fill("no such thing at all")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("link", name="Remove all filters").click()
    expect(page.locator(".table-row").nth(10)).to_be_visible()
