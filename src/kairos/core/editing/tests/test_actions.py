"""Actions on one record and on many: rights, counts, refusals, one change set."""

from collections.abc import Callable
from typing import Any

import pytest

from kairos.core.editing import acting
from kairos.core.models import ChangeSet
from kairos.core.records import type_named

pytestmark = pytest.mark.django_db


def do(record: Any, action: str) -> str:
    return f"/opportunities/{record.pk}/do/{action}"


def deals() -> Any:
    return type_named("opportunity").model.objects


def undo_address(answer: Any) -> str:
    return answer.content.decode().split('hx-post="/history/')[1].split('"')[0]


def test_an_action_is_done_and_can_be_undone_from_its_notice(world: Any, as_: Callable[..., Any]) -> None:
    client = as_(world.sam)
    answer = client.post(do(world.sams_deal, "win"))
    world.sams_deal.refresh_from_db()
    assert (answer.status_code, world.sams_deal.status) == (200, "won")
    assert "record-acted" in answer["HX-Trigger"]
    client.post(f"/history/{undo_address(answer)}")
    world.sams_deal.refresh_from_db()
    assert (world.sams_deal.status, world.sams_deal.stage, world.sams_deal.probability) == (
        "open",
        world.new,
        10,
    )


def test_an_action_that_needs_to_know_asks_first(world: Any, as_: Callable[..., Any]) -> None:
    client = as_(world.sam)
    text = client.get(do(world.sams_deal, "lose")).content.decode()
    assert "Lost reason" in text
    client.post(do(world.sams_deal, "lose"), {"lost_reason": world.too_dear.pk, "lost_note": "Too much"})
    world.sams_deal.refresh_from_db()
    assert (world.sams_deal.status, world.sams_deal.lost_reason, world.sams_deal.lost_note) == (
        "lost",
        world.too_dear,
        "Too much",
    )


def test_a_refusal_is_a_sentence_and_changes_nothing(world: Any, as_: Callable[..., Any]) -> None:
    client = as_(world.sam)
    client.post(do(world.sams_deal, "win"))
    count = ChangeSet.objects.count()
    answer = client.post(do(world.sams_deal, "win"))
    assert answer.status_code == 409
    assert "already closed" in answer.content.decode()
    assert ChangeSet.objects.count() == count


