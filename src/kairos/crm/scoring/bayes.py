"""The arithmetic of the score: naive Bayes over counts of won and lost, a team's backed by all teams'.

All weights are log-odds, so that a score is the base and its reasons added up. For a value seen w times won and l times
lost, `rate` = (w + k·q) / (w + l + k): the share of won ones, as if k more deals had gone as q says. Its weight is the
log-odds of that rate less those of the deals that had any value there: by Bayes' rule the two likelihoods' ratio.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import exp, log, sqrt
from typing import Any

# So many deals' worth of doubt stand against a value's own counts, and of all teams' experience against a team's.
CAUTION = 5
BACKING = 10
# From so many closed deals on, of which some were won and some lost, there is a score.
ENOUGH = 10
LOWEST, HIGHEST = 0.01, 99.99
STAGE = "stage"
# Half of an interval that holds in eight of ten cases.
EIGHT_OF_TEN = 1.2816


def rate(won: float, lost: float, toward: float, weight: float) -> float:
    """The share of won ones, pulled towards an expectation by so many deals' worth of doubt."""
    return (won + weight * toward) / (won + lost + weight)


def logit(share: float) -> float:
    return log(share / (1 - share))


def expit(odds: float) -> float:
    return 1 / (1 + exp(-odds)) if odds >= 0 else exp(odds) / (1 + exp(odds))


def percent(odds: float) -> float:
    """Log-odds as a score: 0.01 to 99.99."""
    return min(HIGHEST, max(LOWEST, round(100 * expit(odds), 2)))


@dataclass(slots=True)
class Tally:
    """What has been counted: {factor: {value: [won, lost]}}, and the deals in all."""

    won: int = 0
    lost: int = 0
    counts: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    @property
    def closed(self) -> int:
        return self.won + self.lost

    def add(self, is_won: bool, values: Iterable[tuple[str, str]], sign: int = 1) -> None:
        """Count one deal, or take it away again; a value nobody has any more is forgotten."""
        self.won += sign * is_won
        self.lost += sign * (not is_won)
        for factor, value in values:
            by_value = self.counts.setdefault(factor, {})
            pair = by_value.setdefault(value, [0, 0])
            pair[not is_won] += sign
            if pair == [0, 0]:
                del by_value[value]
                if not by_value:
                    del self.counts[factor]

    def pair(self, factor: str, value: str) -> Sequence[int]:
        return self.counts.get(factor, {}).get(value, (0, 0))

    def known(self, factor: str) -> tuple[int, int]:
        """How many deals had any value there, won and lost."""
        pairs = self.counts.get(factor, {}).values()
        return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


@dataclass(frozen=True, slots=True)
class Weight:
    """What one value says, in log-odds; the counts it rests on (the team's, where it has any), and their variance."""

    log_odds: float
    won: int
    lost: int
    variance: float
    is_of_team: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """One value of a deal, and what it adds to the log-odds."""

    factor: str
    value: str
    log_odds: float
    weight: Weight


@dataclass(frozen=True, slots=True)
class Score:
    """A deal's score in percent with its reasons, which add up to it: logit(score) = base + all reasons' log-odds."""

    base: float
    reasons: Sequence[Reason]
    spread: float

    @property
    def log_odds(self) -> float:
        return self.base + sum(reason.log_odds for reason in self.reasons)

    @property
    def percent(self) -> float:
        return percent(self.log_odds)

    @property
    def low(self) -> float:
        """The lower end of what the score may be, in eight of ten cases."""
        return percent(self.log_odds - EIGHT_OF_TEN * self.spread)

    @property
    def high(self) -> float:
        return percent(self.log_odds + EIGHT_OF_TEN * self.spread)

    def points(self, reason: Reason) -> float:
        """What the score would lose without this reason, in points."""
        return self.percent - percent(self.log_odds - reason.log_odds)


@dataclass(frozen=True, slots=True)
class Known:
    """The deals that had a value in some field: the share of won ones, how many they are, and what draws the share.

    It is drawn by some deals' worth of doubt, which had values as the real deals did. So a field that only won deals
    fill in says nothing by being filled in, however often.
    """

    rate: float
    count: int
    base: float

    def rate_of(self, won: float, lost: float, toward: float, weight: float) -> float:
        """The share of won ones with one value."""
        doubt = CAUTION * (won + lost) / self.count if self.count else 0.0
        return rate(won + doubt * self.base, lost + doubt * (1 - self.base), toward, weight)


