"""What the browser tells while no page is open: the service worker shows it, and a click leads to the record."""

import re
from typing import Any

from playwright.sync_api import Page, Worker, expect

from tests.browser.conftest import Visit

SHOWN = """async () => (await self.registration.getNotifications())
  .map(({ title, body, tag, data }) => ({ title, body, tag, url: data.url }))"""
CLICK = """async () => {
  const [notification] = await self.registration.getNotifications();
  const opened = [];
  self.clients.openWindow = async (address) => opened.push(new URL(address).pathname);
  const event = new NotificationEvent("notificationclick", { notification });
  self.dispatchEvent(event);
  await new Promise((done) => setTimeout(done, 300));
  return { opened, left: (await self.registration.getNotifications()).length };
}"""


def worker_of(page: Page) -> Worker:
    """The service worker, as an installed Kairos has it."""
    page.context.grant_permissions(["notifications"])
    with page.context.expect_event("serviceworker") as begun:
        page.evaluate("navigator.serviceWorker.register('/service-worker.js')")
    worker: Worker = begun.value
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return worker


def push(worker: Worker, **said: Any) -> None:
    worker.evaluate(
        "async (said) => { self.dispatchEvent(new PushEvent('push', { data: JSON.stringify(said) }));"
        " await new Promise((done) => setTimeout(done, 300)); }",
        said,
    )


def test_a_push_is_shown_once_and_its_click_leads_to_the_record(visit: Visit) -> None:
    page = visit("maya.okafor", "/inbox")
    worker = worker_of(page)
    push(worker, title="Anvils", body="Kai wrote a note", url="/opportunities/7", tag="opportunity-7")
    push(worker, title="Anvils", body="Kai wrote again", url="/opportunities/7", tag="opportunity-7")
    assert worker.evaluate(SHOWN) == [
        {"title": "Anvils", "body": "Kai wrote again", "tag": "opportunity-7", "url": "/opportunities/7"}
    ]
    assert worker.evaluate(CLICK) == {"opened": ["/opportunities/7"], "left": 0}
    expect(page).to_have_url(re.compile("/inbox$"))


def test_a_click_opens_nothing_of_another_house(visit: Visit) -> None:
    worker = worker_of(visit("maya.okafor", "/inbox"))
    push(worker, title="Gift", url="https://evil.example/", tag="gift")
    assert worker.evaluate(CLICK) == {"opened": [], "left": 0}
