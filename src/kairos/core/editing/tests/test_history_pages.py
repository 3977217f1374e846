"""Looking through change sets and taking them back, as everybody's rights allow; the palette."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kairos.core.actions.records import update_record
from kairos.core.history import recorded
from kairos.core.models import ChangeSet, SavedView

pytestmark = pytest.mark.django_db


def change(record: Any, by: Any, **values: Any) -> ChangeSet:
    with recorded() as rows:
        update_record(record, values=values, by=by)
    return rows[-1]


def test_people_see_their_own_changes_and_leaders_everybodys(world: Any, as_: Callable[..., Any]) -> None:
    change(world.sams_deal, world.sam, title="By Sam")
    change(world.tias_deal, world.tia, title="By Tia")
    own = as_(world.sam).get("/history").content.decode()
    assert "Changed Anvils" in own
    assert "Changed Rockets" not in own
    every = as_(world.lena).get("/history").content.decode()
    assert "Changed Anvils" in every
    assert "Changed Rockets" in every


def test_the_sentence_of_a_record_a_leader_does_not_see_does_not_name_it(
    world: Any, as_: Callable[..., Any]
) -> None:
    # Tia, whom Lena leads in North, also sells in South, where Lena sees nothing.
    world.tia.teams.add(world.south)
    row = change(world.ottos_deal, world.tia, title="Secret magnets")
    text = as_(world.lena).get("/history").content.decode()
    assert "Magnets" not in text
    assert "Changed a record you cannot see" in text
    detail = as_(world.lena).get(f"/history/{row.pk}").content.decode()
    assert "Secret magnets" not in detail
    assert "Magnets" not in detail
    assert "Secret magnets" in as_(world.ada).get(f"/history/{row.pk}").content.decode()


def test_filters_narrow_and_nonsense_is_ignored(world: Any, as_: Callable[..., Any]) -> None:
    change(world.sams_deal, world.sam, title="By Sam")
    change(world.acme, world.tia, city="Taipei")
    client = as_(world.ada)
    assert "Changed Acme" not in client.get("/history", {"by": world.sam.pk}).content.decode()
    assert "Changed Anvils" not in client.get("/history", {"type": "contact"}).content.decode()
    assert (
        "Changed"
        not in client.get("/history", {"source": "import"}).content.decode().split("history-page")[1]
    )
    assert (
        client.get("/history", {"by": "x", "source": "y", "type": "z", "after": "9" * 40}).status_code == 200
    )


def test_one_change_set_is_told_in_words(world: Any, as_: Callable[..., Any]) -> None:
    row = change(world.sams_deal, world.sam, stage=world.talking, probability=40)
    text = as_(world.sam).get(f"/history/{row.pk}").content.decode()
    for words in ("Stage", "New", "Talking", "Probability", "10%", "40%"):
        assert words in text


def test_other_peoples_change_sets_are_not_there(world: Any, as_: Callable[..., Any]) -> None:
    row = change(world.tias_deal, world.tia, title="By Tia")
    client = as_(world.sam)
    assert client.get(f"/history/{row.pk}").status_code == 404
    assert client.post(f"/history/{row.pk}/undo").status_code == 404
    world.tias_deal.refresh_from_db()
    assert world.tias_deal.title == "By Tia"


def test_one_undoes_ones_own_and_a_leader_anybodys(world: Any, as_: Callable[..., Any]) -> None:
    first = change(world.sams_deal, world.sam, title="One")
    assert as_(world.sam).post(f"/history/{first.pk}/undo").status_code == 200
    second = change(world.sams_deal, world.sam, title="Two")
    assert as_(world.lena).post(f"/history/{second.pk}/undo").status_code == 200
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.title == "Anvils"


def test_what_one_no_longer_sees_one_cannot_undo(world: Any, as_: Callable[..., Any]) -> None:
    row = change(world.sams_deal, world.sam, title="Mine once")
    change(world.sams_deal, world.ada, salesperson=world.tia)
    answer = as_(world.sam).post(f"/history/{row.pk}/undo")
    assert answer.status_code == 409
    assert "may not see or change" in answer.content.decode()
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.title == "Mine once"


def test_a_second_undo_is_refused(world: Any, as_: Callable[..., Any]) -> None:
    row = change(world.sams_deal, world.sam, title="One")
    client = as_(world.sam)
    client.post(f"/history/{row.pk}/undo")
    answer = client.post(f"/history/{row.pk}/undo")
    assert answer.status_code == 409
    assert "already been undone" in answer.content.decode()


def test_what_could_not_be_undone_is_listed(world: Any, as_: Callable[..., Any]) -> None:
    row = change(world.sams_deal, world.sam, title="One", priority=2)
    change(world.sams_deal, world.lena, title="Two")
    text = as_(world.sam).post(f"/history/{row.pk}/undo").content.decode()
    assert "Not everything was undone" in text
    assert "has been changed since" in text
    world.sams_deal.refresh_from_db()
    assert (world.sams_deal.title, world.sams_deal.priority) == ("Two", 0)


def test_the_list_goes_on_and_costs_the_same_however_long_it_is(world: Any, as_: Callable[..., Any]) -> None:
    client = as_(world.lena)
    client.get("/history")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/history")
        return len(caught)

    change(world.sams_deal, world.sam, title="Number 0")
    change(world.acme, world.sam, city="0")
    few = queries()
    for turn in range(1, 60):
        change(world.sams_deal, world.sam, title=f"Number {turn}")
        change(world.acme, world.sam, city=str(turn))
    assert queries() <= few
    text = client.get("/history").content.decode()
    place = text.split("after=")[1].split('"')[0].split("&")[0]
    more = client.get("/history", {"after": place}, headers={"HX-Request": "true"}).content.decode()
    assert "Changed Number 30" in more
    assert "<html" not in more


# -- the palette


def test_the_palette_finds_records_views_and_things_to_do(world: Any, as_: Callable[..., Any]) -> None:
    SavedView.objects.create(record_type="opportunity", name="Anvil deals", owner=world.sam, query={})
    text = as_(world.sam).get("/commands", {"q": "anvil"}).content.decode()
    assert f'data-url="/opportunities/{world.sams_deal.pk}"' in text
    assert "Anvil deals" in text
    assert "/contacts/new" in as_(world.sam).get("/commands", {"q": "new contact"}).content.decode()


def test_the_palette_shows_no_record_one_may_not_see(world: Any, as_: Callable[..., Any]) -> None:
    for address in ("/commands", "/search"):
        assert "Magnets" not in as_(world.sam).get(address, {"q": "magnets"}).content.decode()
        assert "Magnets" in as_(world.otto).get(address, {"q": "magnets"}).content.decode()


def test_without_a_query_it_shows_what_one_worked_on(world: Any, as_: Callable[..., Any]) -> None:
    change(world.acme, world.sam, city="Taipei")
    text = as_(world.sam).get("/commands").content.decode()
    assert f'data-url="/contacts/{world.acme.pk}"' in text


def test_exact_names_come_before_longer_ones(world: Any, as_: Callable[..., Any]) -> None:
    from kairos.core.actions.records import create_record

    for name in ("Acme Holding", "The Acme Club", "Acme Tools"):
        create_record(model=type(world.acme), values={"name": name}, by=world.ada)
    text = as_(world.sam).get("/commands", {"q": "ACME"}).content.decode().split('aria-label="Contacts"')[1]
    assert text.index(">Acme<") < text.index("Acme Tools") < text.index("The Acme Club")


@pytest.mark.parametrize(
    "query", ["%", "_", "'", '"', "*", "a\x00b", "電", "ʘ", "x" * 5000, "NEAR(", "\ud800"]
)
def test_any_words_may_be_searched(world: Any, as_: Callable[..., Any], query: str) -> None:
    query = query.encode("utf-8", "replace").decode()
    assert as_(world.sam).get("/commands", {"q": query}).status_code == 200
