"""Finding what was said, and what a message links to, as far as the reader sees it."""

from collections.abc import Callable
from typing import Any

import pytest

from kairos.chat.actions.messages import say_in_channel
from kairos.chat.tests.conftest import text_of
from kairos.discuss.actions.messages import delete_message
from kairos.discuss.models import Message

As = Callable[..., Any]


def test_words_are_found_wherever_one_may_read(world: Any, as_: As, rooms: Any, say: Any) -> None:
    for channel, text in (
        (rooms.general, "The torque sheet is new"),
        (rooms.plan, "A torque sheet for the merger"),
        (rooms.pair, "Torque, torque"),
    ):
        say(world.sam, channel, text)
    found = text_of(as_(world.sam).get("/chat/search?q=TORQUE sheet"))
    assert ("is new" in found, "the merger" in found, "Torque, torque" in found) == (True, True, False)
    assert "message=" in found
    others = text_of(as_(world.tia).get("/chat/search?q=torque"))
    assert ("is new" in others, "the merger" in others, "Torque, torque" in others) == (True, False, True)
    delete_message(Message.objects.get(record_id=rooms.general.pk), by=world.sam)
    assert "is new" not in text_of(as_(world.tia).get("/chat/search?q=torque"))


def test_a_search_for_nothing_finds_nothing(world: Any, as_: As, rooms: Any, say: Any) -> None:
    say(world.sam, rooms.general, "Anything")
    assert "Anything" not in text_of(as_(world.sam).get("/chat/search?q= "))
    assert "Nobody has said this" in text_of(as_(world.sam).get("/chat/search?q=nothing-like-it"))


def test_a_linked_record_is_a_card_for_whoever_sees_it(world: Any, as_: As, rooms: Any, say: Any) -> None:
    as_(world.otto).post(f"/chat/{rooms.general.pk}/join")
    deal = f"/opportunities/{world.sams_deal.pk}"
    say(
        world.sam,
        rooms.general,
        f"Look at http://testserver{deal} and [it]({deal}#x), [us](/contacts/{world.acme.pk})",
    )
    own = text_of(as_(world.sam).get(f"/chat/{rooms.general.pk}"))
    assert own.count('class="said-card"') == 2
    assert "Anvils</strong>" in own
    others = text_of(as_(world.otto).get(f"/chat/{rooms.general.pk}"))
    assert others.count('class="said-card"') == 1
    assert "Anvils" not in others


@pytest.mark.parametrize(
    "text",
    [
        "https://elsewhere.example/opportunities/{pk}",
        "[x](/opportunities/{pk}/edit)",
        "[x](/nosuch/{pk})",
        "[x](/opportunities/99999999999999999999999)",
        "/opportunities/{pk}",
        "`/opportunities/{pk}`",
    ],
)
def test_what_is_no_address_of_a_record_is_no_card(world: Any, as_: As, rooms: Any, text: str) -> None:
    say_in_channel(rooms.general, text=text.format(pk=world.sams_deal.pk), by=world.sam)
    assert "said-card" not in text_of(as_(world.sam).get(f"/chat/{rooms.general.pk}"))


def test_cards_cost_a_query_for_each_kind_however_many_there_are(
    world: Any, as_: As, rooms: Any, django_assert_max_num_queries: Any
) -> None:
    client = as_(world.sam)
    say_in_channel(rooms.general, text=f"[a](/opportunities/{world.sams_deal.pk})", by=world.sam)
    with django_assert_max_num_queries(30) as few:
        client.get(f"/chat/{rooms.general.pk}/lines")
    for deal in (world.tias_deal, world.ottos_deal, world.sams_deal) * 4:
        say_in_channel(rooms.general, text=f"[a](/opportunities/{deal.pk})", by=world.sam)
    with django_assert_max_num_queries(30) as many:
        client.get(f"/chat/{rooms.general.pk}/lines")
    assert len(many.captured_queries) == len(few.captured_queries)
