"""The first minute: the printed link, a password, Today; and coming back."""

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, House, Visit, Watched


def test_the_printed_link_asks_for_a_password_once_and_leads_to_today(house: House, visit: Visit) -> None:
    page = visit("", house.welcome_link)
    page.get_by_label("Your name").fill("Ada Byron")
    page.get_by_label("E-mail").fill("ada@kairos.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Ada Byron")).to_be_visible()
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()

    page.get_by_role("button", name="Ada Byron").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.get_by_label("E-mail").fill("ada@kairos.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_a_spent_link_opens_nothing(visit: Visit, watched: Watched) -> None:
    watched.expect("404")
    page = visit("", "/welcome/" + "x" * 43)
    expect(page.get_by_role("main")).to_contain_text("link")
    expect(page.get_by_label("Password")).to_have_count(0)


def test_a_wrong_password_is_refused_in_words(visit: Visit) -> None:
    page = visit("", "/accounts/login/")
    page.get_by_label("E-mail").fill("maya.okafor@meridian.example")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()


def test_the_language_is_switched_from_the_menu(visit: Visit) -> None:
    page = visit("sofie.jansen", "/opportunities?view=list")
    page.get_by_role("button", name="Sofie Jansen").click()
    page.get_by_role("menuitemcheckbox", name="繁體中文").click()
    expect(page.get_by_role("heading", name="商機", level=1)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "zh-hant"
    page.get_by_role("button", name="Sofie Jansen").click()
    page.get_by_role("menuitemcheckbox", name="English").click()
    expect(page.get_by_role("heading", name="Opportunities", level=1)).to_be_visible()


def test_light_and_dark_are_chosen_at_once_and_kept(visit: Visit) -> None:
    page = visit("sofie.jansen", "/")
    page.get_by_role("button", name="Sofie Jansen").click()
    with page.expect_response("**/preferences"):
        page.get_by_role("menuitemcheckbox", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    page.get_by_role("button", name="Sofie Jansen").click()
    with page.expect_response("**/preferences"):
        page.get_by_role("menuitemcheckbox", name="Like the system").click()
