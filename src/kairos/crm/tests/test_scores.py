"""Probabilities that follow the score: live, when the choice is another, and all at once."""

from typing import Any

import pytest
from django.utils.translation import gettext_lazy as _

from kairos.core.history import change_set
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, FieldChange, Tag
from kairos.crm.actions import opportunities, scoring
from kairos.crm.actions.opportunities import create_opportunity
from kairos.crm.models import Opportunity, ScoreSettings, ScoreTable
from kairos.crm.scoring import tables
from kairos.crm.scoring.factors import USUAL, chosen
from kairos.crm.scoring.sweep import moved_deals, open_deals, with_fresh_score
from kairos.crm.tests.closed_deals import close, follow, learned

pytestmark = pytest.mark.django_db


def deal_of(world: Any, **values: Any) -> Opportunity:
    return create_opportunity(values={"title": "Next", "salesperson": world.sam, **values}, by=world.sam)


def stored(deal: Opportunity) -> tuple[int, float | None]:
    return Opportunity.objects.values_list("probability", "score").get(pk=deal.pk)


def test_a_new_deal_of_a_team_that_follows_the_score_begins_with_it(world: Any) -> None:
    referral, fair = learned(world)
    follow(world, "score")
    good, bad = deal_of(world, source=referral), deal_of(world, source=fair)
    # Sixteen deals, half of them won; all reached the first stage. The team's own sixteen weigh with all teams' own.
    expected = (7.25 + 10 * 9.75 / 15.5) / (8 + 2.5 + 10)
    assert stored(good) == (66, round(100 * expected, 2))
    assert (good.probability, good.score, good.version) == (66, 66.05, 1)
    assert stored(bad) == (34, 33.95)
    changes = FieldChange.objects.filter(record_type="opportunity", record_id=good.pk)
    assert [(one.field, one.new) for one in changes] == [("", None)]


def test_a_team_that_follows_the_stage_has_no_scores(world: Any) -> None:
    referral, _fair = learned(world)
    assert stored(deal_of(world, source=referral)) == (10, None)


def test_below_ten_closed_deals_the_stage_speaks(world: Any) -> None:
    close(world, won=5, lost=4)
    follow(world, "score")
    deal = deal_of(world)
    assert stored(deal) == (10, None)
    opportunities.move_opportunity(deal, stage=world.talking, by=world.sam)
    assert stored(deal) == (40, None)
    close(world, won=0, lost=1)
    opportunities.update_opportunity(deal, values={"country": "TW"}, by=world.sam)
    assert stored(deal)[1] is not None


def test_the_score_follows_every_field_that_counts_in_the_same_change_set(world: Any) -> None:
    referral, fair = learned(world)
    follow(world, "score")
    deal = deal_of(world, source=fair)
    opportunities.update_opportunity(deal, values={"source": referral}, by=world.sam)
    assert (deal.probability, deal.version) == (66, Opportunity.objects.get(pk=deal.pk).version)
    last = ChangeSet.objects.latest("pk")
    made = FieldChange.objects.filter(change_set=last).order_by("pk").values_list("field", "old", "new")
    assert list(made) == [("source", str(fair.pk), str(referral.pk)), ("probability", "34", "66")]
    undo(last, by=world.sam)
    assert stored(deal) == (34, 33.95)


def test_moving_on_raises_the_score_and_never_writes_the_stages_percent(world: Any) -> None:
    learned(world)
    close(world, won=0, lost=8)
    follow(world, "score")
    deal = deal_of(world)
    before = deal.probability
    opportunities.move_opportunity(deal, stage=world.talking, by=world.sam)
    assert deal.probability > before
    history = FieldChange.objects.filter(record_id=deal.pk, record_type="opportunity", field="probability")
    assert [(one.old, one.new) for one in history] == [(str(before), str(deal.probability))]


def test_a_probability_set_by_hand_stays_while_the_score_goes_on(world: Any) -> None:
    referral, fair = learned(world)
    follow(world, "score")
    deal = deal_of(world, source=fair)
    opportunities.update_opportunity(deal, values={"probability": 90}, by=world.sam)
    opportunities.update_opportunity(deal, values={"source": referral}, by=world.sam)
    assert stored(deal) == (90, 66.05)
    opportunities.follow_stage_probability(deal, by=world.sam)
    assert (stored(deal), deal.probability) == ((66, 66.05), 66)


def test_by_hand_means_that_moving_changes_nothing(world: Any) -> None:
    follow(world, "hand")
    deal = deal_of(world)
    opportunities.move_opportunity(deal, stage=world.talking, by=world.sam)
    assert stored(deal) == (10, None)
    opportunities.lose_opportunity(deal, by=world.sam)
    opportunities.reopen_opportunity(deal, by=world.sam)
    assert stored(deal) == (40, None)


