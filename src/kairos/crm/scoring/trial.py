"""Trying the score on the past: each month's closings are predicted by what was known before the month began."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from kairos.accounts.models import Team
from kairos.crm.models import ScoreLesson, ScoreSettings, ScoreTable, Stage
from kairos.crm.scoring import figures, tables
from kairos.crm.scoring.bayes import STAGE, Model, Tally, expit
from kairos.crm.scoring.factors import candidates, chosen
from kairos.crm.scoring.lessons import pairs

# How far reasons may be believed; the best on the past is taken, once there are so many deals to judge by.
TRUSTS = [number / 10 for number in range(11)]
JUDGED_BY = 50
WON_STEP = 1000


@dataclass(slots=True)
class Prediction:
    """What was said of one deal before it closed, as shares: by the score at its end and at its start, by the base
    rate of its team, by its stage; and by people, where they had set it."""

    team: int | None
    deal: int
    is_won: bool
    score: float
    start: float
    base: float
    stage: float
    by_hand: float | None
    closed_at: dt.datetime


def try_on_the_past() -> None:
    """Predict all closings of the past month by month, and keep with each table what came of it.

    Also keeps how far reasons are to be believed from now on, and beside what people have set what the score said.
    """
    found = tables.settings()
    lessons = _lessons(found)
    predictions, trust = predict(lessons, found)
    filled = _filled(lessons, found)
    by_team: dict[int | None, list[Prediction]] = defaultdict(list)
    for one in predictions:
        by_team[one.team].append(one)
    for table in ScoreTable.objects.all():
        ones = predictions if table.team_id is None else by_team[table.team_id]
        trial = report(ones)
        if table.team_id is None:
            trial |= {"filled": filled, "lessons": len(lessons)}
            ScoreTable.objects.filter(pk=table.pk).update(trust=trust)
        ScoreTable.objects.filter(pk=table.pk).update(trial=trial)
    _keep_beside_people(predictions)


def _lessons(found: ScoreSettings) -> list[ScoreLesson]:
    lessons = ScoreLesson.objects.order_by("closed_at", "pk")
    since = tables.counts_from(found)
    return list(lessons.filter(opened_at__gte=since) if since else lessons)


def predict(lessons: Sequence[ScoreLesson], found: ScoreSettings) -> tuple[list[Prediction], float]:
    """The predictions in order of closing, and the trust that would have served best."""
    trial = _Trial(found)
    month: list[ScoreLesson] = []
    for lesson in lessons:
        if month and _month(lesson.closed_at) != _month(month[0].closed_at):
            trial.live_through(month)
            month = []
        month.append(lesson)
    if month:
        trial.live_through(month)
    return trial.predictions, trial.trust


def _month(moment: dt.datetime) -> tuple[int, int]:
    local = timezone.localtime(moment)
    return local.year, local.month


class _Trial:
    """What is known so far, and what has been said."""

    def __init__(self, found: ScoreSettings) -> None:
        self.factors = frozenset(chosen(found.factors))
        self.several = frozenset(name for name, one in candidates().items() if one.is_several)
        self.least = tables.least_of(found)
        self.steps = tables.steps()
        self.says = {str(pk): says / 100 for pk, says in Stage.objects.values_list("pk", "probability")}
        self.teams = set(Team.objects.values_list("pk", flat=True))
        self.house = Tally()
        self.tallies: dict[int | None, Tally] = defaultdict(Tally)
        self.predictions: list[Prediction] = []
        self.losses = [0.0] * len(TRUSTS)

    @property
    def trust(self) -> float:
        """The trust that has served best so far; full trust before there is anything to judge by."""
        if len(self.predictions) < JUDGED_BY:
            return 1.0
        return max(TRUSTS, key=lambda one: (-self.losses[TRUSTS.index(one)], one))

    def live_through(self, month: Iterable[ScoreLesson]) -> None:
        """Say what was to be expected of each closing, knowing nothing of this month; then learn from it."""
        models: dict[int | None, Model] = {}
        said = []
        for lesson in month:
            team = lesson.team_id if lesson.team_id in self.teams else None
            if team not in models:
                models[team] = self._model(team)
            if models[team].is_enough and (one := self._said(models[team], lesson, team)):
                said.append(one)
        self._judge(said)
        for lesson in month:
            found = pairs(lesson, self.factors)
            self.house.add(lesson.is_won, found)
            if lesson.team_id in self.teams:
                self.tallies[lesson.team_id].add(lesson.is_won, found)

    def _model(self, team: int | None) -> Model:
        own = self.tallies[team] if team is not None else None
        return Model(self.house, own, self.steps, least=self.least, several=self.several)

    def _said(
        self, model: Model, lesson: ScoreLesson, team: int | None
    ) -> tuple[Prediction, float, float] | None:
        """The prediction with its two parts: what base and stage say, and what everything else does."""
        stage = lesson.values[STAGE][0]
        if self.steps.get(stage, WON_STEP) >= WON_STEP:
            # It never stood in an open stage, so nothing was ever said of it.
            return None
        reasons = model.score(
            [(STAGE, stage), *((n, v) for n, v in pairs(lesson, self.factors) if n != STAGE)]
        ).reasons
        of_stage = sum(one.log_odds for one in reasons if one.factor == STAGE)
        rest = sum(one.log_odds for one in reasons if one.factor != STAGE)
        by_hand = lesson.said / 100 if lesson.is_manual else None
        certain = model.base + of_stage
        one = Prediction(
            team,
            lesson.deal_id,
            lesson.is_won,
            expit(certain + self.trust * rest),
            expit(model.base + self.trust * rest),
            model.base_rate,
            self.says.get(stage, model.base_rate),
            by_hand,
            lesson.closed_at,
        )
        return one, certain, rest

    def _judge(self, said: Iterable[tuple[Prediction, float, float]]) -> None:
        for one, certain, rest in said:
            for number, trust in enumerate(TRUSTS):
                self.losses[number] += figures.log_loss([(expit(certain + trust * rest), one.is_won)])
            self.predictions.append(one)


def report(predictions: Sequence[Prediction]) -> dict[str, Any]:
    """What came of the predictions, as figures that can be stored."""
    if not predictions:
        return {"count": 0}
    won = [one.is_won for one in predictions]
    base = [one.base for one in predictions]
    since = predictions[0].closed_at.isoformat()
    found: dict[str, Any] = {"count": len(won), "won": sum(won), "since": since}
    for name in ("score", "start", "base", "stage"):
        shares = list(zip((getattr(one, name) for one in predictions), won, strict=True))
        found[name] = {
            "brier": figures.brier(shares),
            "log_loss": figures.log_loss(shares),
            "auc": figures.auc(shares),
        }
        if name in ("score", "start"):
            found[name] |= {"bins": figures.bins(shares), "gain": figures.gain(shares, base)}
    hand = [one for one in predictions if one.by_hand is not None]
    found["hand"] = _against_people(hand)
    return found


def _against_people(hand: Sequence[Prediction]) -> dict[str, Any]:
    """How people did where they had set the probability themselves, and how the score would have."""
    if not hand:
        return {"count": 0}
    people = [(one.by_hand or 0.0, one.is_won) for one in hand]
    score = [(one.score, one.is_won) for one in hand]
    closer = sum(
        abs(said - won) < abs(other - won) for (said, won), (other, _won) in zip(people, score, strict=True)
    )
    return {
        "count": len(hand),
        "closer": closer,
        "people": figures.brier(people),
        "score": figures.brier(score),
        "gain": figures.gain(people, [share for share, _won in score]),
    }


def _filled(lessons: Sequence[ScoreLesson], found: ScoreSettings) -> dict[str, float]:
    """Of what share of the closed deals each field that counts was filled in."""
    if not lessons:
        return {}
    return {name: sum(name in one.values for one in lessons) / len(lessons) for name in chosen(found.factors)}


def _keep_beside_people(predictions: Iterable[Prediction]) -> None:
    said = {one.deal: one.score for one in predictions if one.by_hand is not None}
    rows = list(ScoreLesson.objects.filter(is_manual=True))
    for row in rows:
        row.predicted = 100 * said[row.deal_id] if row.deal_id in said else None
    ScoreLesson.objects.bulk_update(rows, ["predicted"], batch_size=500)
