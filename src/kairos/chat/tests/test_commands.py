"""Lines that do something instead of being said, and what can be named while writing."""

from collections.abc import Callable
from typing import Any

import pytest

from kairos.activities.models import Activity
from kairos.chat.models import CannedAnswer
from kairos.chat.tests.conftest import text_of
from kairos.core.models import ChangeSet
from kairos.crm.models import Opportunity
from kairos.discuss.models import Message

As = Callable[..., Any]


def test_a_lead_is_made_for_whoever_asks_and_only_they_are_answered(
    world: Any, as_: As, rooms: Any, say: Any
) -> None:
    before = Opportunity.objects.count()
    answers = [
        text_of(say(world.sam, rooms.general, "/lead Acme wants\n a demo", key="k1")) for _turn in "12"
    ]
    made = Opportunity.objects.latest("pk")
    assert (made.title, made.salesperson, Opportunity.objects.count()) == (
        "Acme wants a demo",
        world.sam,
        before + 1,
    )
    assert f'href="/opportunities/{made.pk}"' in answers[0]
    assert Message.objects.count() == 0
    assert as_(world.sam).post(f"/history/{ChangeSet.objects.latest('pk').pk}/undo").status_code == 200
    assert Opportunity.objects.count() == before


def test_something_to_do_is_planned_for_whoever_asks(world: Any, rooms: Any, say: Any) -> None:
    answer = text_of(say(world.sam, rooms.pair, "/todo Call Rockets back"))
    planned = Activity.objects.get()
    assert (planned.summary, planned.assignee, planned.record_type) == ("Call Rockets back", world.sam, "")
    assert "Call Rockets back" in answer


def test_help_names_what_can_be_done_and_who_is_there(world: Any, rooms: Any, say: Any) -> None:
    told = text_of(say(world.sam, rooms.general, "/help"))
    assert all(f"/{name}" in told for name in ("lead", "todo", "help", "who", "leave"))
    assert "/leave" not in text_of(say(world.sam, rooms.pair, "/help"))
    assert "Lena Leader and Sam Seller" in text_of(say(world.sam, rooms.general, "/who"))


def test_leaving_by_a_word(world: Any, rooms: Any, say: Any) -> None:
    assert say(world.lena, rooms.plan, "/leave")["HX-Redirect"] == "/chat"
    assert not rooms.plan.members.filter(pk=world.lena.pk).exists()


@pytest.mark.parametrize("line", ["/lead", "/lead   ", "/nosuch thing", "/leave"])
def test_what_cannot_be_done_is_refused_and_not_said(world: Any, rooms: Any, say: Any, line: str) -> None:
    before = Opportunity.objects.count()
    assert say(world.sam, rooms.pair, line).status_code == 422
    assert (Message.objects.count(), Opportunity.objects.count()) == (0, before)


@pytest.mark.parametrize("line", ["/leads/5", "see /lead", "// no", "/Lead x", "/ lead"])
def test_what_is_no_command_is_said(world: Any, rooms: Any, say: Any, line: str) -> None:
    assert say(world.sam, rooms.pair, line).status_code == 200
    assert Message.objects.get().text == line


def test_commands_are_offered_by_their_beginning(world: Any, as_: As, rooms: Any) -> None:
    offered = text_of(as_(world.sam).get(f"/chat/{rooms.general.pk}/commands?q=le"))
    assert ("/lead " in offered, "/leave" in offered, "/todo" in offered) == (True, True, False)
    assert as_(world.otto).get(f"/chat/{rooms.plan.pk}/commands").status_code == 404


def test_canned_answers_are_written_once_and_offered_to_everybody(world: Any, as_: As) -> None:
    sam = as_(world.sam)
    form = {"shortcut": "thanks", "text": "Thank you,\nwe look at it today."}
    assert sam.post("/canned-answers/new", {**form, "key": "a"}).status_code == 200
    assert "Thank you" in text_of(as_(world.otto).get("/chat/answers?q=THA"))
    for taken in ("Thanks", " ::thanks ", ":"):
        assert sam.post("/canned-answers/new", {**form, "shortcut": taken, "key": taken}).status_code == 422
    sam.post("/canned-answers/new", {**form, "shortcut": "two words", "key": "b"})
    assert list(CannedAnswer.objects.order_by("pk").values_list("shortcut", flat=True)) == [
        "thanks",
        "two-words",
    ]


def test_members_are_named_first_and_everybody_at_once(world: Any, as_: As, rooms: Any) -> None:
    there = f"/channels/{rooms.general.pk}/mention"
    offered = text_of(as_(world.sam).get(f"{there}?q="))
    names = ("channel", "Lena Leader", "Ada Admin")
    assert sorted(names, key=offered.index) == list(names)
    assert "everybody in here" not in text_of(as_(world.sam).get(f"{there}?q=len"))
