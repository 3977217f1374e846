"""Writing notes on a record, and what one can do with them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kairos.core.actions.records import update_record
from kairos.core.history import door
from kairos.core.models import ChangeSet, FieldChange, Source
from kairos.discuss.actions.messages import post_note
from kairos.discuss.models import Follow, Message, Notification, Reaction, Star

As = Callable[..., Any]
Say = Callable[..., Any]


def url(record: Any, rest: str = "") -> str:
    return f"/opportunities/{record.pk}{rest}"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_note_stands_on_the_page_with_its_marks(world: Any, as_: As, say: Say) -> None:
    answer = say(world.sam, world.sams_deal, "They **like** it\n\n- price\n- _delivery_\n\n> sic")
    assert answer.status_code == 200
    note = Message.objects.get()
    assert (note.kind, note.author, note.record_id) == ("note", world.sam, world.sams_deal.pk)
    assert note.body == (
        "<p>They <strong>like</strong> it</p><ul><li>price</li><li><em>delivery</em></li></ul>"
        "<blockquote><p>sic</p></blockquote>"
    )
    assert note.body in text_of(answer)
    assert note.body in text_of(as_(world.lena).get(url(world.sams_deal)))


def test_a_kind_that_nobody_talks_about_has_no_thread(world: Any, as_: As) -> None:
    assert as_(world.ada).post(f"/stages/{world.new.pk}/notes", {"text": "x"}).status_code == 404
    assert 'name="text"' not in text_of(as_(world.ada).get(f"/stages/{world.new.pk}"))


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 20_001])
def test_a_note_needs_words_but_not_too_many(world: Any, say: Say, text: str) -> None:
    assert say(world.sam, world.sams_deal, text).status_code == 422
    assert Message.objects.count() == 0


def test_the_same_form_sent_twice_writes_one_note(world: Any, say: Say) -> None:
    for _turn in range(2):
        assert say(world.sam, world.sams_deal, "Once", key="k1").status_code == 200
    assert Message.objects.count() == 1


def test_whoever_may_not_see_the_record_can_do_nothing_there(world: Any, as_: As, say: Say) -> None:
    note = post_note(world.ottos_deal, text="Secret plan", by=world.otto)
    before = list(Message.objects.values())
    changes = ChangeSet.objects.count()
    for who in (world.sam, world.stranger):
        assert say(who, world.ottos_deal, "Hello").status_code == 404
        for rest in ("edit", "delete", "pin", "star", "react"):
            answer = as_(who).post(
                url(world.ottos_deal, f"/messages/{note.pk}/{rest}"), {"text": "x", "sign": "👍", "on": "1"}
            )
            assert answer.status_code == 404
            # Nor by the address of a record that this person does see.
            crossed = as_(who).post(
                url(world.sams_deal, f"/messages/{note.pk}/{rest}"), {"text": "x", "on": "1"}
            )
            assert crossed.status_code == 404
        for rest in ("follow", "mute", "seen"):
            assert as_(who).post(url(world.ottos_deal, f"/{rest}")).status_code == 404
        assert as_(who).get(url(world.ottos_deal, "/timeline")).status_code == 404
        assert as_(who).get(url(world.ottos_deal, "/mention?q=o")).status_code == 404
    assert list(Message.objects.values()) == before
    assert ChangeSet.objects.count() == changes
    assert (Reaction.objects.count(), Star.objects.count()) == (0, 0)
    assert set(Follow.objects.values_list("user", flat=True)) == {world.otto.pk}


def test_a_mark_needs_no_spaces_between_chinese_characters(world: Any, say: Say) -> None:
    say(world.sam, world.sams_deal, "最在意*校正週期*和保固，snake_case_name 與 3*4*5 照舊")
    assert Message.objects.get().body == "<p>最在意<em>校正週期</em>和保固，snake_case_name 與 3*4*5 照舊</p>"


def test_one_changes_and_deletes_only_ones_own_words(world: Any, as_: As) -> None:
    note = post_note(world.tias_deal, text="By Tia", by=world.tia)
    here = url(world.tias_deal, f"/messages/{note.pk}")
    for who in (world.lena, world.ada):
        assert as_(who).post(f"{here}/edit", {"text": "By another"}).status_code == 409
        assert as_(who).post(f"{here}/delete").status_code == 409
        assert as_(who).get(f"{here}/edit").status_code == 409
    note.refresh_from_db()
    assert (note.text, note.edited_at, note.deleted_at) == ("By Tia", None, None)
    assert "By Tia" in text_of(as_(world.tia).get(f"{here}/edit"))
    assert as_(world.tia).post(f"{here}/edit", {"text": "By Tia, *truly*"}).status_code == 200
    note.refresh_from_db()
    assert note.body == "<p>By Tia, <em>truly</em></p>"
    assert note.edited_at is not None
    change = FieldChange.objects.get(record_type="message", record_id=note.pk, field="text")
    assert (change.old, change.new) == ("By Tia", "By Tia, *truly*")


def test_a_deleted_note_leaves_a_trace_and_comes_back(world: Any, as_: As) -> None:
    note = post_note(world.sams_deal, text="Too hasty", by=world.sam)
    client = as_(world.sam)
    answer = text_of(client.post(url(world.sams_deal, f"/messages/{note.pk}/delete")))
    assert "Deleted by Sam Seller" in answer
    assert "Too hasty" not in answer
    undo = ChangeSet.objects.latest("pk")
    assert f"/history/{undo.pk}/undo" in answer
    assert client.post(url(world.sams_deal, f"/messages/{note.pk}/edit"), {"text": "no"}).status_code == 409
    assert client.post(url(world.sams_deal, f"/messages/{note.pk}/react"), {"sign": "👍"}).status_code == 409
    assert as_(world.tia).post(f"/history/{undo.pk}/undo").status_code == 404
    assert client.post(f"/history/{undo.pk}/undo").status_code == 200
    note.refresh_from_db()
    assert (note.deleted_at, note.deleted_by, note.text) == (None, None, "Too hasty")
    assert "Too hasty" in text_of(client.get(url(world.sams_deal)))


def test_writing_a_note_can_be_undone_until_somebody_answers(world: Any, as_: As, say: Say) -> None:
    say(world.sam, world.sams_deal, "@Lena Leader look")
    written = ChangeSet.objects.latest("pk")
    note = Message.objects.get()
    say(world.lena, world.sams_deal, "I see", reply_to=note.pk)
    assert as_(world.sam).post(f"/history/{written.pk}/undo").status_code == 200
    assert Message.objects.filter(pk=note.pk).exists()
    Message.objects.exclude(pk=note.pk).delete()
    say(world.sam, world.sams_deal, "@Lena Leader again")
    again = ChangeSet.objects.latest("pk")
    assert as_(world.sam).post(f"/history/{again.pk}/undo").status_code == 200
    assert not Message.objects.filter(text="@Lena Leader again").exists()
    assert not Notification.objects.filter(user=world.lena, message__text="@Lena Leader again").exists()


def test_signs_pins_and_stars(world: Any, as_: As) -> None:
    note = post_note(world.sams_deal, text="Signed soon", by=world.sam)
    here = url(world.sams_deal, f"/messages/{note.pk}")
    lena = as_(world.lena)
    assert "Lena Leader" in text_of(lena.post(f"{here}/react", {"sign": "🎉"}))
    assert Reaction.objects.get().sign == "🎉"
    lena.post(f"{here}/react", {"sign": "🎉"})
    assert Reaction.objects.count() == 0
    assert lena.post(f"{here}/react", {"sign": "<b>"}).status_code == 422
    lena.post(f"{here}/pin", {"on": "1"})
    lena.post(f"{here}/star", {"on": "1"})
    note.refresh_from_db()
    assert note.pinned_by == world.lena
    post_note(world.sams_deal, text="Something else", by=world.sam)
    for show, person, seen in (
        ("pinned", world.sam, True),
        ("starred", world.sam, False),
        ("starred", world.lena, True),
        ("notes", world.sam, True),
        ("changes", world.sam, False),
    ):
        shown = text_of(as_(person).get(url(world.sams_deal, f"/timeline?show={show}")))
        assert ("Signed soon" in shown) is seen, (show, person)
        assert ("Something else" in shown) is (show == "notes")
    lena.post(f"{here}/pin", {"on": "0"})
    lena.post(f"{here}/star", {"on": "0"})
    note.refresh_from_db()
    assert (note.pinned_at, Star.objects.count()) == (None, 0)


def test_a_search_finds_words_and_not_what_was_deleted(world: Any, as_: As) -> None:
    post_note(world.sams_deal, text="Budget is 40k", by=world.sam)
    post_note(world.sams_deal, text="預算下週核定", by=world.sam)
    gone = post_note(world.sams_deal, text="Budget unknown", by=world.sam)
    as_(world.sam).post(url(world.sams_deal, f"/messages/{gone.pk}/delete"))
    found = text_of(as_(world.sam).get(url(world.sams_deal, "/timeline"), {"q": "budget"}))
    assert "Budget is 40k" in found
    assert "下週核定" not in found
    assert "Deleted by" not in found
    assert "下週核定" in text_of(as_(world.sam).get(url(world.sams_deal, "/timeline"), {"q": "預算"}))
    assert "Nothing here fits." in text_of(
        as_(world.sam).get(url(world.sams_deal, "/timeline"), {"q": "zebra"})
    )


def test_changes_between_notes_are_folded(world: Any, as_: As) -> None:
    post_note(world.sams_deal, text="Before", by=world.sam)
    with door(Source.SCREEN):
        for turn in range(4):
            update_record(world.sams_deal, values={"description": f"turn {turn}"}, by=world.sam)
    post_note(world.sams_deal, text="After", by=world.sam)
    page = text_of(as_(world.sam).get(url(world.sams_deal)))
    assert page.index("After") < page.index("4 changes") < page.index("Before")


def test_a_long_thread_goes_on_where_the_page_stopped(world: Any, as_: As) -> None:
    for turn in range(45):
        post_note(world.sams_deal, text=f"note {turn:02}.", by=world.sam)
        if turn % 9 == 0:
            update_record(world.sams_deal, values={"lost_note": f"change {turn:02}"}, by=world.sam)
    client = as_(world.sam)
    answer = text_of(client.get(url(world.sams_deal)))
    seen = []
    for _page in range(6):
        seen += [turn for turn in range(45) if f"<p>note {turn:02}.</p>" in answer]
        if "/older?before=" not in answer:
            break
        mark = answer.split("/older?before=")[1].split('"')[0]
        answer = text_of(client.get(url(world.sams_deal, f"/older?before={mark}")))
    assert sorted(seen) == list(range(45))
    assert "created this" in answer


def test_the_queries_of_a_thread_do_not_grow_with_it(world: Any, as_: As) -> None:
    client = as_(world.ada)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url(world.sams_deal, "/timeline")).status_code == 200
        return len(caught)

    first = post_note(world.sams_deal, text="first", by=world.sam)
    as_(world.lena).post(url(world.sams_deal, f"/messages/{first.pk}/react"), {"sign": "👍"})
    post_note(world.sams_deal, text="second", by=world.ada, reply_to=first)
    client.get(url(world.sams_deal))
    few = queries()
    for turn in range(12):
        who = (world.sam, world.lena, world.ada)[turn % 3]
        note = post_note(world.sams_deal, text=f"note {turn}", by=who, reply_to=first)
        as_(world.lena).post(url(world.sams_deal, f"/messages/{note.pk}/react"), {"sign": "👍"})
    assert queries() == few


def test_what_one_looks_at_stays_chosen_when_one_writes(world: Any, as_: As, say: Say) -> None:
    page = text_of(as_(world.sam).get(url(world.sams_deal)))
    assert f'hx-include="#opportunity-{world.sams_deal.pk}-thread .thread-shows"' in page
    answer = text_of(say(world.sam, world.sams_deal, "Noted", show="notes", q="Noted"))
    assert f'data-live-url="{url(world.sams_deal)}/timeline?show=notes&amp;q=Noted"' in answer
