"""Converting a lead where somebody works: the dialog on its page, from the list, and the way there and back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Maker, notice


@pytest.fixture
def lead(page: Page, make: Maker) -> int:
    who = {"contact_name": "Wile E.", "company_name": "Coyote Traps", "email": "wile@coyote.example"}
    return make("leads", title="Wants anvils", **who)


def test_a_lead_is_converted_in_its_dialog_and_brought_back(page: Page, lead: int) -> None:
    page.goto(f"/leads/{lead}")
    page.keyboard.press("v")
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("Create “Coyote Traps”")).to_be_checked()
    expect(dialog.get_by_label("Create “Wile E.”")).to_be_checked()
    dialog.get_by_role("button", name="Convert").click()
    page.wait_for_url(re.compile(rf"/opportunities/{lead}$"))
    expect(page.get_by_role("link", name="Coyote Traps").first).to_be_visible()
    notice(page, "Convert").get_by_role("button", name="Undo").click()
    expect(notice(page, "Undone")).to_be_visible()
    page.goto(f"/opportunities/{lead}")
    page.wait_for_url(re.compile(rf"/leads/{lead}$"))


def test_a_lead_converted_beside_the_list_leaves_it_and_the_notice_leads_on(page: Page, lead: int) -> None:
    page.goto("/leads?view=list&q=anvils")
    row = page.locator(f"#lead-{lead}-row")
    expect(row).to_be_visible()
    row.hover()
    row.get_by_role("button", name="Preview").click()
    page.locator("#peek").get_by_role("button", name="Convert").click()
    page.locator("#dialog").get_by_role("button", name="Convert").click()
    expect(row).to_have_count(0)
    expect(notice(page, "Wants anvils").get_by_role("link")).to_have_attribute(
        "href", f"/opportunities/{lead}"
    )
