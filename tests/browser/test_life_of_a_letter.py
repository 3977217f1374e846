"""The life of a letter: how mail leaves and comes is set up on screen, a customer is written to, and answers."""

from collections.abc import Iterator
from email.message import EmailMessage, Message

import pytest
from playwright.sync_api import Locator, Page, expect

from kairos.mail.tests.dovecot import PASSWORD, Dovecot, dovecot
from kairos.mail.tests.mailboxes import needs_dovecot
from kairos.mail.tests.sink import Sink, listening
from tests.browser.conftest import Maker, Visit, notice

BUYER = "Ray Boudreaux <ray@boudreaux.example>"
SLOW = 30_000


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as found:
        yield found


def connect(page: Page, port: int, *, user: str = "", password: str = "") -> None:
    page.get_by_label("Server").fill("127.0.0.1")
    page.get_by_label("Port").fill(str(port))
    page.get_by_label("Security").select_option("none")
    page.get_by_label("User").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Try and keep").click()


def message(page: Page, words: str) -> Locator:
    """What was said in the conversation with these words."""
    return page.locator(".message").filter(has_text=words)


def count(page: Page, label: str) -> Locator:
    """A figure of the books of a mailbox."""
    return page.locator(".mailbox-books tr", has=page.get_by_text(label, exact=True)).locator("td")


def answer_to(letter: Message, text: str) -> bytes:
    """What the customer's mail program makes of it."""
    made = EmailMessage()
    made["From"], made["To"] = BUYER, letter["Reply-To"] or letter["From"]
    made["Subject"], made["Message-ID"] = f"Re: {letter['Subject']}", "<answer@boudreaux.example>"
    made["In-Reply-To"] = made["References"] = letter["Message-ID"]
    made.set_content(f"{text}\n\nOn Monday Maya Okafor wrote:\n> How many lines do you run?\n")
    return made.as_bytes()


@needs_dovecot
def test_from_the_set_up_to_the_answer(
    visit: Visit, page: Page, make: Maker, server: Dovecot, sink: Sink
) -> None:
    ada = visit("ada.reed", "/mail/way")
    connect(ada, sink.port)
    expect(notice(ada, "Saved. Send yourself a mail to try it.")).to_be_visible()
    ada.goto("/mailboxes")
    ada.get_by_role("button", name="New", exact=True).click()
    dialog = ada.locator("#dialog")
    dialog.get_by_label("Name").fill("Sales")
    dialog.get_by_label("Kind").select_option("shared")
    dialog.get_by_role("button", name="Create and open").click()
    ada.get_by_role("link", name="Connect", exact=True).click()
    connect(ada, server.port, user="sales", password=PASSWORD)
    expect(notice(ada, "It works. The mail is being fetched.")).to_be_visible()
    expect(count(ada, "On the server")).to_have_text("0")
    # Maya writes, and it leaves after its ten seconds.
    buyer = make("contacts", name="Ray Boudreaux", kind="person", emails="ray@boudreaux.example")
    deal = make(title="Press line 34", person=str(buyer))
    page.goto(f"/opportunities/{deal}")
    colleague = visit("priya.natarajan", f"/opportunities/{deal}")
    page.keyboard.press("r")
    page.get_by_role("textbox", name="Write to the customer").fill("How many lines do you run?")
    page.keyboard.press("Control+Enter")
    expect(notice(page, "The message leaves in ten seconds")).to_be_visible()
    sent = message(page, "How many lines do you run?")
    expect(sent).to_contain_text("Sent", timeout=SLOW)
    (letter,) = [one for one in sink.taken if one["To"] == BUYER]
    assert letter["From"].startswith("Maya Okafor <")
    # The customer answers, and both screens say so by themselves.
    server.put([answer_to(letter, "Twelve, and a thirteenth in spring.")])
    for screen in (page, colleague):
        answer = message(screen, "Twelve, and a thirteenth in spring.")
        expect(answer).to_contain_text("Ray Boudreaux", timeout=SLOW)
        expect(answer.get_by_text("How many lines do you run?")).to_be_hidden()
    expect(count(ada, "On the server")).to_have_text("1")
    expect(count(ada, "Taken in")).to_have_text("1")
    page.goto("/inbox")
    line = page.locator(".inbox-line").filter(has_text="Press line 34")
    expect(line).to_contain_text("The customer answered")
    expect(line).to_contain_text("Twelve, and a thirteenth in spring.")
    ada.goto("/mail/way")
    ada.get_by_role("button", name="Send no mail any more").click()
    expect(notice(ada, "No mail leaves any more")).to_be_visible()
