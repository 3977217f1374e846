"""Two people talk in a channel, each in a browser of their own."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit, Watched

ROOM = "/chat/2"


def test_what_one_says_the_other_sees_at_once_and_who_writes(page: Page, visit: Visit) -> None:
    page.goto(ROOM)
    other = visit("daniel.reyes", ROOM)
    for one in (page, other):
        expect(one.locator("html")).to_have_attribute("data-listening", "")
    text = page.get_by_role("textbox", name="Write to #deals-americas")
    text.press_sequentially("Who has the **torque** sheet?")
    expect(other.locator(".talk-typing")).to_have_text("Maya Okafor is writing …")
    text.press("Enter")
    expect(text).to_have_value("")
    said = other.locator(".said").filter(has=other.locator("strong", has_text="torque"))
    expect(said).to_have_count(1)
    expect(other.locator(".talk-typing")).to_be_empty()
    expect(page.locator(".said").filter(has_text="torque sheet")).to_have_count(1)
    said.hover()
    said.get_by_role("button", name="React").click()
    other.get_by_role("menuitem", name="👀").click()
    expect(page.locator(".said").last.locator(".sign")).to_contain_text("1")


def test_a_reply_stands_beside_and_its_number_below_the_message(page: Page, visit: Visit) -> None:
    page.goto(ROOM)
    page.get_by_role("textbox", name="Write to #deals-americas").fill("Anybody at the fair?")
    page.keyboard.press("Enter")
    other = visit("tom.whitfield", ROOM)
    question = other.locator(".said").filter(has_text="Anybody at the fair?")
    question.hover()
    question.get_by_role("button", name="Reply").click()
    other.get_by_role("textbox", name="Reply to Maya Okafor").fill("Until Friday")
    other.keyboard.press("Enter")
    expect(other.locator(".side-thread .said")).to_contain_text("Until Friday")
    expect(other.locator(".talk-scroll > .talk-log .said").last).to_contain_text("1 reply")
    mine = page.locator(".said").filter(has_text="Anybody at the fair?")
    mine.get_by_role("button", name=re.compile("1 reply")).click()
    expect(page.locator(".side-thread .said")).to_contain_text("Until Friday")


def test_what_is_sent_on_a_broken_line_is_said_once_when_it_holds_again(
    page: Page, visit: Visit, watched: Watched
) -> None:
    watched.expect("ERR_INTERNET_DISCONNECTED")
    watched.expect("Failed to fetch")
    page.goto(ROOM)
    other = visit("daniel.reyes", ROOM)
    page.context.set_offline(True)
    page.get_by_role("textbox", name="Write to #deals-americas").fill("Said in a tunnel")
    page.keyboard.press("Enter")
    expect(page.locator(".said-waiting")).to_contain_text("Said in a tunnel")
    page.context.set_offline(False)
    expect(other.locator(".said").filter(has_text="Said in a tunnel")).to_have_count(1, timeout=15000)
    expect(page.locator(".said").filter(has_text="Said in a tunnel")).to_have_count(1)
    expect(page.locator(".said-sending")).to_have_count(0)


def test_a_word_to_somebody_waits_bold_until_it_is_read(page: Page, visit: Visit) -> None:
    other = visit("priya.natarajan", "/opportunities")
    page.goto("/chat")
    page.keyboard.press("c")
    page.get_by_role("combobox", name="People").press_sequentially("Priya")
    page.get_by_role("option", name="Priya").click()
    page.get_by_role("button", name="Write", exact=True).click()
    page.get_by_role("textbox", name="Write to Priya Natarajan").fill("Lunch?")
    page.keyboard.press("Enter")
    expect(other.locator(".rail-count[id$=-chat] .count")).to_be_visible()
    other.goto("/chat")
    line = other.get_by_role("link", name=re.compile("Maya Okafor"))
    expect(line).to_have_class(re.compile("chat-bold"))
    line.click()
    expect(other.locator(".talk-new")).to_have_text("New")
    expect(line).not_to_have_class(re.compile("chat-bold"))


def test_on_a_phone_the_list_then_the_conversation(visit: Visit) -> None:
    phone = visit("maya.okafor", "/chat", size=PHONE)
    expect(phone.locator(".chat-room")).to_be_hidden()
    phone.get_by_role("link", name="general").click()
    expect(phone.locator(".chat-list")).to_be_hidden()
    expect(phone.locator(".said").last).to_be_in_viewport()
    phone.get_by_role("link", name="All conversations").click()
    expect(phone.locator(".chat-list")).to_be_visible()
