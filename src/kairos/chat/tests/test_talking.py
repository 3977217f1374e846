"""Saying something in a channel: who reads it, who is told, what is new."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kairos.chat.actions.channels import create_channel
from kairos.chat.lines import PAGE
from kairos.chat.models import Member
from kairos.chat.tests.conftest import text_of
from kairos.discuss.actions.messages import post_note
from kairos.discuss.models import Follow, Message, Notification

As = Callable[..., Any]


def told() -> set[tuple[str, str]]:
    return {(row.user.name, row.reason) for row in Notification.objects.select_related("user")}


def test_what_is_said_stands_at_the_end_for_everybody(world: Any, as_: As, rooms: Any, say: Any) -> None:
    answer = say(world.sam, rooms.general, "Good **morning**")
    message = Message.objects.get()
    assert (message.record_type, message.record_id, message.kind) == ("channel", rooms.general.pk, "note")
    assert f'id="message-{message.pk}"' in text_of(answer)
    assert "<p>Good <strong>morning</strong></p>" in text_of(as_(world.lena).get(f"/chat/{rooms.general.pk}"))
    assert Follow.objects.count() == 0


def test_the_same_message_sent_twice_is_said_once_and_answered_twice(
    world: Any, rooms: Any, say: Any
) -> None:
    answers = [text_of(say(world.sam, rooms.general, "Once", key="k1")) for _turn in range(2)]
    message = Message.objects.get()
    assert all(f'id="message-{message.pk}"' in one for one in answers)


def test_only_those_in_it_write_there(world: Any, rooms: Any, say: Any, as_: As) -> None:
    assert say(world.otto, rooms.general, "Hello").status_code == 409
    assert as_(world.otto).post(f"/channels/{rooms.general.pk}/notes", {"text": "Hello"}).status_code == 409
    assert say(world.sam, rooms.general, " ").status_code == 422
    assert Message.objects.count() == 0


def test_in_a_channel_only_whoever_is_named_is_told(world: Any, rooms: Any, say: Any) -> None:
    say(world.sam, rooms.general, "Nothing for anybody")
    assert told() == set()
    say(world.sam, rooms.general, "@Lena Leader look, and @Otto Other too")
    assert told() == {("Lena Leader", "mention"), ("Otto Other", "mention")}


def test_at_channel_names_everybody_in_it(world: Any, rooms: Any, say: Any) -> None:
    say(world.sam, rooms.plan, "@channel lunch?")
    assert told() == {("Lena Leader", "mention")}
    assert '<span class="mention" data-person="0">@channel</span>' in Message.objects.get().body


def test_a_word_between_two_is_for_the_other(world: Any, rooms: Any, say: Any, as_: As) -> None:
    say(world.sam, rooms.pair, "Are you there?")
    assert told() == {("Tia Team", "direct")}
    page = text_of(as_(world.tia).get("/inbox"))
    assert "Written to you" in page
    assert f'href="/chat/{rooms.pair.pk}' in page


def test_nobody_is_told_of_a_channel_they_muted(world: Any, rooms: Any, say: Any, as_: As) -> None:
    as_(world.tia).post(f"/chat/{rooms.pair.pk}/mute", {"on": "1"})
    say(world.sam, rooms.pair, "@Tia Team?")
    assert told() == set()
    assert text_of(as_(world.tia).get("/chat/count")).strip().endswith('"></span>')
    as_(world.tia).post(f"/chat/{rooms.pair.pk}/mute", {"on": "0"})
    say(world.sam, rooms.pair, "Hello?")
    assert told() == {("Tia Team", "direct")}


def test_a_reply_tells_whoever_spoke_in_the_thread_and_stays_out_of_the_conversation(
    world: Any, rooms: Any, say: Any, as_: As
) -> None:
    as_(world.otto).post(f"/chat/{rooms.general.pk}/join")
    say(world.sam, rooms.general, "Who comes?")
    top = Message.objects.get()
    say(world.lena, rooms.general, "I do", reply_to=top.pk)
    first = Message.objects.latest("pk")
    say(world.otto, rooms.general, "So do I", reply_to=first.pk)
    assert Message.objects.latest("pk").reply_to == top
    assert told() == {("Sam Seller", "reply"), ("Lena Leader", "reply")}
    page = text_of(as_(world.sam).get(f"/chat/{rooms.general.pk}"))
    assert "2 replies" in page
    assert "So do I" not in page
    beside = text_of(as_(world.sam).get(f"/chat/{rooms.general.pk}/thread/{top.pk}"))
    assert beside.index("I do") < beside.index("So do I")
    # Whoever opens the thread has read what waited of it.
    assert f'hx-post="/channels/{rooms.general.pk}/seen"' in beside
    as_(world.sam).post(f"/channels/{rooms.general.pk}/seen")
    assert not Notification.objects.filter(user=world.sam, read_at=None).exists()
    assert "/seen" not in text_of(as_(world.sam).get(f"/chat/{rooms.general.pk}/thread/{top.pk}"))


def test_unread_counts_what_others_said_until_it_is_read(world: Any, rooms: Any, say: Any, as_: As) -> None:
    sam = as_(world.sam)
    say(world.lena, rooms.general, "One")
    say(world.lena, rooms.general, "Two")
    say(world.tia, rooms.pair, "Three")
    assert "2 unread messages" in text_of(sam.get("/chat/list"))
    assert ">2</span>" in text_of(sam.get("/chat/count"))
    last = Message.objects.filter(record_id=rooms.general.pk).latest("pk")
    sam.post(f"/chat/{rooms.general.pk}/read", {"until": str(last.created_at.timestamp())})
    assert "2 unread messages" not in text_of(sam.get("/chat/list"))
    assert ">1</span>" in text_of(sam.get("/chat/count"))
    sam.post(f"/chat/{rooms.general.pk}/unread/{last.pk}")
    assert "1 unread message<" in text_of(sam.get("/chat/list")).split("plan-x9")[0]


def test_reading_reads_what_waits_in_the_inbox_and_never_unreads(
    world: Any, rooms: Any, say: Any, as_: As
) -> None:
    say(world.sam, rooms.pair, "Look")
    at = Message.objects.get().created_at
    tia = as_(world.tia)
    tia.post(f"/chat/{rooms.pair.pk}/read", {"until": str(at.timestamp())})
    assert Notification.objects.get().read_at is not None
    tia.post(f"/chat/{rooms.pair.pk}/read", {"until": "5"})
    assert Member.objects.get(user=world.tia, channel=rooms.pair).read_until >= at
    for text in ("", "nan", "1e400", "-1e30", "x"):
        assert tia.post(f"/chat/{rooms.pair.pk}/read", {"until": text}).status_code in (204, 400)


def test_the_news_hold_what_is_new_and_what_is_different(world: Any, rooms: Any, say: Any, as_: As) -> None:
    say(world.sam, rooms.general, "Old")
    old = Message.objects.get()
    Message.objects.update(touched_at=old.created_at.replace(year=2000))
    lena = as_(world.lena)
    since = old.created_at.timestamp()
    assert text_of(lena.get(f"/chat/{rooms.general.pk}/news?since={since}")).strip() == ""
    lena.post(f"/channels/{rooms.general.pk}/messages/{old.pk}/react", {"sign": "👍"})
    say(world.sam, rooms.general, "Fresh")
    answer = lena.get(f"/chat/{rooms.general.pk}/news?since={since}")
    assert "Old" in text_of(answer)
    assert "Fresh" in text_of(answer)
    assert float(answer["X-Since"]) > since
    for wrong in ("", "x", "1e400"):
        assert lena.get(f"/chat/{rooms.general.pk}/news?since={wrong}").status_code == 200


def test_what_is_done_to_a_message_is_answered_with_its_line(
    world: Any, rooms: Any, say: Any, as_: As
) -> None:
    say(world.sam, rooms.general, "Word")
    message = Message.objects.get()
    there = f"/channels/{rooms.general.pk}/messages/{message.pk}"
    sam = as_(world.sam)
    for rest, form in (
        ("react", {"sign": "🎉"}),
        ("pin", {"on": "1"}),
        ("star", {"on": "1"}),
        ("edit", {"text": "Words"}),
        ("delete", {}),
    ):
        answer = text_of(sam.post(f"{there}/{rest}", form))
        assert answer.count("<li class=") >= 1, rest
        assert f'id="message-{message.pk}"' in answer, rest
    assert "Deleted by Sam Seller" in text_of(sam.get(f"/chat/{rooms.general.pk}"))


def test_older_messages_come_page_by_page_and_a_link_opens_around_one(world: Any, as_: As) -> None:
    channel = create_channel(values={"name": "long", "members": [world.lena]}, by=world.sam)
    said = [post_note(channel, text=f"Number {n}.", by=world.sam) for n in range(PAGE + 10)]
    sam = as_(world.sam)
    page = text_of(sam.get(f"/chat/{channel.pk}"))
    assert "Number 59." in page
    assert "Number 9." not in page
    mark = page.split('data-before="')[1].split('"')[0].replace("+", "%2B")
    older = text_of(sam.get(f"/chat/{channel.pk}/lines?before={mark}"))
    assert [f"Number {n}." in older for n in (0, 9, 10)] == [True, True, False]
    around = text_of(sam.get(f"/chat/{channel.pk}?message={said[20].pk}"))
    assert [f"Number {n}." in around for n in (0, 20, 44, 45)] == [True, True, True, False]
    after = around.split('data-after="')[1].split('"')[0].replace("+", "%2B")
    assert "Number 45." in text_of(sam.get(f"/chat/{channel.pk}/lines?after={after}"))


@pytest.mark.parametrize("count", [3, 30])
def test_a_page_costs_the_same_however_much_was_said(
    world: Any, rooms: Any, as_: As, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        upload = SimpleUploadedFile(f"{number}.txt", b"x")
        post_note(rooms.general, text=f"@Lena Leader {number}", files=[upload], by=world.sam)
    client = as_(world.sam)
    client.get("/chat")
    with django_assert_max_num_queries(30):
        client.get(f"/chat/{rooms.general.pk}")
