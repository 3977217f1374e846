"""What of quotations is told on deals and contacts: columns, cards, the start page, events; and to whom."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kairos.core.editing.undoing import undo_for
from kairos.core.models import ChangeSet, EventEntry
from kairos.sales.actions.lines import add_line, update_line
from kairos.sales.actions.links import make_link
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import cancel_quotation, close_offers, confirm_quotation, send_quotation
from kairos.sales.models import Quotation
from kairos.sales.tests.test_papers import fresh
from kairos.sales.tests.test_portal import accept
from tests.world import World

pytestmark = pytest.mark.django_db
COLUMNS = "?view=list&filter=&columns=title,quoted,ordered"


def offer(deal: Any, by: Any, price: int) -> Quotation:
    made = create_quotation(values={"opportunity": deal}, by=by)
    add_line(made, values={"description": "Anvil", "unit_price": Decimal(price)}, by=by)
    return fresh(made)


@pytest.fixture
def offered(world: World) -> None:
    """Sam offered 100 and sold 300 to Acme, Otto sold it 7777 in the other team."""
    with time_machine.travel("2027-01-01T09:00Z"):
        send_quotation(offer(world.sams_deal, world.sam, 100), by=world.sam)
        confirm_quotation(offer(world.sams_deal, world.sam, 300), by=world.sam)
        confirm_quotation(offer(world.ottos_deal, world.otto, 7777), by=world.otto)


def test_lists_of_deals_have_columns_of_what_was_quoted_and_ordered(
    world: World, as_: Callable[..., Any], offered: None
) -> None:
    page = as_(world.sam).get(f"/opportunities{COLUMNS}").content.decode()
    assert ("$100<" in page, "$300<" in page) == (True, True)
    exported = as_(world.sam).get("/opportunities/export.csv?filter=&columns=title,quoted,ordered")
    assert exported.status_code == 200
    assert "$300" in b"".join(exported.streaming_content).decode()


def test_a_contact_sums_up_only_what_one_may_see(
    world: World, as_: Callable[..., Any], offered: None
) -> None:
    address = "/contacts?view=list&filter=&columns=name,quoted,ordered"
    sees, all_of_it = (as_(who).get(address).content.decode() for who in (world.sam, world.ada))
    assert ("$300" in sees, "7,777" in sees) == (True, False)
    assert "7,777" in all_of_it


def test_the_columns_cost_one_query_each(world: World, as_: Callable[..., Any], offered: None) -> None:
    client = as_(world.sam)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(f"/opportunities{COLUMNS}").status_code == 200
        return len(caught)

    queries()
    few = queries()
    for price in range(1, 9):
        offer(world.sams_deal, world.sam, price)
    assert queries() == few


def test_cards_say_what_was_quoted_last(world: World, as_: Callable[..., Any]) -> None:
    with time_machine.travel("2027-01-04T09:00Z") as now:
        made = offer(world.sams_deal, world.sam, 12000)
        client = as_(world.sam)
        board = "/opportunities?view=board&filter="
        assert "Quoted $12K · draft" in client.get(board).content.decode()
        send_quotation(made, by=world.sam)
        now.shift(3 * 86_400)
        assert "Quoted $12K · sent 3 days ago" in client.get(board).content.decode()
        confirm_quotation(fresh(made), by=world.sam)
        assert "Ordered $12K · today" in client.get(board).content.decode()
        cancel_quotation(fresh(made), by=world.sam)
        assert "$12K ·" not in client.get(board).content.decode()


def test_the_start_page_has_what_waits(world: World, as_: Callable[..., Any], offered: None) -> None:
    with time_machine.travel("2027-01-26T09:00Z"):
        page = as_(world.sam).get("/").content.decode()
        for words in ("Sent, no answer yet", "Expiring within a week", "To invoice"):
            assert words in page, words
        assert ("Waiting for approval" in page, "7,777" in page) == (False, False)
        for where in ("salesperson:is:me~state:is:sent~valid_until:within:next.7.days", "invoicing:is:due"):
            found = as_(world.sam).get(f"/quotations?view=list&filter=&where={where}")
            assert (found.status_code, "Q2027" in found.content.decode()) == (200, True), where
    assert "Sent, no answer yet" not in as_(world.tia).get("/").content.decode()


def test_each_step_is_an_event_that_others_can_listen_to(world: World) -> None:
    accepted, cancelled, closed = (offer(world.sams_deal, world.sam, price) for price in (1, 2, 3))
    send_quotation(accepted, by=world.sam)
    accept(make_link(fresh(accepted), by=world.sam))
    cancel_quotation(cancelled, by=world.sam, cancel_reason="Too late")
    close_offers(world.sams_deal, by=world.sam)
    told = (
        EventEntry.objects.filter(name__startswith="sales.").order_by("pk").values_list("name", "record_type")
    )
    found = [f"{name.removeprefix('sales.')} {kind}" for name, kind in told]
    assert found == [
        *["quotation_made opportunity"] * 3,
        "quotation_sent opportunity",
        "quotation_confirmed opportunity",
        "quotation_accepted quotation",
        *["quotation_cancelled opportunity"] * 2,
    ]
    assert fresh(closed).state == "cancelled"


def test_a_past_board_shows_what_was_offered_then(world: World, as_: Callable[..., Any]) -> None:
    with time_machine.travel("2027-01-01T09:00Z"):
        made = offer(world.sams_deal, world.sam, 100)
    with time_machine.travel("2027-01-05T09:00Z"):
        send_quotation(fresh(made), by=world.sam)
    with time_machine.travel("2027-01-08T09:00Z"):
        confirm_quotation(fresh(made), by=world.sam)
        offer(world.sams_deal, world.sam, 900)
    with time_machine.travel("2027-01-09T09:00Z"):
        client = as_(world.sam)
        said = {
            day: {*re.findall(r"(?:Quoted|Ordered) \$\S+ · [\w ]+", client.get(url).content.decode())}
            for day, url in (
                (
                    day,
                    f"/opportunities?view=board&as_of=2027-01-0{day}"
                    if day < 9
                    else "/opportunities?view=board",
                )
                for day in (1, 4, 7, 8, 9)
            )
        }
    assert said == {
        1: {"Quoted $100 · draft"},
        4: {"Quoted $100 · draft"},
        7: {"Quoted $100 · sent 2 days ago"},
        8: {"Quoted $900 · draft"},
        9: {"Quoted $900 · draft"},
    }


def test_a_past_list_sums_up_what_was_quoted_and_ordered_then(world: World, as_: Callable[..., Any]) -> None:
    with time_machine.travel("2027-01-01T09:00Z"):
        made = offer(world.sams_deal, world.sam, 100)
    with time_machine.travel("2027-01-05T09:00Z"):
        confirm_quotation(fresh(made), by=world.sam)
        offer(world.sams_deal, world.sam, 900)
    with time_machine.travel("2027-01-07T09:00Z"):
        cancel_quotation(fresh(made), by=world.sam)
    export = (
        "/opportunities/export.csv?filter=&columns=quoted,ordered&where=title:is:" + world.sams_deal.title
    )
    with time_machine.travel("2027-01-09T09:00Z"):
        client = as_(world.sam)
        sums = {
            day: b"".join(client.get(f"{export}&as_of=2027-01-0{day}").streaming_content)
            .decode()
            .splitlines()[1]
            for day in (1, 5, 7)
        }
        then = client.get(f"/opportunities{COLUMNS}&as_of=2027-01-01").content.decode()
        now = client.get(f"/opportunities{COLUMNS}").content.decode()
    assert sums == {1: "$100,", 5: "$900,$100", 7: "$900,"}
    assert ("$100<" in then, "$900<" in then) == (True, False)
    assert ("$100<" in now, "$900<" in now) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_open_boards_hear_when_what_was_offered_changes(world: World, monkeypatch: Any) -> None:
    heard: list[list[str]] = []
    monkeypatch.setattr("kairos.core.live.publish.publish_regions", heard.append)
    region = f"opportunity-{world.sams_deal.pk}"

    def tells(act: Callable[[], Any]) -> bool:
        heard.clear()
        act()
        return any({"opportunity", region} <= set(regions) for regions in heard)

    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    assert tells(lambda: add_line(made, values={"description": "A", "unit_price": Decimal(5)}, by=world.sam))
    line = made.lines.get()
    assert not tells(lambda: update_line(line, values={"description": "B"}, by=world.sam))
    assert tells(lambda: send_quotation(fresh(made), by=world.sam))
    assert tells(lambda: cancel_quotation(fresh(made), by=world.sam))
    assert tells(lambda: undo_for(ChangeSet.objects.latest("pk"), by=world.sam))
    other = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    assert tells(lambda: undo_for(ChangeSet.objects.latest("pk"), by=world.sam))
    assert not Quotation.objects.filter(pk=other.pk).exists()
