"""Why a deal has its score, how good scores have been, and what counts: as people see it, and who may."""

import re
from typing import Any

import pytest

from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.crm.actions import opportunities, scoring
from kairos.crm.actions.opportunities import create_opportunity
from kairos.crm.models import ScoreLesson, ScoreRun, ScoreSettings, ScoreTable
from kairos.crm.scoring import reasons, trial
from kairos.crm.scoring.reasons import explain
from kairos.crm.tests.closed_deals import close, follow, learned, make_sources

pytestmark = pytest.mark.django_db


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def deal_of(world: Any, **values: Any) -> Any:
    return create_opportunity(values={"title": "Next", "salesperson": world.sam, **values}, by=world.sam)


def test_a_deal_says_why_it_has_its_score(world: Any, as_: Any) -> None:
    referral, _fair = learned(world)
    follow(world, "score")
    deal = deal_of(world, source=referral)
    page = as_(world.sam).get(f"/opportunities/{deal.pk}").content.decode()
    assert f'hx-get="/deals/{deal.pk}/score"' in page
    said = text_of(as_(world.sam).get(f"/deals/{deal.pk}/score"))
    assert "66% says the score, which the probability follows." in said
    assert "6 of 8 similar deals were won: Referral, and came as far." in said
    assert "Speaks for it Source Referral 6 of 8 won +16 pts" in said
    assert "The base is 50%: of 16 closed deals 8 were won." in said
    assert "Hardly sure" in said
    assert "How good are scores?" not in said


def test_what_speaks_against_it_is_said_too(world: Any, as_: Any) -> None:
    _referral, fair = learned(world)
    deal = deal_of(world, source=fair)
    said = text_of(as_(world.lena).get(f"/deals/{deal.pk}/score"))
    assert "34% says the score. The probability follows the stage: 10%." in said
    assert "Speaks against it Source Fair 2 of 8 won −16 pts" in said
    assert "How good are scores?" in said


def test_a_deal_says_that_there_is_too_little_to_go_by(world: Any, as_: Any) -> None:
    close(world, won=2, lost=1)
    said = text_of(as_(world.sam).get(f"/deals/{world.sams_deal.pk}/score"))
    assert said == "Not enough closed deals for a score yet: 3 of 10, some won and some lost."


def test_who_may_not_see_a_deal_may_not_see_its_score(world: Any, as_: Any) -> None:
    learned(world)
    for person in (world.otto, world.stranger):
        assert as_(person).get(f"/deals/{world.sams_deal.pk}/score").status_code == 404
    opportunities.win_opportunity(world.sams_deal, by=world.sam)
    answer = as_(world.sam).get(f"/deals/{world.sams_deal.pk}/score")
    assert (answer.status_code, answer.content) == (200, b"")


def test_what_chance_alone_says_of_addresses_is_not_told(world: Any) -> None:
    close(world, won=10, lost=0, email="nonsense")
    close(world, won=0, lost=10, email="eve@acme.example")
    deal = deal_of(world, email="nonsense")
    why = explain(deal)
    assert why.percent > 60
    assert [one.label for one in (*why.ups, *why.downs)] == []


def test_explaining_costs_few_queries(world: Any, django_assert_max_num_queries: Any) -> None:
    referral, _fair = learned(world)
    deal = deal_of(world, source=referral, country="TW")
    explain(deal)
    with django_assert_max_num_queries(8):
        explain(deal)


def test_only_leaders_see_how_good_scores_are(world: Any, as_: Any) -> None:
    for path in ("/scoring", "/scoring/settings", "/scoring/progress"):
        for person in (world.sam, world.tia, world.stranger):
            assert as_(person).get(path).status_code == 404
        assert as_(world.lena).get(path).status_code == 200
    assert as_(world.sam).post("/scoring/learn").status_code == 404
    assert as_(world.sam).post("/scoring/settings", {"least": 1, "least_tags": 1}).status_code == 404
    assert (ScoreRun.objects.count(), ScoreSettings.objects.count()) == (0, 0)


def test_choosing_what_counts_is_kept_and_can_be_undone(world: Any, as_: Any) -> None:
    learned(world)
    form = {"factors": ["country", "channel"], "least": 2, "least_tags": 5, "starts_on": ""}
    assert as_(world.lena).post("/scoring/settings", form).status_code == 302
    found = ScoreSettings.objects.get()
    assert (found.factors, found.least, found.least_tags, found.starts_on) == (
        ["country", "channel"],
        2,
        5,
        None,
    )
    assert ScoreTable.objects.get(team=None).counts.keys() == {"stage", "channel"}
    undo(ChangeSet.objects.latest("pk"), by=world.ada)
    assert ScoreSettings.objects.count() == 0
    assert "channel" not in ScoreTable.objects.get(team=None).counts


