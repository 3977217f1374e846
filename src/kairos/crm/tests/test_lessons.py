"""What closed deals teach, and that the counts are right after whatever happens to them."""

import random
from contextlib import suppress
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.actions.records import archive_records, restore_records
from kairos.core.history import change_set
from kairos.core.history.refusals import RecordInUse
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, Tag
from kairos.crm.actions import opportunities
from kairos.crm.models import Opportunity, ScoreLesson, ScoreTable
from kairos.crm.scoring import lessons
from kairos.crm.tests.closed_deals import close, make_sources

pytestmark = pytest.mark.django_db


def counts(team: Any = None) -> tuple[int, int, Any]:
    table = ScoreTable.objects.get(team=team)
    return table.won, table.lost, table.counts


def test_a_closed_deal_teaches_what_it_said(world: Any) -> None:
    [referral] = make_sources("Referral")
    [deal] = close(world, won=1, lost=0, source=referral, country="TW", email="eve@acme.example")
    lesson = ScoreLesson.objects.get()
    assert (lesson.deal_id, lesson.is_won, lesson.team_id) == (deal.pk, True, world.north.pk)
    assert lesson.values["source"] == [str(referral.pk)]
    assert lesson.values["email_quality"] == ["correct"]
    assert lesson.values["phone_quality"] == ["empty"]
    assert counts() == counts(world.north)
    won, lost, by_factor = counts()
    assert (won, lost) == (1, 0)
    assert by_factor["source"] == {str(referral.pk): [1, 0]}
    assert by_factor["country"] == {"TW": [1, 0]}
    assert "medium" not in by_factor


def test_a_won_deal_teaches_the_stage_it_was_won_from_and_not_the_won_one(world: Any) -> None:
    deal = world.sams_deal
    opportunities.move_opportunity(deal, stage=world.talking, by=world.sam)
    opportunities.win_opportunity(deal, by=world.sam)
    lesson = ScoreLesson.objects.get()
    assert lesson.values["stage"] == [str(world.talking.pk)]
    assert (lesson.said, lesson.is_manual) == (40, False)


def test_what_is_filled_in_after_closing_teaches_nothing(world: Any) -> None:
    referral, fair = make_sources("Referral", "Fair")
    [deal] = close(world, won=0, lost=1, source=fair)
    before = counts()
    opportunities.update_opportunity(deal, values={"source": referral, "country": "JP"}, by=world.sam)
    assert counts() == before
    assert lessons.sync(lessons.all_ids()) == 0
    assert ScoreLesson.objects.get().values["source"] == [str(fair.pk)]


def test_a_lost_reason_never_teaches(world: Any) -> None:
    opportunities.lose_opportunity(world.sams_deal, by=world.sam, lost_reason=world.too_dear)
    assert (
        not {"lost_reason", "status", "competitor", "organisation"} & ScoreLesson.objects.get().values.keys()
    )


def test_reopening_takes_the_lesson_back(world: Any) -> None:
    opportunities.win_opportunity(world.sams_deal, by=world.sam)
    assert counts()[:2] == (1, 0)
    opportunities.reopen_opportunity(world.sams_deal, by=world.sam)
    assert counts() == (0, 0, {})
    assert ScoreLesson.objects.count() == 0


def test_undoing_a_win_takes_the_lesson_back(world: Any) -> None:
    opportunities.win_opportunity(world.sams_deal, by=world.sam)
    undo(ChangeSet.objects.latest("pk"), by=world.sam)
    assert counts(world.north) == (0, 0, {})


def test_a_deal_that_is_put_away_or_deleted_teaches_nothing(world: Any) -> None:
    one, other = close(world, won=2, lost=0)
    archive_records([Opportunity.objects.get(pk=one.pk)], by=world.ada)
    assert counts()[:2] == (1, 0)
    with change_set(by=world.ada, summary=_("Deleted")) as changes:
        changes.delete(Opportunity.objects.get(pk=other.pk))
    assert counts() == (0, 0, {})
    restore_records([Opportunity.objects.get(pk=one.pk)], by=world.ada)
    assert counts()[:2] == (1, 0)


