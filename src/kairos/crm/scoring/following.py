"""What follows when somebody chooses otherwise, on screen or by taking a choice back."""

from collections.abc import Mapping, Set

from kairos.core.history import Changes
from kairos.core.slots import Follower
from kairos.crm.models import TeamProcess
from kairos.crm.scoring import lessons


class FollowMode(Follower):
    """The open deals of a team follow what it has chosen: the stage, the score, or nobody but people."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        from kairos.crm.actions.scoring import follow_mode, leave_scores

        chosen = [pk for pk, names in fields_by_id.items() if names & {"", "probability_mode"}]
        for process in TeamProcess.objects.filter(pk__in=chosen).select_related("team"):
            follow_mode(changes, process.team, process.probability_mode)
        if deleted:
            leave_scores(changes)


class FollowSettings(Follower):
    """Closed deals are counted anew by what counts now; the open ones are scored in the background."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        from kairos.crm.tasks import learn

        lessons.recount()
        changes.afterwards(learn)
