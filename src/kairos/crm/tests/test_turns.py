"""The round robin by itself: exact shares whatever the weights, and nobody beyond a whole lead or their capacity."""

import random
from typing import Any

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kairos.accounts.models import User
from kairos.crm.assignment.planning import Rule, turn_for
from kairos.crm.assignment.seats import Seat
from kairos.crm.assignment.turns import Account, take_turn
from kairos.crm.models import MemberRule, Opportunity

weights = st.lists(st.integers(1, 60), min_size=1, max_size=8)


def accounts(of: list[int]) -> list[Account]:
    return [Account(key, weight) for key, weight in enumerate(of, start=1)]


def furthest(able: list[Account]) -> float:
    return max(abs(one.owed - one.received) for one in able)


@given(weights, st.integers(1, 250))
def test_nobody_is_ever_a_whole_lead_ahead_or_behind(of: list[int], leads: int) -> None:
    able = accounts(of)
    for _lead in range(leads):
        take_turn(able)
        assert furthest(able) < 1
    assert sum(one.received for one in able) == leads


@given(weights)
def test_a_whole_round_gives_everybody_exactly_their_capacity(of: list[int]) -> None:
    able = accounts(of)
    for _lead in range(sum(of)):
        take_turn(able)
    assert [one.received for one in able] == of


@given(weights, st.integers(0, 2**32), st.integers(1, 200))
def test_who_is_left_out_now_and_then_is_off_by_no_more_than_that(
    of: list[int], seed: int, leads: int
) -> None:
    dice, able = random.Random(seed), accounts(of)
    skipped = dict.fromkeys((one.key for one in able), 0)
    for _lead in range(leads):
        some = [one for one in able if dice.random() < 0.7] or able
        for one in able:
            skipped[one.key] += one not in some
        take_turn(some)
    for one in able:
        assert abs(one.owed - one.received) < 1 + max(skipped.values())
    assert sum(one.received for one in able) == leads


def test_the_same_beginning_has_the_same_end() -> None:
    def sequence() -> list[int]:
        able = accounts([30, 20, 10])
        return [take_turn(able).key for _lead in range(12)]

    assert sequence() == sequence() == [1, 2, 1, 3, 2, 1, 1, 2, 1, 3, 2, 1]


def test_giving_to_the_largest_debt_would_let_somebody_run_further_off() -> None:
    """Why it is not simply that: these weights put one of the twelve a lead and a fifth off."""
    of = [2, 1, 1, 30, 30, 3, 30, 3, 1, 3, 30, 1]
    able, plain = accounts(of), accounts(of)
    worst = worst_of_plain = 0.0
    for _lead in range(sum(of)):
        take_turn(able)
        worst = max(worst, furthest(able))
        for one in plain:
            one.owed += one.weight / sum(of)
        max(plain, key=lambda one: (round(one.owed - one.received, 6), -one.key)).received += 1
        worst_of_plain = max(worst_of_plain, furthest(plain))
    assert worst < 1 < 1.2 < worst_of_plain


def test_who_is_preferred_gets_other_leads_but_not_more_of_them() -> None:
    able = accounts([10, 10, 10])
    for number in range(90):
        take_turn(able, {1} if number % 3 == 0 else ())
    assert [one.received for one in able] == [30, 30, 30]


def given_out(capacities: list[int], leads: int, paused: set[int]) -> tuple[list[Seat], list[Any]]:
    """So many leads to people of these capacities, some of them paused, without a database; seats and who got each."""
    seats = []
    for pk, capacity in enumerate(capacities, start=1):
        rule = MemberRule(capacity=capacity, is_paused=pk in paused)
        seats.append(Seat(User(pk=pk, name=f"P{pk}"), rule, Account(pk, capacity)))
    nothing: Any = None
    rules = [Rule(seat, nothing) for seat in seats]
    now = timezone.now()
    turns = [turn_for(Opportunity(pk=n), rules, set(), now=now) for n in range(leads)]
    return seats, [turn.to and turn.to.pk for turn in turns]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.integers(0, 90), st.sets(st.integers(1, 6)))
def test_nobody_gets_more_than_their_capacity_and_nobody_is_passed_over(
    capacities: list[int], leads: int, paused: set[int]
) -> None:
    seats, got = given_out(capacities, leads, paused)
    room = sum(capacity for pk, capacity in enumerate(capacities, start=1) if pk not in paused)
    assert sum(pk is not None for pk in got) == min(leads, room)
    for seat in seats:
        assert seat.account.received == got.count(seat.user.pk) <= seat.capacity
        assert seat.user.pk not in paused or seat.account.received == 0
    assert given_out(capacities, leads, paused)[1] == got
