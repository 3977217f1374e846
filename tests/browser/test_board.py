"""The board in the hand: cards that move, zones that rise, keys that do the same."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.boards import card, column, count_of, drag, drop, lift, stage_number, total_of
from tests.browser.conftest import Maker, Visit, Watched, notice


@pytest.fixture
def board(page: Page) -> Page:
    page.goto("/opportunities")
    return page


def new_deal(board: Page, make: Maker, title: str, stage: str = "New", amount: str = "12345") -> int:
    number = make(title=title, stage=stage_number(board, stage), expected_revenue=amount, currency="USD")
    board.goto("/opportunities?where=title:contains:" + title.replace(" ", "%20"))
    expect(card(board, number)).to_be_visible()
    return number


def test_a_dragged_card_changes_column_counts_and_totals_and_undo_brings_it_back(
    board: Page, make: Maker
) -> None:
    number = make(
        title="Drag me",
        stage=stage_number(board, "New"),
        expected_revenue="12345",
        currency="USD",
        priority="3",
    )
    board.reload()
    before = {name: (count_of(board, name), total_of(board, name)) for name in ("New", "Proposal")}
    with board.expect_response(re.compile(f"/opportunities/{number}/move")) as answer:
        drag(board, card(board, number), column(board, "Proposal").locator(".column-cards"))
    assert answer.value.status == 200
    expect(column(board, "Proposal").locator(f"#opportunity-{number}-card")).to_be_visible()
    expect(column(board, "New").locator(".count")).to_have_text(str(before["New"][0] - 1))
    expect(column(board, "Proposal").locator(".count")).to_have_text(str(before["Proposal"][0] + 1))
    assert total_of(board, "Proposal") != before["Proposal"][1]

    board.goto(f"/opportunities/{number}")
    expect(board.locator("[aria-current=step]")).to_contain_text("Proposal")
    board.goto("/opportunities")
    drag(board, card(board, number), column(board, "Qualified").locator(".column-cards"))
    notice(board, "to Qualified").get_by_role("button", name="Undo").click()
    expect(column(board, "Proposal").locator(f"#opportunity-{number}-card")).to_be_visible()
    expect(column(board, "Proposal").locator(".count")).to_have_text(str(before["Proposal"][0] + 1))


def test_a_refused_card_slides_home_and_says_why(board: Page, make: Maker, watched: Watched) -> None:
    watched.expect("409|403|422|400")
    number = make(title="Stay open", stage=stage_number(board, "New"))
    board.goto("/opportunities?group=status&where=title:contains:Stay%20open")
    drag(board, card(board, number), column(board, "Won").locator(".column-cards"))
    expect(notice(board, "Use Won, Lost or Reopen")).to_be_visible()
    expect(column(board, "Open").locator(f"#opportunity-{number}-card")).to_be_visible()


def test_the_zone_of_won_wins_and_the_card_leaves_the_open_columns(board: Page, make: Maker) -> None:
    number = make(title="Win me", stage=stage_number(board, "Proposal"), priority="3")
    board.goto("/opportunities?where=title:contains:Win%20me")
    lift(board, card(board, number))
    zone = board.locator(".drop-zone-won")
    expect(zone).to_be_visible()
    drop(board, zone)
    expect(notice(board, "Won")).to_be_visible()
    expect(column(board, "Proposal").locator(f"#opportunity-{number}-card")).to_have_count(0)
    board.goto(f"/opportunities/{number}")
    expect(board.locator(".record-tools")).to_contain_text("Won")


def test_the_zone_of_lost_asks_its_reason_in_place(board: Page, make: Maker) -> None:
    number = make(title="Lose me", stage=stage_number(board, "New"))
    board.goto("/opportunities?where=title:contains:Lose%20me")
    lift(board, card(board, number))
    drop(board, board.locator(".drop-zone-lost"))
    dialog = board.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(card(board, number)).to_be_visible()
    dialog.get_by_role("combobox", name="Lost reason").click()
    board.get_by_role("option").first.click()
    dialog.get_by_role("button", name=re.compile("Lost|Lose")).click()
    expect(dialog).to_be_hidden()
    expect(card(board, number)).to_have_count(0)
    board.goto(f"/opportunities/{number}")
    expect(board.locator(".record-tools")).to_contain_text("Lost")


def test_keys_walk_choose_move_and_open(board: Page, make: Maker) -> None:
    number = new_deal(board, make, "By key alone")
    board.keyboard.press("j")
    expect(card(board, number)).to_have_attribute("data-cursor", "")
    board.keyboard.press("s")
    dialog = board.get_by_role("dialog")
    expect(dialog).to_contain_text("Negotiation")
    board.keyboard.press("2")
    expect(dialog).to_be_hidden()
    expect(column(board, "Qualified").locator(f"#opportunity-{number}-card")).to_be_visible()
    board.keyboard.press("j")
    board.keyboard.press("x")
    expect(board.locator(".bulkbar")).to_contain_text("1 selected")
    board.keyboard.press("x")
    expect(board.locator(".bulkbar")).to_be_hidden()
    board.keyboard.press("Enter")
    expect(board).to_have_url(re.compile(rf"/opportunities/{number}"))


def test_a_column_takes_one_card_after_the_other(board: Page) -> None:
    board.goto("/opportunities")
    column(board, "Qualified").get_by_role("button", name="Add to Qualified").click()
    form = column(board, "Qualified").locator(".quick-create")
    for title in ("Column made one", "Column made two"):
        field = form.get_by_role("textbox").first
        expect(field).to_have_value("")
        field.fill(title)
        field.press("Enter")
        expect(column(board, "Qualified").get_by_role("link", name=title)).to_be_visible()
    form.get_by_role("textbox").first.press("Escape")
    expect(form).to_have_count(0)


def test_a_folded_column_stays_folded(board: Page) -> None:
    qualified = column(board, "Qualified")
    qualified.hover()
    qualified.get_by_role("button", name="Fold Qualified").click()
    expect(qualified).to_have_attribute("data-folded", "")
    board.reload()
    expect(qualified).to_have_attribute("data-folded", "")
    qualified.get_by_role("button", name="Fold Qualified").click()
    expect(qualified).not_to_have_attribute("data-folded", "")


def test_another_persons_move_appears_within_a_second_and_leaves_focus_alone(
    visit: Visit, board: Page, make: Maker
) -> None:
    number = make(title="Seen by both", stage=stage_number(board, "New"))
    where = "/opportunities?where=title:contains:Seen%20by%20both"
    board.goto(where)
    other = visit("priya.natarajan", where)
    expect(card(other, number)).to_be_visible()
    other.get_by_role("searchbox").focus()
    with board.expect_response(re.compile(f"/opportunities/{number}/move")):
        drag(board, card(board, number), column(board, "Negotiation").locator(".column-cards"))
    expect(column(other, "Negotiation").locator(f"#opportunity-{number}-card")).to_be_visible(timeout=1500)
    assert other.evaluate("document.activeElement.type") == "search"


def test_the_past_is_read_only_and_has_a_way_back(board: Page) -> None:
    board.goto("/opportunities")
    board.get_by_role("button", name="More", exact=True).first.click()
    board.get_by_role("menuitem", name="Show a past day").click()
    board.get_by_role("textbox", name="Day").fill("2026-10-01")
    board.get_by_role("dialog").get_by_role("button", name="Show").click()
    expect(board).to_have_url(re.compile("as_of=2026-10-01"))
    expect(board.locator(".card-locked").first).to_be_visible()
    expect(board.get_by_role("button", name=re.compile("Add to"))).to_have_count(0)
    board.locator(".as-of, .banner").get_by_role("link").first.click()
    expect(board).not_to_have_url(re.compile("as_of"))


def test_a_leader_drags_the_columns_of_the_teams_own_process(visit: Visit) -> None:
    page = visit("ines.duarte", "/opportunities")
    names = page.locator(".column-name")
    before = names.all_inner_texts()
    second, first = page.locator(".column").nth(1), page.locator(".column").nth(0)
    box, goal = second.locator(".column-name").bounding_box(), first.bounding_box()
    assert box
    assert goal
    page.mouse.move(box["x"] + 4, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] - 20, box["y"] + 12, steps=4)
    page.mouse.move(goal["x"] + 20, goal["y"] + 30, steps=8)
    moved = [before[1], before[0], *before[2:]]
    expect(page.locator("#board .column-name")).to_have_text(moved)
    with page.expect_response("**/opportunities/columns*") as answer:
        page.mouse.up()
    assert answer.value.status < 300
    page.reload()
    expect(names).to_have_text(moved)
