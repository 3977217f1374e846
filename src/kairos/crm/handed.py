"""Who was given deals by hand hears of it, once for all they were given at a time."""

from collections import defaultdict
from collections.abc import Mapping, Set
from typing import Any

from kairos.core.history import Changes
from kairos.core.history.bulk import chunks
from kairos.core.slots import FOLLOWERS, Follower
from kairos.crm import events
from kairos.crm.models import Assignment


@FOLLOWERS.register(order=30, for_type="assignment")
class HandedOver(Follower):
    """Whatever way a deal came to a person by hand, the ledger has a line of it, and the person is told.

    A line that an undo brings back keeps its time, so nobody is told a second time.
    """

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        new = sorted(pk for pk, fields in fields_by_id.items() if "" in fields and pk not in deleted)
        gifts: dict[int | None, list[Assignment]] = defaultdict(list)
        for part in chunks(new):
            found = Assignment.objects.filter(pk__in=part, at=changes.at, reason__why="hand")
            for line in found.select_related("opportunity", "user").order_by("pk"):
                gifts[line.user_id].append(line)
        for lines in gifts.values():
            _tell(changes, lines)


def _tell(changes: Changes, lines: list[Assignment]) -> None:
    """Of one deal, or on the first of many how many there are."""
    first, count = lines[0], len(lines)
    params: dict[str, Any] = {"salesperson": first.user, "giver": changes.by, "user": first.user_id}
    if count == 1:
        changes.event(events.DEAL_GIVEN.name, first.opportunity, **params)
    else:
        changes.event(events.DEALS_GIVEN.name, first.opportunity, count=count, **params)
