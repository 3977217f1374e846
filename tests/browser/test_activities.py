"""Planning, doing, and dragging in the calendar, as people do it."""

import datetime as dt
import re

from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import Visit


def deal_of(page: Page) -> str:
    return page.locator(".card").first.get_attribute("data-url") or ""


def plan(page: Page, words: str, day: dt.date) -> None:
    """By keyboard, on the page of a record."""
    page.keyboard.press("n")
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("Summary")).to_be_focused()
    page.keyboard.type(words)
    dialog.get_by_label("Due on").fill(day.isoformat())
    page.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()


def test_what_is_planned_on_a_deal_is_done_by_a_click_and_comes_back(visit: Visit) -> None:
    page = visit("maya.okafor", "/opportunities")
    page.goto(deal_of(page))
    plan(page, "Measure the third line", dt.date.today() + dt.timedelta(days=3))
    line = page.locator(".planned", has_text="Measure the third line")
    expect(line).to_be_visible()
    expect(page.locator(".record-side")).to_contain_text("Next step")
    page.get_by_role("button", name="Done: “Measure the third line”").click()
    expect(page.locator(".toast", has_text="Done: “Measure the third line”")).to_be_visible()
    expect(page.get_by_role("button", name="Done: “Measure the third line”")).to_have_count(0)
    page.locator(".toast", has_text="Done: “Measure the third line”").get_by_role(
        "button", name="Undo"
    ).click()
    expect(page.get_by_role("button", name="Done: “Measure the third line”")).to_be_visible()


def at_rest(place: Locator) -> FloatRect:
    """Where it stands when the calendar, which draws itself anew at each news, has not for a while."""
    seen: list[FloatRect | None] = []
    for _turn in range(30):
        place.page.wait_for_timeout(250)
        seen = [*seen[-3:], place.bounding_box()]
        if len(seen) == 4 and (last := seen[-1]) is not None and all(one == last for one in seen):
            return last
    raise AssertionError(f"no rest: {seen}")


def test_a_meeting_is_planned_by_a_click_in_the_calendar_and_dragged_to_another_hour(visit: Visit) -> None:
    page = visit("maya.okafor", "/calendar?view=day&day=2031-03-04")
    expect(page.locator(".calendar[data-drawn]")).to_be_attached()
    page.locator('.fc-timegrid-slot-lane[data-time="09:00:00"]').click()
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("Starts at")).to_have_value("2031-03-04T09:00")
    dialog.get_by_label("Summary").fill("Open the crates")
    dialog.get_by_role("button", name="Plan", exact=True).click()
    entry = page.locator(".calendar-entry", has_text="Open the crates")
    expect(entry).to_be_visible()
    expect(entry).to_contain_text(re.compile(r"9:00"))
    target = page.locator('.fc-timegrid-slot-lane[data-time="11:00:00"]')
    start, end = at_rest(entry), at_rest(target)
    x = start["x"] + start["width"] / 3
    page.mouse.move(x, start["y"] + 4)
    page.mouse.down()
    page.mouse.move(x, end["y"] - 20, steps=6)
    page.mouse.move(x, end["y"] + 5, steps=6)
    page.mouse.up()
    expect(page.locator(".toast", has_text="Moved: “Open the crates”")).to_be_visible()
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text(re.compile(r"11:00"))
    page.reload()
    expect(page.locator(".calendar-entry", has_text="Open the crates")).to_contain_text(re.compile(r"11:00"))


def test_a_meeting_repeats_and_a_drop_asks_which_are_moved(visit: Visit) -> None:
    page = visit("maya.okafor", "/calendar?view=day&day=2031-03-04")
    expect(page.locator(".calendar[data-drawn]")).to_be_attached()
    page.locator('.fc-timegrid-slot-lane[data-time="09:00:00"]').click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Summary").fill("Count the crates")
    dialog.get_by_label("Repeats").select_option("WEEKLY")
    expect(dialog.get_by_text("Every week on Tuesday")).to_be_visible()
    dialog.get_by_label("Ends", exact=True).select_option("count")
    dialog.get_by_label("Number of times").fill("3")
    dialog.get_by_label("Number of times").press("Tab")
    expect(dialog.get_by_text("Every week on Tuesday, 3 times")).to_be_visible()
    dialog.get_by_role("button", name="Plan", exact=True).click()
    expect(dialog).not_to_be_visible()
    page.goto(page.url.replace("day=2031-03-04", "day=2031-03-11"))
    entry = page.locator(".calendar-entry", has_text="↻ Count the crates")
    target = page.locator('.fc-timegrid-slot-lane[data-time="11:00:00"]')

    def drag() -> None:
        expect(entry).to_contain_text(re.compile(r"9:00"))
        start, end = at_rest(entry), at_rest(target)
        x = start["x"] + start["width"] / 3
        page.mouse.move(x, start["y"] + 4)
        page.mouse.down()
        page.mouse.move(x, end["y"] - 20, steps=6)
        page.mouse.move(x, end["y"] + 5, steps=6)
        page.mouse.up()
        expect(dialog.get_by_role("button", name="This one")).to_be_focused()

    drag()
    page.keyboard.press("Escape")
    drag()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".toast", has_text="Moved: “Count the crates”")).to_be_visible()
    expect(entry).to_contain_text(re.compile(r"11:00"))
    for day, hour in (("2031-03-04", "9:00"), ("2031-03-18", "11:00")):
        page.goto(re.sub(r"day=[-0-9]+", f"day={day}", page.url))
        expect(entry).to_contain_text(hour)
