"""Who follows a record, who is told what, and what the inbox shows."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kairos.core.models import ChangeSet
from kairos.core.records import type_of
from kairos.crm.actions.opportunities import win_opportunity
from kairos.crm.models import Opportunity
from kairos.discuss.actions.follows import choose_what_to_hear, mute_record
from kairos.discuss.actions.messages import post_note
from kairos.discuss.followers import followers_of
from kairos.discuss.models import Follow, Notification

As = Callable[..., Any]
Say = Callable[..., Any]


def url(record: Any, rest: str = "") -> str:
    return f"/opportunities/{record.pk}{rest}"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def told(user: Any) -> list[tuple[str, str]]:
    rows = Notification.objects.of(user).order_by("pk")
    return [(row.reason, row.message.text if row.message else row.event.name) for row in rows]


def names(record: Any) -> list[str]:
    return sorted(str(one.user) for one in followers_of(type_of(Opportunity), record))


def test_whoever_is_responsible_follows_without_asking(world: Any, say: Say) -> None:
    assert names(world.sams_deal) == ["Sam Seller"]
    say(world.lena, world.sams_deal, "How is it going?")
    assert told(world.sam) == [("follow", "How is it going?")]
    assert told(world.lena) == []  # whoever did it is never told
    assert names(world.sams_deal) == ["Lena Leader", "Sam Seller"]


def test_whoever_made_a_record_on_screen_follows_it(world: Any, as_: As) -> None:
    as_(world.lena).post("/opportunities/new", {"title": "Nails", "salesperson": world.tia.pk, "key": "k"})
    made = Opportunity.objects.get(title="Nails")
    assert names(made) == ["Lena Leader", "Tia Team"]
    assert names(world.tias_deal) == ["Tia Team"]


def test_whoever_is_named_is_told_and_follows(world: Any, say: Say) -> None:
    say(world.sam, world.sams_deal, "@Tia Team and @Lena Leader, please look")
    assert told(world.tia) == [("mention", "@Tia Team and @Lena Leader, please look")]
    assert names(world.sams_deal) == ["Lena Leader", "Sam Seller", "Tia Team"]


def test_nobody_is_told_of_what_they_may_not_see(world: Any, say: Say) -> None:
    say(world.sam, world.sams_deal, "@Otto Other look")
    assert told(world.otto) == []
    assert "Otto Other" not in names(world.sams_deal)


def test_a_reply_is_told_to_whom_it_answers(world: Any, as_: As, say: Say) -> None:
    note = post_note(world.sams_deal, text="A question", by=world.lena)
    as_(world.lena).post(url(world.sams_deal, "/follow"), {"stop": "1"})
    say(world.sam, world.sams_deal, "An answer", reply_to=note.pk)
    assert told(world.lena) == [("reply", "An answer")]


def test_muted_hears_nothing_not_even_by_name(world: Any, as_: As, say: Say) -> None:
    answer = as_(world.sam).post(url(world.sams_deal, "/mute"))
    assert "Muted" in text_of(answer)
    say(world.lena, world.sams_deal, "@Sam Seller hello")
    assert told(world.sam) == []
    as_(world.sam).post(url(world.sams_deal, "/mute"), {"on": "0"})
    say(world.lena, world.sams_deal, "@Sam Seller hello again")
    assert told(world.sam) == [("mention", "@Sam Seller hello again")]


def test_kinds_are_chosen(world: Any, as_: As, say: Say) -> None:
    client = as_(world.lena)
    client.post(url(world.sams_deal, "/follow"), {"choose": "1", "kinds": ["events"]})
    say(world.sam, world.sams_deal, "Words")
    win_opportunity(world.sams_deal, by=world.sam)
    assert [one for one in told(world.lena) if one[1] in ("Words", "crm.opportunity_won")] == [
        ("follow", "crm.opportunity_won")
    ]
    choose_what_to_hear(world.tias_deal, by=world.lena, notes=False, messages=False, events=False)
    win_opportunity(world.tias_deal, by=world.tia)
    assert len(told(world.lena)) == len([one for one in told(world.lena) if one[1].startswith("crm.")])
    assert not Notification.objects.filter(user=world.lena, record_id=world.tias_deal.pk).exists()


def test_following_and_stopping_can_be_seen_and_undone(world: Any, as_: As) -> None:
    client = as_(world.lena)
    assert "Following" in text_of(client.post(url(world.sams_deal, "/follow")))
    assert "2 followers" in text_of(client.get(url(world.sams_deal)))
    followed = ChangeSet.objects.latest("pk")
    assert client.post(f"/history/{followed.pk}/undo").status_code == 200
    assert Follow.objects.count() == 0
    # Whoever is responsible may stop, too.
    stopped = as_(world.sam).post(url(world.sams_deal, "/follow"), {"stop": "1"})
    assert "Nobody follows this yet." in text_of(stopped)


def test_the_inbox_shows_what_waits_and_the_rail_counts_it(world: Any, as_: As, say: Say) -> None:
    say(world.lena, world.sams_deal, "First **thing**")
    say(world.lena, world.sams_deal, "Second thing")
    client = as_(world.sam)
    page = text_of(client.get("/inbox"))
    assert page.index("Second thing") < page.index("First thing")
    assert "Lena Leader wrote a note" in page
    assert '<span class="count">2</span>' in text_of(client.get("/inbox/count"))
    row = Notification.objects.of(world.sam).latest("pk")
    client.post(f"/inbox/{row.pk}/read")
    assert '<span class="count">1</span>' in text_of(client.get("/inbox/count"))
    assert "Second thing" not in text_of(client.get("/inbox"))
    assert "Second thing" in text_of(client.get("/inbox?show=all"))
    client.post(f"/inbox/{row.pk}/read", {"on": "0"})
    client.post(f"/inbox/{row.pk}/archive")
    assert "Second thing" not in text_of(client.get("/inbox?show=all"))
    assert "Second thing" in text_of(client.get("/inbox?show=archived"))
    client.post("/inbox/read-all")
    assert "Nothing waits for you" in text_of(client.get("/inbox"))


def test_opening_the_record_reads_what_waited_of_it(world: Any, as_: As, say: Say) -> None:
    say(world.lena, world.sams_deal, "Look here")
    assert "/seen" in text_of(as_(world.sam).get(url(world.sams_deal)))
    assert as_(world.sam).post(url(world.sams_deal, "/seen")).status_code == 204
    assert not Notification.objects.of(world.sam).unread().exists()
    assert "/seen" not in text_of(as_(world.sam).get(url(world.sams_deal)))


def test_nobody_touches_another_inbox(world: Any, as_: As, say: Say) -> None:
    say(world.lena, world.sams_deal, "For Sam")
    row = Notification.objects.get()
    before = Notification.objects.values().get()
    for who in (world.lena, world.ada, world.stranger):
        for verb in ("read", "archive"):
            assert as_(who).post(f"/inbox/{row.pk}/{verb}").status_code == 404
        as_(who).post("/inbox/read-all")
        assert "For Sam" not in text_of(as_(who).get("/inbox?show=all"))
    assert Notification.objects.values().get() == before


def test_the_inbox_hides_what_is_out_of_sight_now(world: Any, as_: As, say: Say) -> None:
    say(world.lena, world.sams_deal, "Secret words")
    Opportunity.objects.filter(pk=world.sams_deal.pk).update(salesperson=world.tia, team=world.south)
    page = text_of(as_(world.sam).get("/inbox?show=all"))
    assert "Secret words" not in page
    assert "Anvils" not in page


def test_an_event_with_an_audience_lands_in_the_inbox(world: Any) -> None:
    from django.utils.translation import gettext_lazy as _

    from kairos.core.history import change_set
    from kairos.crm.events import LEAD_ASSIGNED

    with change_set(by=world.lena, summary=_("Gave")) as changes:
        given = {"salesperson": world.sam, "team": world.north, "user": world.sam.pk}
        changes.event(LEAD_ASSIGNED.name, changes.lock(world.sams_deal), **given)
    assert told(world.sam) == [("concern", "crm.lead_assigned")]
    assert told(world.lena) == []


def test_the_queries_of_the_inbox_do_not_grow_with_it(world: Any, as_: As) -> None:
    client = as_(world.sam)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/inbox").status_code == 200
        return len(caught)

    post_note(world.sams_deal, text="one", by=world.lena)
    client.get("/inbox")
    few = queries()
    for turn in range(30):
        post_note(world.sams_deal, text=f"note {turn}", by=world.lena)
    assert queries() == few


def test_a_long_inbox_has_pages(world: Any, as_: As) -> None:
    for turn in range(45):
        post_note(world.sams_deal, text=f"note {turn:02}.", by=world.lena)
    client = as_(world.sam)
    first = text_of(client.get("/inbox"))
    mark = first.split("before=")[1].split('"')[0]
    second = text_of(client.get(f"/inbox?part=lines&show=unread&before={mark}"))
    seen = [turn for turn in range(45) for page in (first, second) if f">note {turn:02}.<" in page]
    assert sorted(seen) == list(range(45))


@pytest.mark.parametrize("mark", ["x", "|", "9999|0|1", "2026-01-01T00:00:00+00:00|0|99999999999999999999"])
def test_a_mark_nobody_gave_out_does_no_harm(world: Any, as_: As, mark: str) -> None:
    assert as_(world.sam).get("/inbox", {"before": mark}).status_code == 200
    assert as_(world.sam).get(url(world.sams_deal, "/timeline"), {"before": mark}).status_code == 200


def test_muting_from_the_inbox_can_be_taken_back(world: Any, as_: As) -> None:
    mute_record(world.tias_deal, by=world.lena)
    answer = as_(world.lena).post(url(world.sams_deal, "/mute"), {"from": "inbox"})
    undo = ChangeSet.objects.latest("pk")
    assert f"/history/{undo.pk}/undo" in text_of(answer)
    as_(world.lena).post(f"/history/{undo.pk}/undo")
    assert [row.record_id for row in Follow.objects.filter(is_muted=True)] == [world.tias_deal.pk]


def test_marking_all_read_can_be_taken_back(world: Any, as_: As, say: Say) -> None:
    for number in range(4):
        say(world.lena, world.sams_deal, f"Note {number}")
    old, archived, late, _last = Notification.objects.of(world.sam).order_by("pk")
    client = as_(world.sam)
    client.post(f"/inbox/{old.pk}/read")
    page = text_of(client.post("/inbox/read-all", {"show": "unread"}))
    assert "Everything is read." in page
    assert waiting_for_now(world.sam) == 0
    client.post(f"/inbox/{archived.pk}/archive")
    (undo,) = re.findall(r'hx-post="(/inbox/read-all/[^"]+/undo)"', page)
    assert as_(world.lena).post(undo).status_code == 200  # hers are not touched, nor are his
    assert waiting_for_now(world.sam) == 0
    assert "Unread again." in text_of(client.post(undo))
    assert waiting_for_now(world.sam) == 2
    late.refresh_from_db()
    archived.refresh_from_db()
    assert (late.read_at, archived.archived_at is not None) == (None, True)
    assert "Everything is read." not in text_of(as_(world.otto).post("/inbox/read-all"))
    for wrong in ("never", "2026-11-26", "2026-11-26T10:00:00"):
        assert client.post(f"/inbox/read-all/{wrong}/undo").status_code == 404


def waiting_for_now(user: Any) -> int:
    return int(Notification.objects.of(user).unread().count())
