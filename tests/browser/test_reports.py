"""Reports in a real browser: a chart is drawn and leads to its records, the controls work."""

import re
from urllib.parse import unquote

from playwright.sync_api import expect

from tests.browser.conftest import Visit

PIPELINE = "/reports/ready/opportunities/pipeline"


def test_a_click_on_a_bar_leads_to_its_records(visit: Visit) -> None:
    page = visit("maya.okafor", "/reports/on/opportunities?measures=count&rows=status&chart=bar")
    chart = page.locator(".report-chart[data-drawn]")
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    assert box is not None
    # The bottom of the first of three bars.
    page.mouse.click(box["x"] + box["width"] / 6 + 30, box["y"] + box["height"] - 40)
    page.wait_for_url(re.compile(r"/opportunities\?saved=0"))
    assert "where=status:is:open" in unquote(page.url)


def test_the_controls_change_the_report_and_the_keyboard_folds_a_row(visit: Visit) -> None:
    page = visit("maya.okafor", PIPELINE)
    page.select_option("#report-rows-2", "source")
    expect(page.locator(".pivot-inner").first).to_be_visible()
    assert "rows=salesperson&rows=source" in page.url
    page.locator(".pivot .fold-button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pivot tbody").first.locator(".pivot-inner").first).to_be_hidden()


def test_measures_are_chosen_from_a_list(visit: Visit) -> None:
    page = visit("maya.okafor", PIPELINE)
    page.locator(".report-measures").click()
    page.get_by_label("Win rate").check()
    page.locator("#report-measures").get_by_role("button", name="Apply").click()
    expect(page.locator(".pivot-measure").filter(has_text="Win rate").first).to_be_visible()
    # What was chosen before stays first.
    assert "measures=open_revenue&measures=open_count&measures=win_rate" in page.url
