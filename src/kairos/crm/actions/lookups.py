"""The processes by which teams sell, looked up once for all the deals of a change set."""

from collections.abc import Iterable
from typing import Any

from kairos.accounts.models import Team
from kairos.crm.actions.stages import NoStage, match_among
from kairos.crm.models import Kind, Opportunity, ProbabilityMode, Stage
from kairos.crm.scoring.tables import mode_of


class Processes:
    """Stages and probability modes by team; each team is asked about once."""

    def __init__(self) -> None:
        self._stages: dict[tuple[int | None, str], list[Stage]] = {}
        self._modes: dict[int | None, str] = {}
        self._known: dict[type[Any], dict[int, Any]] = {Stage: {}, Team: {}}

    def stages(self, team: Team | None, kind: str) -> list[Stage]:
        """A team's stages, in order, without archived ones."""
        key = (team.pk if team is not None and team.has_own_stages else None, kind)
        if key not in self._stages:
            self._stages[key] = list(Stage.objects.for_team(team, kind).active())
        return self._stages[key]

    def first(self, team: Team | None, kind: str = Kind.OPPORTUNITY) -> Stage:
        """Where a team's deals begin, or its leads. Raises `NoStage`."""
        found = next((stage for stage in self.stages(team, kind) if not stage.is_won), None)
        if found is None:
            raise NoStage()
        return found

    def won(self, team: Team | None) -> Stage | None:
        """The stage of a team's won deals, where its process has one."""
        return next((stage for stage in self.stages(team, Kind.OPPORTUNITY) if stage.is_won), None)

    def matching(self, stage: Stage, team: Team | None) -> Stage:
        """As `stages.matching_stage`."""
        return match_among(self.stages(team, stage.kind), stage) or self.first(team, stage.kind)

    def mode(self, team: Team | None) -> str:
        key = team.pk if team is not None else None
        if key not in self._modes:
            self._modes[key] = mode_of(team)
        return self._modes[key]

    def of_stage(self, stage: Stage, team: Team | None) -> dict[str, int]:
        """What standing in a stage writes to a deal's probability: nothing where the team follows the score, or nobody.

        The score is written when the change set ends, after everything that bears on it (see `crm.scoring.live`).
        """
        return {"probability": stage.probability} if self.mode(team) == ProbabilityMode.STAGE else {}

    def of_reopened(self, stage: Stage, team: Team | None) -> dict[str, int]:
        """As `of_stage`, for a deal that was at 0 or 100: where people set it by hand, it begins with the stage's."""
        return {} if self.mode(team) == ProbabilityMode.SCORE else {"probability": stage.probability}

    def attach(self, deals: Iterable[Opportunity]) -> None:
        """Give deals their stages and teams, which are few, without a join for each."""
        found = list(deals)
        for model, name in ((Stage, "stage"), (Team, "team")):
            known = self._known[model]
            ids = {getattr(deal, f"{name}_id") for deal in found} - known.keys() - {None}
            if ids:
                known |= model._base_manager.in_bulk(ids)
            for deal in found:
                if (pk := getattr(deal, f"{name}_id")) is not None:
                    setattr(deal, name, known[pk])
