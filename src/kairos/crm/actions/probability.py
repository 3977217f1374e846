"""What the probability of open deals follows: the stage, the score, or nobody but people, as their team has chosen."""

from kairos.accounts.models import Team
from kairos.crm.models import ProbabilityMode, Stage
from kairos.crm.scoring.tables import mode_of


def of_stage(stage: Stage, team: Team | None) -> dict[str, int]:
    """What standing in a stage writes to a deal's probability: nothing where the team follows the score, or nobody.

    The score is written when the change set ends, after everything that bears on it (see `crm.scoring.live`).
    """
    return {"probability": stage.probability} if mode_of(team) == ProbabilityMode.STAGE else {}
