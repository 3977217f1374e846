"""How fast customers are answered: by person and team, and who still waits."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils import timezone

from kairos.discuss.actions.messages import delete_message, post_note, write
from tests.world import World

As = Callable[[Any], Client]


def mail(record: Any, *, hours_ago: float, by: Any = None) -> Any:
    """One that came from the customer, or one of ours that has left."""
    at = timezone.now() - dt.timedelta(hours=hours_ago)
    values: dict[str, Any] = {"kind": "message", "text": "Good day"}
    if by is None:
        values |= {"sender_name": "Eve", "sender_address": "eve@acme.example"}
    else:
        values |= {"recipients": [{"name": "Eve", "address": "eve@acme.example"}], "sent_at": at}
    return write(record, values, by=by, at=at)


def figures(page: str, label: str) -> list[str]:
    """Answered, median, nine of ten, unanswered."""
    row = re.search(rf'<th scope="row">{label}</th>(.*?)</tr>', page, re.DOTALL)
    assert row, label
    return re.findall(r'<td class="figure">(.*?)</td>', row[1])


def shown(client: Client, query: str = "") -> str:
    return str(client.get(f"/answers{query}").content.decode())


def test_from_the_first_mail_to_the_first_answer_by_whoever_answers(world: World, as_: As) -> None:
    mail(world.sams_deal, hours_ago=50)
    mail(world.sams_deal, hours_ago=48)
    mail(world.sams_deal, hours_ago=46, by=world.sam)
    mail(world.sams_deal, hours_ago=45, by=world.sam)
    mail(world.sams_deal, hours_ago=30)
    mail(world.sams_deal, hours_ago=10, by=world.tia)
    page = shown(as_(world.lena))
    assert figures(page, "Sam Seller") == ["1", "4 h", "4 h", "0"]
    assert figures(page, "Tia Team") == ["1", "20 h", "20 h", "0"]
    assert figures(page, "North") == ["2", "12 h", "20 h", "0"]
    assert figures(page, "Total") == ["2", "12 h", "20 h", "0"]
    assert "Nobody waits." in page


def test_median_and_nine_of_ten_are_of_the_waits_themselves(world: World, as_: As) -> None:
    for n in range(1, 11):
        mail(world.sams_deal, hours_ago=20 * n)
        mail(world.sams_deal, hours_ago=20 * n - n, by=world.sam)
    assert figures(shown(as_(world.sam)), "Sam Seller") == ["10", "5.5 h", "9 h", "0"]


def test_who_waits_is_listed_oldest_first_with_whose_it_is(world: World, as_: As) -> None:
    mail(world.tias_deal, hours_ago=5)
    mail(world.sams_deal, hours_ago=72.2)
    page = shown(as_(world.lena))
    assert re.findall(r'<a href="(/opportunities/\d+)">(\w+)</a></th><td>([\w ]+)</td>', page) == [
        (f"/opportunities/{world.sams_deal.pk}", "Anvils", "Sam Seller"),
        (f"/opportunities/{world.tias_deal.pk}", "Rockets", "Tia Team"),
    ]
    assert figures(page, "Sam Seller") == ["0", "–", "–", "1"]
    assert '<td class="figure">72 h</td>' in page


def test_notes_and_what_is_still_to_leave_answer_nothing(world: World, as_: As) -> None:
    mail(world.sams_deal, hours_ago=5)
    post_note(world.sams_deal, text="Saw it", by=world.sam)
    waiting = {"kind": "message", "text": "Soon", "send_at": timezone.now() + dt.timedelta(hours=1)}
    write(
        world.sams_deal,
        {**waiting, "recipients": [{"name": "", "address": "eve@acme.example"}]},
        by=world.sam,
    )
    assert figures(shown(as_(world.sam)), "Sam Seller") == ["0", "–", "–", "1"]


def test_a_person_sees_the_waits_on_their_own_records_only(world: World, as_: As) -> None:
    mail(world.ottos_deal, hours_ago=5)
    assert "Magnets" in shown(as_(world.otto))
    for other in (world.lena, world.sam, world.stranger):
        page = shown(as_(other))
        assert "Magnets" not in page
        assert "No mail from customers in these days" in page


def test_the_days_are_chosen(world: World, as_: As) -> None:
    mail(world.sams_deal, hours_ago=24 * 60)
    assert "Anvils" in shown(as_(world.sam))
    assert "Anvils" not in shown(as_(world.sam), "?days=30")
    assert "Anvils" in shown(as_(world.sam), "?days=1e9")


def test_the_page_asks_as_often_for_many_mails_as_for_one(
    world: World, as_: As, django_assert_max_num_queries: Any
) -> None:
    for record in (world.sams_deal, world.tias_deal, world.acme):
        for hours in range(5, 25, 5):
            mail(record, hours_ago=hours)
            mail(record, hours_ago=hours - 1, by=world.sam)
        mail(record, hours_ago=0.5)
    client = as_(world.ada)
    shown(client)
    with django_assert_max_num_queries(26):
        shown(client)


def test_a_deleted_answer_was_none(world: World, as_: As) -> None:
    mail(world.sams_deal, hours_ago=5)
    note = post_note(world.sams_deal, text="x", by=world.sam)
    delete_message(note, by=world.sam)
    assert figures(shown(as_(world.sam)), "Total") == ["0", "–", "–", "1"]
