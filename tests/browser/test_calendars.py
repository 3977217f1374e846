"""A calendar on another server, connected by its owner."""

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from kairos.calendars.tests.radicale import PASSWORD, Phone, Radicale, event, radicale
from tests.browser.conftest import Visit, Watched, notice


@pytest.fixture(scope="module")
def server() -> Iterator[Radicale]:
    with radicale() as running:
        yield running


def test_somebody_connects_a_calendar_and_sees_both_sides_come_in_step(
    visit: Visit, server: Radicale, watched: Watched
) -> None:
    watched.expect("422")
    day = dt.datetime.now(dt.UTC) + dt.timedelta(days=5)
    phone = Phone(server)
    phone.make()
    times = (f"DTSTART:{day:%Y%m%d}T090000Z", f"DTEND:{day:%Y%m%d}T100000Z")
    phone.calendar().add_event(event(*times, "SUMMARY:Dentist", uid="dentist@phone"))
    page = visit("ada.reed", "/calendar-accounts")
    page.get_by_role("button", name="New", exact=True).click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Name").fill("My phone")
    dialog.get_by_role("button", name="Create and open").click()
    page.get_by_role("link", name="Connect", exact=True).click()
    page.get_by_label("Server address").fill(server.address)
    page.get_by_label("User").fill("sam")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Try and keep").click()
    expect(page.locator(".field-error")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Try and keep").click()
    expect(notice(page, "Choose what is done with each calendar")).to_be_visible()
    page.get_by_label("My meetings are written to").select_option("Work")
    page.get_by_label("Work", exact=True).select_option("Its events, as meetings of mine")
    page.get_by_role("button", name="Save").click()
    books = page.locator(".mailbox-books")
    expect(books.locator("tr", has_text="On the server").locator("td")).to_have_text("1")
    expect(books.locator("tr", has_text="Meetings").last.locator("td")).to_have_text("1")
    page.goto(f"/calendar?day={day:%Y-%m-%d}")
    expect(page.get_by_text("Dentist").first).to_be_visible()
