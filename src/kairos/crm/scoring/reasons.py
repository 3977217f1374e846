"""Why a deal has the score it has, in words and counts: what speaks for it, what against, and how alike ones ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from kairos.crm.models import Opportunity, Quality, Stage, Status
from kairos.crm.scoring import tables
from kairos.crm.scoring.bayes import STAGE, Model, Reason, Score
from kairos.crm.scoring.factors import QUALITIES, Factor, chosen, pairs_of, read_rows

SHOWN = 4
# A reason that moves the score by less is not worth a line.
WORTH = 0.5
# So few alike deals say nothing; then less is asked to be alike.
FEW = 5
ALIKE = 3
SURE, FAIRLY, HARDLY = "high", "medium", "low"


@dataclass(frozen=True, slots=True)
class Told:
    """One reason: the field, its value, how many with it were won, and by how many points it moves the score."""

    label: Any
    value: str
    won: int
    count: int
    points: int
    is_stage: bool


@dataclass(frozen=True, slots=True)
class Alike:
    """How closed deals ended that are like this one in what weighs most."""

    won: int
    count: int
    in_what: Sequence[str]


@dataclass(slots=True)
class Explanation:
    """What the page says of a score. `sureness` is high, medium or low; `closed` counts the deals it rests on."""

    is_enough: bool
    closed: int
    won: int
    base: int = 0
    percent: int = 0
    low: int = 0
    high: int = 0
    sureness: str = HARDLY
    ups: list[Told] = field(default_factory=list)
    downs: list[Told] = field(default_factory=list)
    alike: Alike | None = None


def explain(deal: Opportunity) -> Explanation:
    """Score an open deal now, whatever its team follows, and say why."""
    model = tables.models_for([deal.team_id])[deal.team_id]
    basis = model.team if model.team.closed else model.house
    found = Explanation(model.is_enough, basis.closed, basis.won)
    if not model.is_enough:
        found.closed, found.won = model.house.closed, model.house.won
        return found
    factors = chosen(tables.settings().factors)
    [(_row, raw)] = read_rows(Opportunity.with_leads.filter(pk=deal.pk), factors)
    score = model.score([(STAGE, str(deal.stage_id)), *pairs_of(raw)])
    found.base = round(100 * model.base_rate)
    found.percent, found.low, found.high = (_whole(share) for share in (score.percent, score.low, score.high))
    found.sureness = sureness(score, basis.closed)
    told = [one for one in score.reasons if makes_sense(one) and abs(score.points(one)) >= WORTH]
    told.sort(key=lambda one: -abs(one.log_odds))
    words = _words(told, factors, deal.stage)
    found.ups = [_told(score, one, words) for one in told if one.log_odds > 0][:SHOWN]
    found.downs = [_told(score, one, words) for one in told if one.log_odds < 0][:SHOWN]
    found.alike = _alike(deal, model, told, words)
    return found


def _whole(share: float) -> int:
    return min(99, max(1, int(share + 0.5)))


def sureness(score: Score, closed: int) -> str:
    """How far the score can be relied on: by the width of what it may be, and never far on few deals."""
    width = score.high - score.low
    if width < 15 and closed >= 100:
        return SURE
    return FAIRLY if width < 30 and closed >= 30 else HARDLY


def makes_sense(reason: Reason) -> bool:
    """Chance may have it that wrong addresses win; nobody should learn that from us, nor that going on is bad."""
    if reason.factor in QUALITIES:
        return (reason.log_odds > 0) == (reason.value == Quality.CORRECT)
    return reason.factor != STAGE or reason.log_odds > 0


def _told(score: Score, reason: Reason, words: dict[tuple[str, str], tuple[Any, str]]) -> Told:
    label, value = words[reason.factor, reason.value]
    count = reason.weight.won + reason.weight.lost
    points = round(score.points(reason))
    return Told(label, value, reason.weight.won, count, points, reason.factor == STAGE)


def _words(
    reasons: Iterable[Reason], factors: dict[str, Factor], stage: Stage
) -> dict[tuple[str, str], tuple[Any, str]]:
    """The names of fields and values, with one query for each kind of record that is named."""
    found: dict[tuple[str, str], tuple[Any, str]] = {}
    related: dict[str, list[str]] = {}
    for reason in reasons:
        key = (reason.factor, reason.value)
        if reason.factor == STAGE:
            found[key] = (_("Stage"), str(stage))
        elif _names_record(factors[reason.factor]):
            related.setdefault(reason.factor, []).append(reason.value)
        else:
            found[key] = (factors[reason.factor].label, _format(factors[reason.factor], reason.value))
    for name, keys in related.items():
        model: Any = factors[name].field.model_field.related_model  # type: ignore[union-attr]
        rows = model._base_manager.in_bulk([int(key) for key in keys])
        for value in keys:
            found[name, value] = (factors[name].label, str(rows.get(int(value), "–")))
    return found


def _names_record(factor: Factor) -> bool:
    return factor.field.kind in ("relation", "person", "tags", "relations")


def _format(factor: Factor, key: str) -> str:
    if factor.field.kind == "boolean":
        return factor.field.format(key == "true")
    if factor.field.kind == "rating":
        return "★" * int(key) or "–"
    if factor.field.kind == "choices":
        return str(dict(factor.field.choices()).get(key, key))  # type: ignore[attr-defined]
    return factor.field.format(key)


def _alike(
    deal: Opportunity, model: Model, told: Sequence[Reason], words: dict[tuple[str, str], tuple[Any, str]]
) -> Alike | None:
    """Closed deals that came as far and share what weighs most; where those are few, what weighs less is left out."""
    closed = Opportunity.with_leads.exclude(status=Status.OPEN).filter(archived_at=None)
    if model.team.closed >= FEW:
        closed = closed.filter(team=deal.team_id)
    step = model.steps.get(str(deal.stage_id), 0)
    beyond = [int(pk) for pk, other in model.steps.items() if other >= step]
    came_as_far = closed.filter(Q(status=Status.WON) | Q(stage__in=beyond))
    weighty = [one for one in told if one.factor != STAGE][:ALIKE]
    for number in range(len(weighty), -1, -1):
        same = came_as_far
        for one in weighty[:number]:
            same = same.filter(_has(one))
        counted = same.aggregate(count=Count("pk"), won=Count("pk", filter=Q(status=Status.WON)))
        if counted["count"] >= FEW:
            in_what = [words[one.factor, one.value][1] for one in weighty[:number]]
            return Alike(counted["won"], counted["count"], in_what)
    return None


def _has(reason: Reason) -> Q:
    factor = chosen([reason.factor])[reason.factor]
    if factor.field.kind == "choices":
        return Q(**{f"{reason.factor}__icontains": f'"{reason.value}"'})
    if factor.field.kind == "boolean":
        return Q(**{reason.factor: reason.value == "true"})
    return Q(
        **{
            reason.factor: int(reason.value)
            if _names_record(factor) or factor.field.kind == "rating"
            else reason.value
        }
    )
