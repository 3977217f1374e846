"""Duplicates in a browser: told while typing, walked through by key, merged side by side, and unmerged."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Maker, Visit, notice
from tests.browser.test_accessibility import problems


def test_what_is_similar_is_told_while_typing_and_never_in_the_way(page: Page, make: Maker) -> None:
    make("contacts", name="Zephyr Balloons", kind="organisation")
    page.goto("/contacts")
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("ZEPHYR Balloons, Ltd.")
    told = dialog.get_by_role("status")
    expect(told).to_contain_text("Zephyr Balloons")
    expect(told).to_contain_text("Same name")
    dialog.get_by_label("Name").fill("Something else entirely")
    expect(told).to_have_count(0)
    dialog.get_by_role("button", name="Create", exact=True).click()
    expect(notice(page, "Created “Something else entirely”")).to_be_visible()


def test_two_are_chosen_side_by_side_merged_and_unmerged(page: Page, make: Maker) -> None:
    one = make("contacts", name="Orchard Press", kind="organisation", phones="+15125550111")
    other = make("contacts", name="Orchard Press Ltd", kind="organisation", emails="hi@orchard.example")
    page.goto(f"/contacts/{one}")
    similar = page.locator(".panel", has_text="Similar").first
    similar.get_by_role("link", name="Merge", exact=True).click()
    page.wait_for_url("**/contacts/merge?**")
    result = page.locator("#merge-result")
    expect(result).to_contain_text("hi@orchard.example")
    name = page.get_by_role("radiogroup", name="Name")
    name.locator(f"input[value='{other}']").check()
    expect(result).to_contain_text("Orchard Press Ltd")
    page.locator("th", has=page.locator(f"a[href='/contacts/{one}']")).get_by_role(
        "button", name="Take everything"
    ).click()
    expect(name.locator(f"input[value='{one}']")).to_be_checked()
    expect(result).not_to_contain_text("hi@orchard.example")
    page.locator(f"input[name=into][value='{one}']").check()
    page.get_by_role("button", name="Merge 2 records").click()
    page.wait_for_url(f"**/contacts/{one}")
    expect(notice(page, "Merged 2 records into “Orchard Press”")).to_be_visible()
    page.goto(f"/contacts/{other}")
    expect(page).to_have_url(re.compile(f"/contacts/{one}$"))
    page.get_by_role("button", name="Unmerge").click()
    expect(page.get_by_role("button", name="Unmerge")).to_have_count(0)
    page.goto(f"/contacts/{other}")
    expect(page.get_by_role("heading", name="Orchard Press Ltd")).to_be_visible()


def test_another_is_added_by_name(page: Page, make: Maker) -> None:
    one = make("contacts", name="Alpha Windows", kind="organisation")
    other = make("contacts", name="Completely Different Glass", kind="organisation")
    page.goto(f"/contacts/merge?ids={one}")
    page.get_by_role("combobox", name="Add another by name").fill("completely diff")
    page.get_by_role("option", name="Completely Different Glass").click()
    page.wait_for_url(re.compile(rf"ids={one}&ids={other}|ids={one}%2C{other}"))
    expect(page.get_by_role("button", name="Merge 2 records")).to_be_visible()


def test_the_queue_is_worked_by_key(page: Page, make: Maker) -> None:
    make("contacts", name="Quarry Stone Works", kind="organisation", phones="+15125550122")
    make("contacts", name="Quarry Stone Works", kind="organisation", phones="+15125550122")
    page.goto("/duplicates?type=contacts")
    page.get_by_role("button", name="Look again").click()
    pair = page.locator(".pair", has_text="Quarry Stone Works")
    expect(pair).to_be_visible(timeout=20000)
    for _step in range(page.locator(".pair").count()):
        page.keyboard.press("j")
        if pair.get_attribute("data-cursor") is not None:
            break
    page.keyboard.press("x")
    expect(notice(page, "are not the same")).to_be_visible()
    expect(pair).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("m")
    page.wait_for_url("**/contacts/merge?**")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_screens_are_accessible_and_fit_a_phone(visit: Visit, theme: str) -> None:
    page = visit("maya.okafor", "/duplicates?type=contacts", theme=theme, bypass_csp=True)
    expect(page.locator(".pair").first).to_be_visible(timeout=20000)
    assert problems(page) == []
    page.locator(".pair [data-item-key=m]").first.click()
    page.wait_for_url("**/contacts/merge?**")
    assert problems(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