def test_a_click_sent_twice_is_done_once(world: Any, as_: Callable[..., Any]) -> None:
    client = as_(world.sam)
    answers = [client.post(do(world.sams_deal, "win"), {"key": "click"}) for _turn in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert ChangeSet.objects.filter(params__key="click").count() == 1


@pytest.mark.parametrize("who", ["stranger", "otto"])
def test_nobody_acts_on_a_record_they_do_not_see(world: Any, as_: Callable[..., Any], who: str) -> None:
    assert as_(getattr(world, who)).post(do(world.sams_deal, "win")).status_code == 404
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.status == "open"


def test_deleting_is_for_leaders_and_leads_back_to_the_list(world: Any, as_: Callable[..., Any]) -> None:
    assert as_(world.sam).post(do(world.sams_deal, "delete")).status_code == 403
    assert deals().filter(pk=world.sams_deal.pk).exists()
    page = f"http://testserver/opportunities/{world.sams_deal.pk}"
    client = as_(world.lena)
    answer = client.post(do(world.sams_deal, "delete"), headers={"HX-Current-URL": page})
    assert answer["HX-Redirect"] == "/opportunities"
    assert not deals().filter(pk=world.sams_deal.pk).exists()
    assert client.post(f"/history/{ChangeSet.objects.latest('pk').pk}/undo").status_code == 200
    assert deals().get(pk=world.sams_deal.pk).title == "Anvils"


def test_a_record_others_need_is_not_deleted(world: Any, as_: Callable[..., Any]) -> None:
    answer = as_(world.ada).post(f"/stages/{world.new.pk}/do/delete")
    assert answer.status_code == 409
    assert type_named("stage").model.objects.filter(pk=world.new.pk).exists()


# -- many


def every(world: Any) -> list[int]:
    return [world.sams_deal.pk, world.tias_deal.pk, world.ottos_deal.pk]


def test_the_dialog_counts_what_will_be_touched_and_what_not(world: Any, as_: Callable[..., Any]) -> None:
    text = as_(world.sam).post("/opportunities/bulk/assign", {"ids": every(world)}).content.decode()
    assert "1 of 3 records will be changed." in text
    assert "2 are not yours to change." in text
    assert deals().filter(salesperson=world.sam).count() == 1


def test_many_are_changed_in_one_change_set_and_undone_at_once(world: Any, as_: Callable[..., Any]) -> None:
    client = as_(world.ada)
    count = ChangeSet.objects.count()
    body = {"ids": every(world), "run": "1", "salesperson": world.lena.pk}
    answer = client.post("/opportunities/bulk/assign", body)
    assert "Changed 3 records" in answer.content.decode()
    assert deals().filter(salesperson=world.lena).count() == 3
    assert ChangeSet.objects.count() == count + 1
    client.post(f"/history/{undo_address(answer)}")
    assert deals().filter(salesperson=world.lena).count() == 0


def test_all_or_nothing(world: Any, as_: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Moving all to a stage only some may stand in is refused for all of them."""
    body = {"ids": every(world), "run": "1", "field": "stage", "stage": world.talking.pk}
    answer = as_(world.ada).post("/opportunities/bulk/edit", body)
    assert answer.status_code == 409
    assert deals().filter(stage=world.talking).count() == 0


def test_what_the_list_shows_is_meant_when_all_are_chosen(world: Any, as_: Callable[..., Any]) -> None:
    body = {"all": "1", "matching": "view=list&q=anvils", "run": "1"}
    answer = as_(world.ada).post("/opportunities/bulk/archive", body)
    assert "Changed 1 record" in answer.content.decode()
    assert list(deals().archived()) == [world.sams_deal]


@pytest.mark.parametrize("query", ["where=nonsense((", "filter=no-such", "as_of=2001-01-01"])
def test_a_filter_that_cannot_be_read_touches_nothing(
    world: Any, as_: Callable[..., Any], query: str
) -> None:
    answer = as_(world.ada).post("/opportunities/bulk/archive", {"all": "1", "matching": query, "run": "1"})
    assert answer.status_code == 409
    assert deals().archived().count() == 0


def test_any_editable_field_can_be_edited_for_many(world: Any, as_: Callable[..., Any]) -> None:
    client = as_(world.sam)
    text = client.post(
        "/opportunities/bulk/edit", {"ids": every(world), "field": "priority"}
    ).content.decode()
    assert "1 of 3 records will be changed." in text
    assert 'name="priority"' in text
    body = {"ids": every(world), "field": "priority", "priority": "2", "run": "1"}
    client.post("/opportunities/bulk/edit", body)
    assert list(deals().filter(priority=2)) == [world.sams_deal]


def test_a_wrong_value_for_many_is_explained_in_the_dialog(world: Any, as_: Callable[..., Any]) -> None:
    body = {"ids": every(world), "field": "probability", "probability": "200", "run": "1"}
    answer = as_(world.ada).post("/opportunities/bulk/edit", body)
    assert answer.status_code == 422
    assert "from 0 to 100" in answer.content.decode()


def test_fields_nobody_edits_cannot_be_edited_for_many(world: Any, as_: Callable[..., Any]) -> None:
    body = {"ids": every(world), "field": "created_at", "created_at": "2001-01-01", "run": "1"}
    as_(world.ada).post("/opportunities/bulk/edit", body)
    assert deals().filter(created_at__year=2001).count() == 0


def test_nothing_left_to_change_is_said(world: Any, as_: Callable[..., Any]) -> None:
    answer = as_(world.sam).post("/opportunities/bulk/archive", {"ids": [world.ottos_deal.pk], "run": "1"})
    assert answer.status_code == 409
    world.ottos_deal.refresh_from_db()
    assert not world.ottos_deal.is_archived


def test_more_than_the_limit_is_refused(
    world: Any, as_: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "LIMIT", 2)
    answer = as_(world.ada).post("/opportunities/bulk/archive", {"ids": every(world), "run": "1"})
    assert answer.status_code == 409
    assert "At most 2 records" in answer.content.decode()
    assert deals().archived().count() == 0


def test_a_bulk_form_sent_twice_is_done_once(world: Any, as_: Callable[..., Any]) -> None:
    body = {"ids": every(world), "run": "1", "salesperson": world.lena.pk, "key": "bulk"}
    answers = [as_(world.ada).post("/opportunities/bulk/assign", body) for _turn in range(2)]
    assert "This has been done before." in answers[1].content.decode()
    assert ChangeSet.objects.filter(params__key="bulk").count() == 1


@pytest.mark.parametrize("ids", ["x", "-1", "9" * 30, "1,2,x", ""])
def test_ids_nobody_gave_out_do_no_harm(world: Any, as_: Callable[..., Any], ids: str) -> None:
    assert (
        as_(world.stranger).post("/opportunities/bulk/archive", {"ids": ids, "run": "1"}).status_code == 409
    )


def test_the_notice_after_a_deletion_offers_undo_on_the_next_page(
    world: Any, as_: Callable[..., Any]
) -> None:
    page = f"http://testserver/opportunities/{world.sams_deal.pk}"
    client = as_(world.lena)
    client.post(do(world.sams_deal, "delete"), headers={"HX-Current-URL": page})
    text = client.get("/history").content.decode().split('id="toasts"')[1]
    assert f'hx-post="/history/{ChangeSet.objects.latest("pk").pk}/undo"' in text
