"""The next step of a deal follows its earliest open activity (ADR 027)."""

from collections.abc import Iterable, Mapping, Set
from typing import Any

from kairos.activities.follow import touched_records
from kairos.activities.models import Activity
from kairos.core.history import Changes
from kairos.core.slots import FOLLOWERS, Follower
from kairos.crm.models import Opportunity


@FOLLOWERS.register(order=20, for_type="activity")
class NextStepFollows(Follower):
    """Whoever plans, finishes, moves, merges or undoes: the deal says what is to be done next, and when."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        deals = touched_records(changes, fields_by_id).get("opportunity", set())
        present = Opportunity._base_manager.filter(pk__in=deals).values_list("pk", flat=True)
        changes.settle(Opportunity, next_steps(present))


def next_steps(deals: Iterable[int]) -> dict[int, dict[str, Any]]:
    """For each deal what its fields shall say: its earliest open activity, or nothing."""
    found: dict[int, dict[str, Any]] = {pk: {"next_step": "", "next_step_on": None} for pk in deals}
    planned = Activity.objects.of("opportunity", list(found)).open().active()
    latest_first = planned.order_by("-due_on", "-starts_at", "-pk")
    for pk, summary, day in latest_first.values_list("record_id", "summary", "due_on"):
        found[pk] = {"next_step": summary, "next_step_on": day}
    return found
