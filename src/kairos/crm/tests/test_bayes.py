"""The arithmetic of the score against numbers computed by hand, and what must hold of every score."""

import itertools
from math import exp, log
from types import SimpleNamespace

import pytest

from kairos.crm.scoring.bayes import Model, Tally, ladder, percent, rate, reached


def tally(*deals: tuple[bool, dict[str, str]]) -> Tally:
    found = Tally()
    for is_won, values in deals:
        found.add(is_won, values.items())
    return found


def sixteen() -> Tally:
    """Sixteen deals, eight won; of eight from a referral six, of eight from a fair two."""
    return tally(
        *[(True, {"source": "referral"})] * 6,
        *[(False, {"source": "referral"})] * 2,
        *[(True, {"source": "fair"})] * 2,
        *[(False, {"source": "fair"})] * 6,
    )


def test_a_rate_is_pulled_towards_what_is_expected() -> None:
    assert rate(6, 2, 0.5, 5) == (6 + 2.5) / (8 + 5)
    assert rate(0, 0, 0.25, 5) == 0.25


def test_a_team_without_deals_believes_what_all_teams_have_seen() -> None:
    model = Model(sixteen(), None, {})
    # All: (8 + 0.5) / 17 = 0.5. A referral: of five doubtful deals half had it, and five more draw it to the half:
    # (6 + 5/4 + 5/2) / (8 + 5/2 + 5). The team has seen none.
    assert model.base_rate == 0.5
    score = model.score([("source", "referral")])
    assert score.base == 0
    assert [round(one.log_odds, 12) for one in score.reasons] == [round(log(9.75 / 5.75), 12)]
    assert score.percent == round(100 * 9.75 / 15.5, 2) == 62.9
    assert Model(sixteen(), None, {}).score([("source", "fair")]).percent == 37.1


def test_the_counts_of_a_team_count_more_than_those_of_all_as_they_grow() -> None:
    team = tally(*[(False, {"source": "referral"})] * 10, *[(True, {"source": "fair"})] * 10)
    model = Model(sixteen(), team, {})
    # Base: (10 + 10/2) / 30. Referral: expected 9.75/15.5 for ten deals, seen 0 of 10, half of the five doubtful.
    assert model.base_rate == 0.5
    expected = (1.25 + 10 * 9.75 / 15.5) / 22.5
    assert model.score([("source", "referral")]).percent == round(100 * expected, 2) == 33.51


def test_a_value_nobody_has_seen_says_nothing() -> None:
    model = Model(sixteen(), None, {})
    assert model.score([("source", "newsletter")]).reasons == []
    assert model.score([]).percent == 50


def test_a_value_must_have_been_seen_often_enough() -> None:
    model = Model(sixteen(), None, {}, least={"source": 9})
    assert model.score([("source", "referral")]).reasons == []


def test_a_field_that_only_won_deals_fill_in_says_nothing_by_being_filled_in() -> None:
    """Values are compared with deals that had one: otherwise filling in a field would look like winning."""
    found = tally(*[(True, {"source": "fair"})] * 50, *[(True, {"source": "web"})] * 50, *[(False, {})] * 100)
    model = Model(found, None, {})
    for source in ("fair", "web"):
        [reason] = model.score([("source", source)]).reasons
        assert reason.log_odds == pytest.approx(0)
    assert model.score([("source", "fair")]).percent == 50


def test_reasons_add_up_to_the_score() -> None:
    found = Tally()
    for number in range(60):
        is_won = number % 3 == 0
        found.add(
            is_won,
            [("stage", str(number % 4)), ("source", str(number % 5)), ("country", str(number % 7 % 2))],
        )
    model = Model(found, found, {str(n): 250 * n for n in range(4)}, trust=0.7)
    for stage, source, country in itertools.product("0123", "01234", "01"):
        score = model.score([("stage", stage), ("source", source), ("country", country)])
        total = score.base + sum(reason.log_odds for reason in score.reasons)
        assert score.percent == round(100 / (1 + exp(-total)), 2)
        assert len(score.reasons) == 3
        assert score.low < score.percent < score.high


def test_a_score_is_never_certain() -> None:
    assert percent(50) == 99.99
    assert percent(-50) == 0.01


def test_taking_a_deal_away_leaves_no_trace() -> None:
    found = sixteen()
    before = {"won": found.won, "lost": found.lost, "counts": {k: dict(v) for k, v in found.counts.items()}}
    found.add(True, [("source", "newsletter"), ("country", "TW")])
    found.add(True, [("source", "newsletter"), ("country", "TW")], -1)
    assert {"won": found.won, "lost": found.lost, "counts": found.counts} == before


def stage(pk: int, position: int, team: int | None = None, **more: object) -> SimpleNamespace:
    usual = {"kind": "opportunity", "is_won": False, "archived_at": None}
    return SimpleNamespace(pk=pk, position=position, team_id=team, **{**usual, **more})


def test_stages_of_different_teams_are_compared_by_where_they_stand() -> None:
    steps = ladder(
        [
            stage(1, 0),
            stage(2, 1),
            stage(3, 2, is_won=True),
            stage(4, 0, team=7),
            stage(5, 1, team=7),
            stage(6, 2, team=7),
            stage(7, 3, team=7),
            stage(8, 0, kind="lead"),
            stage(9, 1, kind="lead"),
        ]
    )
    assert steps == {"1": 0, "2": 500, "3": 1000, "4": 0, "5": 250, "6": 500, "7": 750, "8": -1000, "9": -500}


def test_an_archived_stage_counts_as_the_one_in_its_place() -> None:
    assert ladder([stage(1, 0), stage(2, 1, archived_at="then"), stage(3, 2)]) == {"1": 0, "2": 500, "3": 500}


def test_a_won_deal_has_been_through_all_stages_and_a_lost_one_through_those_up_to_its_own() -> None:
    steps = {"10": -1000, "1": 0, "2": 500, "3": 1000}
    found = tally(
        *[(True, {"stage": "2"})] * 3,
        *[(False, {"stage": "1"})] * 4,
        *[(False, {"stage": "2"})] * 2,
        *[(True, {"stage": "2L"})],
        *[(False, {"stage": "10L"})] * 5,
    )
    assert reached(found, steps, "1") == (4, 6)
    assert reached(found, steps, "2") == (4, 2)
    # Only what began as a lead has been among the leads.
    assert reached(found, steps, "10") == (1, 5)


def test_the_first_stage_says_next_to_nothing_and_a_later_one_more() -> None:
    steps = {"1": 0, "2": 500}
    found = tally(
        *[(True, {"stage": "2"})] * 10, *[(False, {"stage": "1"})] * 10, *[(False, {"stage": "2"})] * 5
    )
    model = Model(found, None, steps)
    first, second = (model.score([("stage", name)]) for name in "12")
    # Reached the first: 10 of 25; the second: 10 of 15, with five deals' worth of doubt at 10.5 of 26.
    base = 10.5 / 26
    assert first.percent == round(100 * (10 + 5 * base) / 30, 2) == 40.06
    assert second.percent == round(100 * (10 + 5 * base) / 20, 2) == 60.1
    assert abs(first.reasons[0].log_odds) < 0.02