def test_reopening_brings_the_score_back(world: Any) -> None:
    referral, _fair = learned(world)
    follow(world, "score")
    deal = deal_of(world, source=referral)
    opportunities.lose_opportunity(deal, by=world.sam)
    assert stored(deal)[0] == 0
    opportunities.reopen_opportunity(deal, by=world.sam)
    assert stored(deal) == (66, 66.05)


def test_switching_lets_following_deals_follow_and_undo_brings_all_back(world: Any) -> None:
    referral, fair = learned(world)
    good, bad, hand = deal_of(world, source=referral), deal_of(world, source=fair), deal_of(world)
    opportunities.update_opportunity(hand, values={"probability": 77}, by=world.sam)
    follow(world, "score")
    assert [stored(one)[0] for one in (good, bad, hand)] == [66, 34, 77]
    assert stored(hand)[1] == 50.0
    assert stored(world.ottos_deal) == (20, None)
    undo(ChangeSet.objects.latest("pk"), by=world.ada)
    assert [stored(one) for one in (good, bad, hand)] == [(10, None), (10, None), (77, None)]
    follow(world, "score")
    follow(world, "stage")
    assert [stored(one) for one in (good, bad, hand)] == [(10, None), (10, None), (77, None)]


def test_a_deal_that_changes_teams_changes_what_it_follows(world: Any) -> None:
    referral, _fair = learned(world)
    follow(world, "score")
    deal = deal_of(world, source=referral)
    opportunities.update_opportunity(deal, values={"team": world.south}, by=world.ada)
    assert stored(deal) == (20, None)
    opportunities.update_opportunity(deal, values={"team": world.north}, by=world.ada)
    assert stored(deal) == (66, 66.05)


def test_a_new_team_is_backed_by_what_all_teams_have_learned(world: Any) -> None:
    referral, _fair = learned(world)
    follow(world, "score", world.south)
    deal = create_opportunity(
        values={"title": "There", "salesperson": world.otto, "team": world.south, "source": referral},
        by=world.otto,
    )
    assert stored(deal) == (63, 62.9)


def test_the_database_adds_up_what_the_model_does(world: Any) -> None:
    referral, fair = learned(world)
    with change_set(by=None, summary=_("Tags")) as changes:
        hot, cold = (changes.create(Tag, name=name) for name in ("hot", "cold"))
    ScoreSettings.objects.create(factors=[*USUAL, "priority"], least=1, least_tags=2)
    close(world, won=3, lost=1, tags=[hot], country="TW", priority=2, email="a@b.example")
    close(world, won=1, lost=4, tags=[hot, cold], language="zh-hant", phone="02 2345 6789")
    from kairos.crm.scoring.lessons import recount

    recount()
    ScoreTable.objects.filter(team=None).update(trust=0.7)
    follow(world, "score")
    deals = [
        deal_of(world),
        deal_of(world, source=referral, tags=[hot]),
        deal_of(world, source=fair, tags=[hot, cold], country="TW"),
        deal_of(world, language="zh-hant", stage=world.talking, phone="1", priority=2),
        deal_of(world, country="JP", email="no address"),
    ]
    factors = chosen(tables.settings().factors)
    model = tables.models_for([world.north.pk])[world.north.pk]
    fresh = with_fresh_score(open_deals(world.north.pk), model, factors)
    by_database = {pk: round(score, 2) for pk, score in fresh.values_list("pk", "fresh")}
    assert {deal.pk: stored(deal)[1] for deal in deals}.items() <= by_database.items()
    assert len({*by_database.values()}) >= 4


def test_a_night_writes_only_what_has_moved(world: Any, django_capture_on_commit_callbacks: Any) -> None:
    referral, fair = learned(world)
    follow(world, "score")
    good, bad = deal_of(world, source=referral), deal_of(world, source=fair)
    assert scoring.learn() == 0
    assert list(moved_deals(world.north.pk)) == []
    close(world, won=4, lost=0, source=fair)
    before = ChangeSet.objects.count()
    assert scoring.learn() > 0
    assert ChangeSet.objects.count() == before + 1
    assert stored(bad)[0] > 34
    assert stored(good)[0] >= 66
    assert list(moved_deals(world.north.pk)) == []


def test_choosing_otherwise_counts_anew_and_undo_brings_it_back(world: Any) -> None:
    learned(world)
    scoring.change_score_settings(values={"factors": ["country"], "least": 1, "least_tags": 1}, by=world.ada)
    assert ScoreTable.objects.get(team=None).counts.keys() == {"stage"}
    undo(ChangeSet.objects.latest("pk"), by=world.ada)
    assert "source" in ScoreTable.objects.get(team=None).counts