def test_a_field_that_would_give_the_end_away_cannot_be_chosen(world: Any, as_: Any) -> None:
    for name in ("lost_reason", "status", "competitor", "stage", "team"):
        answer = as_(world.ada).post("/scoring/settings", {"factors": [name], "least": 1, "least_tags": 1})
        assert answer.status_code == 422
    assert ScoreSettings.objects.count() == 0


def test_deals_from_before_the_chosen_day_do_not_count(world: Any) -> None:
    learned(world)
    values = {"factors": ["source"], "least": 1, "least_tags": 1}
    scoring.change_score_settings(values={**values, "starts_on": "2999-01-01"}, by=world.ada)
    table = ScoreTable.objects.get(team=None)
    assert (table.won, table.lost, table.counts) == (0, 0, {})
    close(world, won=1, lost=0)
    table.refresh_from_db()
    assert (table.won, ScoreLesson.objects.count()) == (0, 17)


def lived(world: Any, freeze: Any = None) -> None:
    """Three months of sixty deals each, of which a referral is won far more often than a fair."""
    import datetime as dt

    from django.utils import timezone

    referral, fair = make_sources("Referral", "Fair")
    rows = []
    start = timezone.make_aware(dt.datetime(2026, 5, 10))
    for month in range(3):
        for number in range(60):
            is_referral = number % 2 == 0
            is_won = number % 10 < 8 if is_referral else number % 10 < 2
            rows.append(
                ScoreLesson(
                    deal_id=10_000 + 60 * month + number,
                    team_id=world.north.pk,
                    is_won=is_won,
                    opened_at=start,
                    closed_at=start + dt.timedelta(days=31 * month),
                    values={
                        "stage": [str(world.new.pk)],
                        "source": [str((referral if is_referral else fair).pk)],
                    },
                    said=80 if is_won else 20,
                    is_manual=number < 10,
                )
            )
    ScoreLesson.objects.bulk_create(rows)
    from kairos.crm.scoring.lessons import recount

    recount()


def test_the_page_says_how_good_the_score_was_on_the_past(world: Any, as_: Any) -> None:
    lived(world)
    trial.try_on_the_past()
    table = ScoreTable.objects.get(team=None)
    found = table.trial
    # The first month teaches; the two others are predicted.
    assert (found["count"], found["won"]) == (
        120,
        ScoreLesson.objects.filter(closed_at__month__in=(6, 7), is_won=True).count(),
    )
    assert found["score"]["brier"] < found["base"]["brier"]
    assert table.trust > 0.5
    said = text_of(as_(world.lena).get("/scoring"))
    assert (
        "On 120 deals closed since Jun 10, 2026 the score was better than always saying the base rate" in said
    )
    assert "People beat the score: on 20 deals they were closer 20 times" in said
    assert "Learned from 180 deals" in said
    said = text_of(as_(world.ada).get(f"/scoring?team={world.south.pk}"))
    assert "No closed deals to learn from yet" in said


def test_a_trial_knows_nothing_of_the_month_it_predicts(world: Any) -> None:
    lived(world)
    lessons = list(ScoreLesson.objects.order_by("closed_at", "pk"))
    from kairos.crm.scoring import tables

    said, _trust = trial.predict(lessons, tables.settings())
    for lesson in lessons[120:]:
        lesson.is_won = not lesson.is_won
    again, _trust = trial.predict(lessons, tables.settings())
    assert [one.score for one in said] == [one.score for one in again]
    assert {one.deal for one in said} == {lesson.deal_id for lesson in lessons[60:]}


def test_learning_is_asked_for_once_and_shows_how_far_it_is(
    world: Any, as_: Any, django_capture_on_commit_callbacks: Any
) -> None:
    learned(world)
    follow(world, "score")
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_(world.lena).post("/scoring/learn", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    run = ScoreRun.objects.get()
    if run.finished_at is None:
        scoring.learn()
        run.refresh_from_db()
    # Sixteen lessons, and the two open deals of North.
    assert (run.done, run.total) == (18, 18)
    assert "Last learned" in text_of(as_(world.lena).get("/scoring"))


def test_sureness_needs_many_deals_and_a_narrow_span() -> None:
    from types import SimpleNamespace

    def score(low: float, high: float) -> Any:
        return SimpleNamespace(low=low, high=high)

    assert reasons.sureness(score(40, 50), 200) == "high"
    assert reasons.sureness(score(40, 50), 50) == "medium"
    assert reasons.sureness(score(40, 50), 20) == "low"
    assert reasons.sureness(score(30, 65), 200) == "low"
