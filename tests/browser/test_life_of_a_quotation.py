"""The life of a quotation: from the deal to the invoice, through the hands of the seller and of the customer."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Maker, Visit, Watched, notice
from tests.browser.test_lines import cell, lines, words
from tests.browser.test_portal import sign


@pytest.fixture
def deal(page: Page, make: Maker) -> int:
    """A deal in dollars with a person who can be written to."""
    buyer = make("contacts", name="Ray Boudreaux", kind="person", emails="ray@boudreaux.example")
    return make(title="Press line", currency="USD", expected_revenue="9000", person=str(buyer))


def quote(page: Page, deal: int) -> str:
    page.goto(f"/opportunities/{deal}")
    page.get_by_role("button", name="New quotation", exact=True).click()
    page.wait_for_url(re.compile(r"/quotations/\d+$"))
    return page.url


def figure(place: Locator) -> str:
    """The amount, with cents or without."""
    return place.inner_text().strip().removesuffix(".00")


def choose(page: Page, action: str) -> None:
    """An entry of the record's menu."""
    page.locator(".record-tools [aria-haspopup=menu]").last.click()
    page.get_by_role("menuitem", name=action, exact=True).click()


def offer(page: Page) -> str:
    """Send it; returns the way to the customer's page."""
    page.get_by_role("button", name="Send to the customer").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox", name=re.compile("Ray Boudreaux"))).to_be_checked()
    expect(dialog.get_by_label("Message")).to_have_value(re.compile("Dear Ray Boudreaux"))
    dialog.get_by_role("button", name="Send to the customer").click()
    expect(page.locator(".record-side .pill", has_text="Sent")).to_be_visible()
    address = page.get_by_label("Link for the customer").input_value()
    return f"/q/{address.rpartition('/')[2]}?language=en"


def test_from_the_deal_to_the_invoice(page: Page, deal: int, visit: Visit, watched: Watched) -> None:
    watched.expect("409")
    url = quote(page, deal)
    # The usual template has begun it; its lines are left as they are, and more are written.
    begun = lines(page)
    words(page).focus()
    page.keyboard.type("SPARES")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".quote-line-section").last).to_be_visible()
    for text, quantity, price in (("Spare part", "2", "40"), ("Long support", "1", "500")):
        expect(words(page)).to_be_focused()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        count = page.locator(".quote-lines [name=description]")
        expect(count.last).to_have_value(text)
        page.keyboard.type(quantity)
        page.keyboard.press("Enter")
        page.keyboard.type(price)
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
    assert lines(page) == [*begun, "SPARES", "Spare part", "Long support"]
    last = page.locator(".quote-lines > [data-key]:not(.quote-next)").last
    last.get_by_role("button", name="More").click()
    last.get_by_role("menuitemcheckbox", name="Optional").click()
    expect(last.locator(".badge", has_text="Optional")).to_be_visible()
    # A template comes after what is there, and one undo takes it back.
    mine = lines(page)
    choose(page, "Fill from a template")
    page.get_by_role("dialog").get_by_role("button", name="Fill from a template").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".quote-lines [name=description]")).to_have_count(len(mine) + len(begun))
    notice(page, "Fill from a template").get_by_role("button", name="Undo").click()
    expect(page.locator(".quote-lines [name=description]")).to_have_count(len(mine))
    before = figure(page.locator(".quote-total dd"))

    way = offer(page)
    expect(words(page)).to_have_count(0)
    phone = visit("", way, size=PHONE, has_touch=True, is_mobile=True)
    total = phone.locator(".portal-total dd")
    assert figure(total) == before
    shown = total.inner_text()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.locator("summary", has_text="Ask a question").tap()
    asking = phone.locator(".portal-fold form").first
    asking.get_by_label("Your name").fill("Ray Boudreaux")
    asking.get_by_label("Your question").fill("Is the training included?")
    asking.get_by_role("button", name="Send").tap()
    expect(phone.get_by_role("status").first).to_contain_text("Your question is on its way")
    expect(page.locator(".message").first).to_contain_text("Is the training included?")

    phone.locator(".portal-option", has_text="Long support").locator(".portal-tick input").check()
    expect(total).not_to_have_text(shown)
    ordered = figure(total)
    phone.locator(".portal-accept").get_by_label("Your name").fill("Ray Boudreaux")
    sign(phone)
    phone.get_by_label(re.compile("I order this")).check()
    phone.locator(".portal-accept").get_by_role("button", name="Accept").tap()
    expect(phone.get_by_role("status").first).to_contain_text("Accepted by Ray Boudreaux")

    # The seller's open page has heard of it.
    expect(page.locator(".record-side .pill", has_text="Confirmed")).to_be_visible()
    assert figure(page.locator(".quote-total dd")) == ordered
    expect(page.locator(".quote-line", has_text="Long support").locator(".badge")).to_have_count(0)
    choose(page, "Set the delivery")
    page.get_by_role("dialog").locator("[name=delivery_on]").fill("2027-01-15")
    page.get_by_role("dialog").get_by_role("button", name="Set the delivery").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Mark as invoiced").click()
    page.get_by_role("dialog").get_by_label("Invoice").fill("INV-77")
    page.get_by_role("dialog").get_by_role("button", name="Mark as invoiced").click()
    expect(page.locator(".record-side")).to_contain_text("INV-77")
    page.goto(f"/opportunities/{deal}")
    panel = page.locator(".panel", has=page.get_by_role("heading", name="Quotations", exact=True))
    expect(panel).to_contain_text("Ordered: $")
    page.goto(url)
    choose(page, "Cancel it")
    page.get_by_role("dialog").get_by_label("Why").fill("Called off")
    page.get_by_role("dialog").get_by_role("button", name="Cancel it").click()
    expect(notice(page, "is invoiced, so it cannot be cancelled")).to_be_visible()


def test_a_revision_is_declined_and_a_cancelled_one_opens_again(page: Page, deal: int, visit: Visit) -> None:
    quote(page, deal)
    number = page.locator(".record-title").inner_text()
    words(page).fill("Anvil")
    words(page).press("Enter")
    expect(words(page)).to_have_value("")
    old = offer(page)
    page.get_by_role("button", name="Revise").click()
    expect(page.locator(".record-title")).to_have_text(f"{number}-2")
    assert "Anvil" in lines(page)
    cell(page, lines(page).index("Anvil"), "unit_price").fill("70")
    page.keyboard.press("Enter")
    way = offer(page)
    assert way != old
    phone = visit("", way, size=PHONE)
    phone.locator("summary", has_text="Decline").click()
    phone.locator(".portal-fold form").last.get_by_label("Your name").fill("Ray Boudreaux")
    phone.locator(".portal-fold form").last.get_by_label("Why").fill("Too dear")
    phone.locator(".portal-fold form").last.get_by_role("button", name="Decline").click()
    expect(page.locator(".record-side .pill", has_text="Cancelled")).to_be_visible()
    expect(page.locator(".quote-customer")).to_contain_text("Too dear")
    page.get_by_role("button", name="Reopen").click()
    expect(page.locator(".record-side .pill", has_text="Draft")).to_be_visible()
    expect(words(page)).to_be_visible()
