"""How a test speaks of a board: columns by name, their figures, and a card in somebody's hand."""

from playwright.sync_api import Locator, Page, expect


def column(page: Page, name: str) -> Locator:
    """The first column of that name."""
    return page.locator(".column").filter(has=page.get_by_role("heading", name=name, exact=True)).first


def card(page: Page, number: int) -> Locator:
    return page.locator(f"#opportunity-{number}-card")


def count_of(page: Page, name: str) -> int:
    return int(column(page, name).locator(".count").inner_text().replace(",", ""))


def total_of(page: Page, name: str) -> str:
    """The whole sum behind the short one."""
    return column(page, name).locator(".column-totals > span").first.get_attribute("title") or ""


def stage_number(page: Page, name: str) -> str:
    return column(page, name).get_attribute("data-key") or ""


def lift(page: Page, what: Locator) -> None:
    """Take a card with the mouse and move it enough to fly."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 12, box["y"] + 20, steps=4)
    expect(page.locator("html")).to_have_attribute("data-dragging", "card")


def drop(page: Page, where: Locator) -> None:
    """Let it go over the top of a place, once the place shows that it takes it."""
    box = where.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + min(40, box["height"] / 2), steps=8)
    page.mouse.move(box["x"] + box["width"] / 2 + 2, box["y"] + min(42, box["height"] / 2 + 2), steps=2)
    expect(where.locator(".card-ghost")).to_have_count(1)
    page.mouse.up()


def drag(page: Page, what: Locator, where: Locator) -> None:
    lift(page, what)
    drop(page, where)
