"""The page of a quotation, as a customer has it on the phone: options, a drawn signature, the order."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.test_accessibility import problems


def offered(page: Page) -> str:
    """A quotation that waits for an answer; returns the way to its page for the customer."""
    page.goto("/quotations?view=list&where=state:is:sent")
    page.locator(".table-row .table-title a").first.click()
    page.wait_for_url(re.compile(r"/quotations/\d+"))
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Link for the customer").input_value()
    return f"/q/{address.rpartition('/')[2]}?language=en"


def sign(page: Page) -> None:
    sheet = page.locator(".portal-sheet")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 40 + step * 15, box["y"] + (40 if step % 2 else 70))
    page.mouse.up()


def test_a_customer_chooses_signs_and_orders_on_the_phone(page: Page, visit: Visit) -> None:
    way = offered(page)
    phone = visit("", way, size=PHONE, theme="dark", bypass_csp=True)
    total = phone.locator(".portal-total dd")
    before = total.inner_text()
    assert problems(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.locator(".portal-tick input").first.check()
    expect(total).not_to_have_text(before)
    expect(phone.locator("#portal-bar-total")).to_have_text(total.inner_text())
    ordered = total.inner_text()
    phone.locator(".portal-bar a").click()
    phone.get_by_label("Your name").first.fill("Ray Boudreaux")
    sign(phone)
    phone.get_by_label(re.compile("I order this")).check()
    phone.locator(".portal-accept").get_by_role("button", name="Accept").click()
    expect(phone.get_by_role("status")).to_contain_text("Accepted by Ray Boudreaux")
    expect(phone.locator(".portal-total dd")).to_have_text(ordered)
    expect(phone.locator("#accept")).to_have_count(0)
    page.reload()
    expect(page.locator(".quote-customer")).to_contain_text("Accepted by Ray Boudreaux")
    with page.expect_download() as loading:
        page.get_by_role("link", name=re.compile("signed")).first.click()
    assert Path(loading.value.path()).read_bytes().startswith(b"%PDF-")
