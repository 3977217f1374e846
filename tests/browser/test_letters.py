"""Writing to a customer."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Maker, notice

TEXT = "Dear {{ record.contact_name | default: 'customer' }},\nabout {{ record.title }}.\n{{ author.name }}"


def test_a_template_is_put_in_by_a_slash_and_from_the_list(page: Page, make: Maker) -> None:
    make("message-templates", name="Welcome back", subject="News of {{ record.title }}", text=TEXT)
    make("message-templates", name="Wrong kind", text="{{ record.nosuch }}")
    deal = make(title="Press line 21")
    page.goto(f"/opportunities/{deal}")
    page.keyboard.press("r")
    text, subject = page.get_by_role("textbox", name="Write to the customer"), page.get_by_label("Subject")
    expect(subject).to_have_value("Press line 21")
    text.press_sequentially("/welc")
    expect(page.get_by_role("option", name="Welcome back")).to_be_visible()
    text.press("Enter")
    expect(text).to_have_value("Dear customer,\nabout Press line 21.\nMaya Okafor")
    expect(subject).to_have_value("News of Press line 21")
    text.fill("")
    page.get_by_role("button", name="Message templates").click()
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="Wrong kind").click()
    expect(dialog).to_contain_text("there is no “record.nosuch” here")
    expect(dialog.get_by_role("button", name="Insert")).to_have_count(0)
    dialog.get_by_role("button", name="Welcome back").click()
    dialog.get_by_role("button", name="繁體中文").click()
    expect(dialog.locator(".segment[aria-current]")).to_have_text("繁體中文")
    dialog.get_by_role("button", name="Insert").click()
    expect(dialog).to_be_hidden()
    expect(text).to_be_focused()
    expect(text).to_have_value("Dear customer,\nabout Press line 21.\nMaya Okafor")
    page.locator(".letter-others").fill("buyer@acme.example")
    text.press("Control+Enter")
    expect(notice(page, "The message leaves in ten seconds")).to_be_visible()
    expect(page.locator(".message").first).to_contain_text("News of Press line 21")
    notice(page, "The message leaves in ten seconds").get_by_role("button", name="Undo").click()
    expect(page.locator(".message")).to_have_count(0)
