"""Two people talk about a deal, each in a browser of their own."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Maker, Visit


def test_a_note_with_a_name_and_a_file_reaches_the_other_screen(
    page: Page, make: Maker, visit: Visit
) -> None:
    deal = make(title="Press line 9")
    page.goto(f"/opportunities/{deal}")
    other = visit("daniel.reyes", f"/opportunities/{deal}")
    text = page.get_by_role("combobox", name="Write a note")
    text.press_sequentially("Ask @Dani")
    expect(page.get_by_role("option", name=re.compile("Daniel"))).to_be_visible()
    text.press("Enter")
    text.press_sequentially("about **terms**, as in #Press line")
    expect(page.get_by_role("option").first).to_be_visible()
    text.press("Enter")
    page.locator(".composer input[type=file]").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"words"}
    )
    expect(page.locator(".composer-files")).to_contain_text("plan.txt")
    # A draft outlives leaving the page.
    page.reload()
    expect(text).to_have_value(
        re.compile(r"^Ask @Daniel \w+ about \*\*terms\*\*, as in \[Press line 9\]\(/opp")
    )
    text.press("Control+Enter")
    note = page.locator(".message").first
    expect(note.locator("strong", has_text="terms")).to_be_visible()
    expect(text).to_have_value("")
    expect(other.locator(".message").first).to_contain_text("about terms")
    expect(other.locator(".rail-count .count")).to_have_text(re.compile(r"\d+"))
