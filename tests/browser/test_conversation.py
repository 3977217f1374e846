"""Two people talk about a deal, each in a browser of their own."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Maker, Visit, notice


def test_a_note_with_a_name_and_a_file_reaches_the_other_screen(
    page: Page, make: Maker, visit: Visit
) -> None:
    deal = make(title="Press line 9")
    page.goto(f"/opportunities/{deal}")
    other = visit("daniel.reyes", f"/opportunities/{deal}")
    text = page.get_by_role("textbox", name="Write a note")
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
    expect(other.locator(".rail-count[id$=-inbox] .count")).to_have_text(re.compile(r"\d+"))


def test_a_note_is_answered_signed_pinned_deleted_and_brought_back(page: Page, make: Maker) -> None:
    deal = make(title="Press line 10")
    page.goto(f"/opportunities/{deal}")
    text = page.get_by_role("textbox", name="Write a note")
    text.fill("A first word")
    text.press("Control+Enter")
    note = page.locator(".message").first
    expect(note).to_contain_text("A first word")
    note.hover()
    note.get_by_role("button", name="Reply").click()
    expect(page.locator(".composer-reply")).to_be_visible()
    text.fill("A second word")
    text.press("Control+Enter")
    expect(page.locator(".message")).to_have_count(2)
    answer = page.locator(".message").first
    expect(answer.locator(".message-reply")).to_contain_text("A first word")
    answer.hover()
    answer.get_by_role("button", name="React").click()
    page.get_by_role("menuitem", name="🎉").click()
    expect(answer.locator(".sign")).to_contain_text("1")
    answer.hover()
    answer.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Pin", exact=True).click()
    expect(answer).to_contain_text("Pinned")
    page.locator(".thread-kind", has_text="Pinned").click()
    expect(page.locator(".message")).to_have_count(1)
    page.locator(".thread-kind", has_text="All").click()
    expect(page.locator(".message")).to_have_count(2)
    answer.hover()
    answer.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Edit").click()
    page.locator(".message-editing textarea").fill("A better word")
    page.locator(".message-editing textarea").press("Control+Enter")
    expect(answer).to_contain_text("A better word")
    answer.hover()
    answer.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(answer).to_contain_text("Deleted by")
    notice(page, "The note is deleted.").get_by_role("button", name="Undo").click()
    expect(answer).to_contain_text("A better word")
