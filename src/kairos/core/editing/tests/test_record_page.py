"""The page of one record: who sees it, what it shows, what it costs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kairos.core.actions.records import archive_records, update_record
from kairos.core.records import type_of

pytestmark = pytest.mark.django_db


def page(record: Any, tail: str = "") -> str:
    return type_of(type(record)).url_of(record) + tail


@pytest.mark.parametrize(
    "tail", ["", "/peek", "/older", "/beside", "?part=record", "/field/title", "/field/title/history"]
)
def test_a_deal_one_may_not_see_is_not_there(world: Any, as_: Callable[..., Any], tail: str) -> None:
    assert as_(world.stranger).get(page(world.sams_deal, tail)).status_code == 404
    assert as_(world.otto).get(page(world.sams_deal, tail)).status_code == 404
    assert as_(world.sam).get(page(world.sams_deal, tail)).status_code == 200


def test_somebody_who_is_not_signed_in_is_sent_to_the_door(world: Any, client: Any) -> None:
    answer = client.get(page(world.sams_deal))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "address", ["/nothings/1", "/opportunities/999999", "/opportunities/99999999999999999999"]
)
def test_what_does_not_exist_is_not_there(world: Any, as_: Callable[..., Any], address: str) -> None:
    assert as_(world.ada).get(address).status_code == 404


def test_the_page_names_the_record_its_values_and_what_happened(world: Any, as_: Callable[..., Any]) -> None:
    text = as_(world.sam).get(page(world.sams_deal)).content.decode()
    for words in ("Anvils", "$1,000", "Acme", "Sam Seller", "created this", "New"):
        assert words in text


def test_an_archived_record_says_so_and_offers_to_restore_it(world: Any, as_: Callable[..., Any]) -> None:
    archive_records([world.sams_deal], by=world.sam)
    text = as_(world.sam).get(page(world.sams_deal)).content.decode()
    assert "It is out of every list" in text
    assert "/do/restore" in text
    assert "/do/win" not in text


def test_the_queries_of_a_page_do_not_grow_with_its_history(world: Any, as_: Callable[..., Any]) -> None:
    client = as_(world.ada)
    client.get(page(world.sams_deal))
    update_record(world.sams_deal, values={"description": "first"}, by=world.ada)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(page(world.sams_deal)).status_code == 200
        return len(caught)

    few = queries()
    for turn in range(40):
        update_record(world.sams_deal, values={"description": str(turn), "priority": turn % 4}, by=world.ada)
    assert queries() == few
    assert few <= 29


def test_a_long_timeline_goes_on_where_the_page_stopped(world: Any, as_: Callable[..., Any]) -> None:
    for turn in range(70):
        update_record(world.sams_deal, values={"lost_note": f"note {turn:02}"}, by=world.sam)
    client = as_(world.sam)
    answer = client.get(page(world.sams_deal))
    seen = [turn for turn in range(70) if f"<span>note {turn:02}</span>" in answer.content.decode()]
    while 'hx-get="/opportunities' in (text := answer.content.decode()) and "/older?before=" in text:
        mark = text.split("/older?before=")[1].split('"')[0]
        answer = client.get(page(world.sams_deal, f"/older?before={mark}"))
        seen += [turn for turn in range(70) if f"<span>note {turn:02}</span>" in answer.content.decode()]
    assert sorted(seen) == list(range(70))
    assert "created this" in answer.content.decode()


@pytest.mark.parametrize(
    "mark", ["x", "|", "2026-01-01|x", "9999|1", "2026-01-01T00:00:00+00:00|99999999999999999999999"]
)
def test_a_mark_nobody_gave_out_does_no_harm(world: Any, as_: Callable[..., Any], mark: str) -> None:
    assert as_(world.sam).get(page(world.sams_deal, "/older"), {"before": mark}).status_code == 200


def test_previous_and_next_follow_the_list_it_was_opened_from(world: Any, as_: Callable[..., Any]) -> None:
    query = "view=list&filter=&sort=title"
    text = as_(world.ada).get(page(world.tias_deal, "/beside"), {"list": query}).content.decode()
    assert f"/opportunities/{world.ottos_deal.pk}?list=view%3Dlist" in text  # Magnets stands before Rockets
    first = as_(world.ada).get(page(world.sams_deal, "/beside"), {"list": query}).content.decode()
    assert f"/opportunities/{world.ottos_deal.pk}?list=" in first
    assert f"/opportunities/{world.tias_deal.pk}?list=" not in first


def test_names_of_records_one_may_not_see_stay_hidden_in_the_timeline(
    world: Any, as_: Callable[..., Any]
) -> None:
    from django.utils.translation import gettext as _

    deal = world.sams_deal
    update_record(deal, values={"salesperson": world.tia}, by=world.ada)
    update_record(deal, values={"salesperson": world.sam}, by=world.ada)
    assert "Tia Team" in as_(world.sam).get(page(deal)).content.decode()
    assert _("a record you cannot see") not in as_(world.sam).get(page(deal)).content.decode()
