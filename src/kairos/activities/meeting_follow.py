"""What follows from a change of a meeting, whoever makes it: those who are asked to come are told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import Any

from kairos.activities import events
from kairos.activities.actions.invitations import mark_due
from kairos.activities.models import Activity, Attendee, Status
from kairos.core.history import Changes
from kairos.core.history.parts import owners_of
from kairos.core.models import Source
from kairos.core.slots import FOLLOWERS, Follower

# What a change of must be told; who else comes, or what the note says, need not.
MATTERS = frozenset({"summary", "place", "due_on", "starts_at", "ends_at"})
# What may have to be told outside; "" is a meeting that is new, or came back.
TOLD_OUTSIDE = MATTERS | {"", "status", "type", "archived_at"}


@FOLLOWERS.register(order=50, for_type="attendee")
class InvitedAreTold(Follower):
    """Colleagues who are new to a meeting."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        if changes.row.source != Source.DEMO:
            meetings = owners_of(Attendee, {*fields_by_id, *deleted})
            mark_due(changes, {pk for _kind, pk in meetings.values()})
        new = {pk for pk, names in fields_by_id.items() if "" in names} - deleted
        if new:
            _tell(
                changes,
                events.INVITED.name,
                Attendee.objects.filter(pk__in=new, activity__status=Status.OPEN),
            )


@FOLLOWERS.register(order=50, for_type="activity")
class AttendeesAreTold(Follower):
    """Colleagues whose meeting is at another time or place, or does not take place."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        if changes.row.source != Source.DEMO:
            mark_due(changes, {pk for pk, names in fields_by_id.items() if names & TOLD_OUTSIDE} | deleted)
        moved = {pk for pk, names in fields_by_id.items() if names & MATTERS and "" not in names}
        off = {pk for pk, names in fields_by_id.items() if "status" in names and "" not in names}
        known = Attendee.objects.coming().exclude(created_at__gte=changes.recorded_at)
        if moved:
            now_open = known.filter(activity__in=moved, activity__status=Status.OPEN)
            _tell(changes, events.MEETING_CHANGED.name, now_open)
        if off:
            gone = known.filter(activity__in=off, activity__status=Status.CANCELLED)
            _tell(changes, events.MEETING_CANCELLED.name, gone)


def _tell(changes: Changes, event: str, attendees: Iterable[Any]) -> None:
    """One event for each meeting, for all of its colleagues. The example company's past has been told."""
    if changes.row.source == Source.DEMO:
        return
    people: dict[Activity, list[str]] = defaultdict(list)
    for one in attendees.exclude(user=None).select_related("activity").order_by("pk"):  # type: ignore[attr-defined]
        people[one.activity].append(str(one.user_id))
    for activity, told in people.items():
        changes.event(event, activity, what=activity, activity=activity.pk, people=",".join(told))
