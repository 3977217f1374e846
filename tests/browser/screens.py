"""The main screens by name: an address, or what to do to see them."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

PATHS = {
    "today": "/",
    "board": "/opportunities",
    "board by status": "/opportunities?group=status",
    "list": "/opportunities?view=list",
    "grouped list": "/opportunities?view=list&group=stage",
    "past day": "/opportunities?as_of=2026-10-01",
    "nothing found": "/opportunities?view=list&q=nosuchthingatall",
    "inbox": "/inbox",
    "activities": "/activities?filter=open",
    "activities as a board": "/activities?view=board",
    "activity types": "/activity-types",
    "activity plans": "/activity-plans",
    "calendar": "/calendar",
    "week": "/calendar?view=week",
    "month": "/calendar?view=month",
    "matrix": "/activities/matrix/opportunities?filter=open",
    "contact": "/contacts/46",
    "contacts": "/contacts",
    "teams": "/teams",
    "users": "/users",
    "stages": "/stages",
    "tags": "/tags",
    "products": "/products",
    "sources": "/sources",
    "lost reasons": "/lost-reasons",
    "mailboxes": "/mailboxes",
    "search": "/search?q=maple",
    "chat": "/chat",
    "channel": "/chat/1",
    "history": "/history",
    "import": "/opportunities/import",
    "imports": "/imports",
    "preferences": "/preferences",
    "two-factor sign-in": "/accounts/2fa/",
    "passkeys": "/accounts/2fa/webauthn/",
    "password": "/accounts/password/change/",
    "reports": "/reports",
    "report": "/reports/ready/opportunities/pipeline",
    "report compared": "/reports/on/opportunities?measures=won&rows=team,salesperson&compare=2026-10-01&chart=bar",
    "heat map": "/reports/on/opportunities?measures=won&rows=salesperson&column=closed_at:month&chart=heat&heat=1",
    "sales funnel": "/funnel?compare=1",
    "what changed": "/reports/changes/opportunities?since=2026-09-01",
    "new report": "/reports/new",
    "leads": "/leads?view=list",
    "leads as a board": "/leads?view=board",
    "duplicates": "/duplicates?type=contacts",
    "duplicate opportunities": "/duplicates?type=opportunities",
    "merge": "/contacts/merge?ids=46&ids=47",
    "assignment": "/assignment",
    "forecast": "/forecast",
    "losses": "/losses",
    "losses by salesperson": "/losses?by=salesperson",
    "scoring": "/scoring",
    "scoring settings": "/scoring/settings",
    "targets": "/targets",
    "rates": "/exchange-rates",
    "absences": "/absences",
}
# What whoever leads a team arranges for it.
OF_TEAM = {
    "team process": "/teams/{team}/process",
    "team assignment": "/teams/{team}/assignment",
    "team assignment tried": "/teams/{team}/assignment?try=now",
    "team assignment of the past": "/teams/{team}/assignment?try=past",
    "team member": "/teams/{team}/assignment/member?person={person}",
}
# What only an administrator arranges.
ARRANGED = {
    "custom fields": "/custom-fields?for=opportunity",
    "custom fields of contacts": "/custom-fields?for=contact",
    "new custom field": "/custom-fields/new?for=opportunity",
    "custom field": "/custom-fields/1",
    "rights": "/settings/rights",
    "workspace": "/settings",
    "who can see": "/opportunities/1/access",
    "outbox": "/mail/outbox",
    "incoming mail": "/mail/incoming",
    "blocked addresses": "/blocked-addresses",
}


def of_own_team(page: Page) -> dict[str, str]:
    """The pages of the first team that whoever is signed in arranges."""
    overview = page.request.get("/assignment").text()
    team = re.findall(r"/teams/(\d+)/assignment", overview)[0]
    arranged = page.request.get(f"/teams/{team}/assignment").text()
    person = re.findall(r"assignment/member\?person=(\d+)", arranged)[0]
    return {name: path.format(team=team, person=person) for name, path in OF_TEAM.items()}


def quick_create(page: Page) -> None:
    page.goto("/opportunities")
    page.keyboard.press("c")
    expect(page.locator("#dialog [name=title]")).to_be_focused()


def lose(page: Page) -> None:
    page.goto(first_open_deal(page))
    page.keyboard.press("l")
    expect(page.locator("#dialog [role=combobox]").first).to_be_visible()


def convert(page: Page) -> None:
    page.goto("/leads?view=list&where=status:is:open")
    page.locator(".table-row .table-title a").first.click()
    page.wait_for_url(re.compile(r"/leads/\d+"))
    page.keyboard.press("v")
    expect(page.locator("#dialog .match-choice").first).to_be_visible()


def condition_builder(page: Page) -> None:
    page.goto("/opportunities?view=list&where=expected_revenue:gte:5000~salesperson:is:me")
    page.locator(".chip-add").click()
    expect(page.locator("#condition-builder .condition-row").first).to_be_visible()


def palette(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("maple")
    expect(page.locator("#palette-results [role=option]").nth(2)).to_be_visible()


def selection(page: Page) -> None:
    page.goto("/opportunities?view=list")
    page.locator(".table-row .check-box").first.click()
    expect(page.locator(".bulkbar")).to_be_visible()


def bulk_menu(page: Page) -> None:
    selection(page)
    page.locator(".bulkbar [aria-haspopup=menu]").last.click()
    expect(page.get_by_role("menu").filter(visible=True)).to_be_visible()


def share(page: Page) -> None:
    page.goto(f"{first_open_deal(page)}/access")
    page.locator("[hx-get*='/do/share']").click()
    expect(page.locator("#dialog [role=combobox]")).to_be_focused()


def plan(page: Page) -> None:
    page.goto(first_open_deal(page))
    page.locator("[hx-get$='/plan']").first.click()
    expect(page.locator("#dialog [name=summary]")).to_be_visible()


def peek(page: Page) -> None:
    page.goto("/opportunities")
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(page.locator("#peek .record-title")).to_be_visible()


def user_menu(page: Page) -> None:
    page.goto("/")
    page.locator(".rail-user").click()
    expect(page.locator("#user-menu")).to_be_visible()


def editor(page: Page) -> None:
    page.goto(first_open_deal(page))
    page.locator(".prop-button").first.click()
    expect(page.locator(".prop-editing")).to_be_visible()


def import_mapping(page: Page, customer: str = "Acme") -> None:
    page.goto("/opportunities/import")
    rows = [
        "Deal,Customer,Amount,Closes,Salesperson",
        f"Press line for {customer},{customer},1200,2026-12-01,Maya Okafor",
        f"Saw for {customer},{customer},80,2026-12-31,Maya Okafor",
    ]
    page.locator("input[type=file]").set_input_files(
        {"name": "deals.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    )
    expect(page).to_have_url(re.compile(r"/imports/\d+"))
    expect(page.locator(".mapping-row").first).to_be_visible()


def first_open_deal(page: Page) -> str:
    """The address of a deal that may be lost."""
    page.goto("/opportunities")
    return page.locator(".card").first.get_attribute("data-url") or ""


STEPS: dict[str, Callable[[Page], None]] = {
    "quick create": quick_create,
    "lose": lose,
    "convert": convert,
    "condition builder": condition_builder,
    "palette": palette,
    "selection": selection,
    "bulk menu": bulk_menu,
    "share": share,
    "plan": plan,
    "peek": peek,
    "user menu": user_menu,
    "editor": editor,
    "import mapping": import_mapping,
}