class Model:
    """What a team's closed deals say, backed by all; without a team, or for a new one, what all say.

    `steps` gives for each stage how far it is on its way, so that teams with stages of their own teach each other; see
    `ladder`. `least` says how often a value must have been seen to count, `trust` how far reasons other than the
    stage are believed: what a trial on the past has found best.
    """

    def __init__(
        self,
        house: Tally,
        team: Tally | None,
        steps: Mapping[str, int],
        *,
        least: Mapping[str, int] | int = 1,
        trust: float = 1.0,
        several: frozenset[str] = frozenset(),
    ) -> None:
        self.house, self.team = house, team or Tally()
        self.steps = steps
        self.least, self.trust, self.several = least, trust, several
        self._weights: dict[tuple[str, str], Weight | None] = {}
        self._known_rates: dict[tuple[str, bool], Known] = {}

    @property
    def is_enough(self) -> bool:
        return self.house.closed >= ENOUGH and self.house.won > 0 and self.house.lost > 0

    @cached_property
    def house_rate(self) -> float:
        return rate(self.house.won, self.house.lost, 0.5, 1)

    @cached_property
    def base_rate(self) -> float:
        """How many of a team's deals are won, whatever they are like."""
        return rate(self.team.won, self.team.lost, self.house_rate, BACKING)

    @cached_property
    def base(self) -> float:
        return logit(self.base_rate)

    def score(self, values: Iterable[tuple[str, str]]) -> Score:
        """The score of a deal with these values; a value that says nothing is no reason."""
        reasons = []
        variance = 1 / ((self.team.closed + BACKING) * self.base_rate * (1 - self.base_rate))
        for factor, value in values:
            weight = self.weight(factor, value)
            if weight is not None:
                trust = 1.0 if factor == STAGE else self.trust
                reasons.append(Reason(factor, value, trust * weight.log_odds, weight))
                variance += trust * trust * weight.variance
        return Score(self.base, reasons, sqrt(variance))

    def weight(self, factor: str, value: str) -> Weight | None:
        """What a value says; nothing where it has been seen too rarely."""
        key = (factor, value)
        if key not in self._weights:
            self._weights[key] = self._weight(factor, value)
        return self._weights[key]

    def weights(self, factor: str) -> dict[str, float]:
        """The log-odds of every value of a factor that says something, as they enter a score; the usual ones first."""
        trust = 1.0 if factor == STAGE else self.trust
        values = self.steps if factor == STAGE else self.house.counts.get(factor, {})
        found = {value: one for value in values if (one := self.weight(factor, value)) is not None}
        usual = sorted(found.items(), key=lambda item: -(item[1].won + item[1].lost))
        return {value: trust * one.log_odds for value, one in usual}

    def _weight(self, factor: str, value: str) -> Weight | None:
        won, lost = self._seen(self.house, factor, value)
        if won + lost < self._least_of(factor):
            return None
        known = self._known(self.house, factor, self.house_rate)
        house = logit(known.rate_of(won, lost, known.rate, CAUTION)) - logit(known.rate)
        own_won, own_lost = self._seen(self.team, factor, value)
        own = self._known(self.team, factor, self.base_rate)
        share = own.rate_of(own_won, own_lost, expit(logit(own.rate) + house), BACKING)
        is_own = own_won + own_lost > 0
        seen = own_won + own_lost + min(BACKING, won + lost)
        return Weight(
            logit(share) - logit(own.rate),
            own_won if is_own else won,
            own_lost if is_own else lost,
            1 / ((seen + CAUTION) * share * (1 - share)),
            is_own,
        )

    def _least_of(self, factor: str) -> int:
        if factor == STAGE:
            return 1
        return self.least if isinstance(self.least, int) else self.least.get(factor, 1)

    def _known(self, tally: Tally, factor: str, base: float) -> "Known":
        """What a value is compared with: the deals that had any value there; for stages and lists, all."""
        if factor == STAGE or factor in self.several:
            return Known(base, 0, 0.0)
        key = (factor, tally is self.team)
        if key not in self._known_rates:
            won, lost = tally.known(factor)
            self._known_rates[key] = Known(rate(won, lost, base, CAUTION), won + lost, base)
        return self._known_rates[key]

    def _seen(self, tally: Tally, factor: str, value: str) -> Sequence[int]:
        return reached(tally, self.steps, value) if factor == STAGE else tally.pair(factor, value)


def reached(tally: Tally, steps: Mapping[str, int], stage: str) -> tuple[int, int]:
    """How many deals came as far as a stage, and were won or lost there or later. A won one has come all the way.

    A lesson's stage is marked "L" where the deal began as a lead: only such have been through the leads' stages.
    """
    step = steps.get(stage)
    if step is None:
        return 0, 0
    won = lost = 0
    for value, (ones_won, ones_lost) in tally.counts.get(STAGE, {}).items():
        began_as_lead = value.endswith("L")
        if step < 0 and not began_as_lead:
            continue
        won += ones_won
        if steps.get(value.removesuffix("L"), step) >= step:
            lost += ones_lost
    return won, lost


def ladder(stages: Iterable[Any]) -> dict[str, int]:
    """How far each stage is on the way of its team, by id: leads from -1000, deals from 0 to below 1000.

    The share of open stages that lie before it; so stages of different teams are compared by where they stand. A won
    stage is the end, 1000; an archived one counts as the stage that has taken its place.
    """
    ways: dict[tuple[int | None, str], list[Any]] = {}
    found: dict[str, int] = {}
    for stage in sorted(stages, key=lambda one: (one.position, one.pk)):
        if stage.is_won:
            found[str(stage.pk)] = 1000
        else:
            ways.setdefault((stage.team_id, stage.kind), []).append(stage)
    for (_team, kind), way in ways.items():
        active = [one for one in way if one.archived_at is None] or way
        for stage in way:
            before = sum((one.position, one.pk) < (stage.position, stage.pk) for one in active)
            share = 1000 * min(before, len(active) - 1) // len(active)
            found[str(stage.pk)] = share if kind == "opportunity" else share - 1000
    return found