def test_a_discarded_lead_is_marked_as_such(world: Any) -> None:
    with change_set(by=world.ada, summary=_("Leads")) as changes:
        from kairos.crm.actions.stages import found_lead_stages

        first = found_lead_stages(changes)[0]
    lead = opportunities.create_lead(values={"title": "Hm", "salesperson": world.sam}, by=world.sam)
    opportunities.lose_opportunity(lead, by=world.sam)
    assert ScoreLesson.objects.get().was_lead
    assert counts()[2]["stage"] == {f"{first.pk}L": [0, 1]}


def test_closing_many_at_once_counts_each(world: Any, django_assert_max_num_queries: Any) -> None:
    with change_set(by=world.ada, summary=_("Many")) as changes:
        deals = changes.create_many(
            Opportunity,
            [
                Opportunity(title=f"{n}", stage=world.new, team=world.north, currency="USD", probability=10)
                for n in range(300)
            ],
        )
    at = timezone.now()
    with django_assert_max_num_queries(40), change_set(by=world.ada, summary=_("Lost")) as changes:
        values = {deal.pk: {"status": "lost", "closed_at": at, "probability": 0} for deal in deals}
        changes.update_many(Opportunity, values)
    assert counts()[:2] == (0, 300)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_sequence_the_counts_are_those_of_counting_anew(world: Any, seed: int) -> None:
    dice = random.Random(seed)
    sources = make_sources("Referral", "Fair")
    with change_set(by=None, summary=_("Tags")) as changes:
        tags = [changes.create(Tag, name=name) for name in ("hot", "cold")]
    for _step in range(40):
        _one_step(dice, world, sources, tags)
    kept = {table.team_id: (table.won, table.lost, table.counts) for table in ScoreTable.objects.all()}
    was = list(ScoreLesson.objects.order_by("pk").values(*lessons.KEPT))
    assert was
    ScoreLesson.objects.all().delete()
    ScoreTable.objects.all().delete()
    lessons.sync(lessons.all_ids())
    anew = {table.team_id: (table.won, table.lost, table.counts) for table in ScoreTable.objects.all()}
    assert list(ScoreLesson.objects.order_by("pk").values(*lessons.KEPT)) == was
    assert {team: kept[team] for team in anew} == anew
    assert all(kept[team] == (0, 0, {}) for team in kept.keys() - anew.keys())


def _one_step(dice: random.Random, world: Any, sources: Any, tags: Any) -> None:
    kinds = (
        "create",
        "win",
        "win",
        "lose",
        "lose",
        "reopen",
        "edit",
        "team",
        "stage",
        "undo",
        "archive",
        "delete",
    )
    step = dice.choice(kinds)
    if step == "create":
        values = {"title": "New", "source": dice.choice(sources), "tags": dice.sample(tags, 1)}
        opportunities.create_opportunity(values={**values, "salesperson": world.sam}, by=world.ada)
        return
    if step == "undo":
        undone = dice.choice(ChangeSet.objects.filter(undone_by=None).order_by("-pk")[:5])
        if undone.summary not in ("Founded", "Sources", "Tags"):
            undo(undone, by=world.ada)
        return
    deals = Opportunity.objects.select_related("stage", "team").order_by("pk")
    deal = dice.choice(deals)
    if step == "win" and deal.is_open:
        opportunities.win_opportunity(deal, by=world.ada)
    elif step == "lose" and deal.is_open:
        opportunities.lose_opportunity(deal, by=world.ada)
    elif step == "reopen" and not deal.is_open:
        opportunities.reopen_opportunity(deal, by=world.ada)
    elif step == "edit":
        values = {"source": dice.choice([None, *sources]), "tags": dice.sample(tags, dice.randint(0, 2))}
        opportunities.update_opportunity(deal, values=values, by=world.ada)
    elif step == "team":
        team = dice.choice((world.north, world.south))
        opportunities.update_opportunity(deal, values={"team": team}, by=world.ada)
    elif step == "stage" and deal.team_id == world.north.pk:
        stage = dice.choice((world.new, world.talking, world.won))
        opportunities.move_opportunity(deal, stage=stage, by=world.ada)
    elif step == "archive":
        (restore_records if deal.is_archived else archive_records)([deal], by=world.ada)
    elif step == "delete" and len(deals) > 3:
        # One that the ledger of assignments names is kept.
        with suppress(RecordInUse), change_set(by=world.ada, summary=_("Deleted")) as changes:
            changes.delete(deal)
