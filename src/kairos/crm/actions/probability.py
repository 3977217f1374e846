"""What the probability of open deals follows: the stage, the score, or nobody but people, as their team has chosen."""

from typing import Any

from kairos.accounts.models import Team
from kairos.crm.models import Opportunity, ProbabilityMode, Stage, Status
from kairos.crm.scoring.tables import mode_of


def of_stage(stage: Stage, team: Team | None) -> dict[str, int]:
    """What standing in a stage writes to a deal's probability: nothing where the team follows the score, or nobody.

    The score is written when the change set ends, after everything that bears on it (see `crm.scoring.live`).
    """
    return {"probability": stage.probability} if mode_of(team) == ProbabilityMode.STAGE else {}


def of_reopened(stage: Stage, team: Team | None) -> dict[str, int]:
    """As `of_stage`, for a deal that was at 0 or 100: where people set it by hand, it begins with the stage's."""
    return {} if mode_of(team) == ProbabilityMode.SCORE else {"probability": stage.probability}


def following_again(opportunity: Opportunity) -> dict[str, Any]:
    """What a deal gets whose probability nobody sets by hand any more."""
    if opportunity.status == Status.OPEN:
        return of_stage(opportunity.stage, opportunity.team)
    return {"probability": 100 if opportunity.status == Status.WON else 0}
