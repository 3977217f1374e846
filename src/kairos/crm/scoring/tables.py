"""The counts as they stand, and the models made of them, which the process keeps until the counts are others."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from kairos.core.history.as_of import midnight
from kairos.crm.models import ProbabilityMode, ScoreSettings, ScoreTable, Stage, TeamProcess
from kairos.crm.scoring.bayes import Model, Tally, ladder
from kairos.crm.scoring.factors import USUAL, candidates, chosen

_kept: dict[int, tuple[str, Tally]] = {}


def settings() -> ScoreSettings:
    """By what the house scores; the usual where nobody has chosen."""
    return ScoreSettings.objects.order_by("pk").first() or ScoreSettings(factors=list(USUAL))


def counts_from(found: ScoreSettings) -> dt.datetime | None:
    """Since when a deal must have been opened to count."""
    if found.starts_on is None:
        return None
    return midnight(found.starts_on)


def steps() -> dict[str, int]:
    """How far each stage is on its way, archived ones too."""
    return ladder(Stage.objects.only("position", "team", "kind", "is_won", "archived_at"))


def least_of(found: ScoreSettings) -> dict[str, int]:
    """How often a value of each factor must have been seen."""
    return {
        name: found.least_tags if factor.is_several else found.least
        for name, factor in chosen(found.factors).items()
    }


def models_for(team_ids: Iterable[int | None]) -> dict[int | None, Model]:
    """The model of each team, and of deals without one, in three small queries."""
    wanted = set(team_ids)
    tallies, trust = _tallies(wanted)
    found = settings()
    several = frozenset(name for name, factor in candidates().items() if factor.is_several)
    ladder_, least = steps(), least_of(found)
    return {
        team: Model(
            tallies.get(None, Tally()),
            tallies.get(team) if team is not None else None,
            ladder_,
            least=least,
            trust=trust,
            several=several,
        )
        for team in wanted
    }


def _tallies(teams: set[int | None]) -> tuple[dict[int | None, Tally], float]:
    """The counts of teams and of all; those this process has read already are not read again."""
    rows = ScoreTable.objects.filter(Q(team=None) | Q(team__in=teams - {None}))
    found: dict[int | None, Tally] = {}
    trust = 1.0
    stale: dict[int, int | None] = {}
    for pk, team, mark, believed in rows.values_list("pk", "team_id", "mark", "trust"):
        trust = believed if team is None else trust
        if pk in _kept and _kept[pk][0] == mark:
            found[team] = _kept[pk][1]
        else:
            stale[pk] = team
    for table in ScoreTable.objects.filter(pk__in=stale) if stale else ():
        tally = Tally(table.won, table.lost, table.counts)
        found[table.team_id] = tally
        _kept[table.pk] = (table.mark, tally)
    return found, trust


def scoring_teams() -> set[int]:
    """The teams whose probabilities follow the score."""
    scored = TeamProcess.objects.filter(probability_mode=ProbabilityMode.SCORE)
    return set(scored.values_list("team_id", flat=True))


def mode_of(team: Any) -> str:
    """What the probability of a team's deals follows; deals without a team follow the stage."""
    if team is None:
        return ProbabilityMode.STAGE
    found = TeamProcess.objects.filter(team=team).values_list("probability_mode", flat=True)
    return found.first() or ProbabilityMode.STAGE
