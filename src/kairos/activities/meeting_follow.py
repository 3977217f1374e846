"""What follows from a change of a meeting, whoever makes it: those who are asked to come are told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import Any

from django.db.models import Exists, OuterRef

from kairos.activities import events
from kairos.activities.actions.invitation_mails import withdraw_unsent
from kairos.activities.actions.invitations import mark_due, series_of
from kairos.activities.actions.series_invitations import withdraw_unsent_of_series
from kairos.activities.models import Activity, Attendee, Series, Status
from kairos.core.history import Changes
from kairos.core.history.parts import owners_of
from kairos.core.models import Source
from kairos.core.slots import FOLLOWERS, Follower

# What a change of must be told; who else comes, or what the note says, need not.
MATTERS = frozenset({"summary", "place", "due_on", "starts_at", "ends_at"})
# What a series shares: a time of it with another is one changed by itself.
OWN = MATTERS | {"type", "note", "description", "assignee", "team"}
# What may have to be told outside; "" is a meeting that is new, or came back.
TOLD_OUTSIDE = MATTERS | {"", "status", "type", "archived_at", "series", "occurs_on"}


@FOLLOWERS.register(order=50, for_type="attendee")
class InvitedAreTold(Follower):
    """Colleagues who are new to a meeting."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        meetings = owners_of(Attendee, {*fields_by_id, *deleted})
        if changes.row.source != Source.DEMO:
            mark_due(changes, {pk for _kind, pk in meetings.values()})
        came_or_went = {pk for pk, names in fields_by_id.items() if "" in names} | deleted
        keep_own(changes, {meetings[pk][1]: {"attendees"} for pk in came_or_went if pk in meetings})
        new = {pk for pk, names in fields_by_id.items() if "" in names} - deleted
        if new:
            asked = Attendee.objects.filter(pk__in=new, activity__status=Status.OPEN)
            _tell(changes, events.INVITED.name, asked.exclude(_asked_before()))


@FOLLOWERS.register(order=40, for_type="activity")
class ChangedAlone(Follower):
    """What is changed of one time of a series alone, by whichever door, stays so when the others change."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        names = {pk: one & OWN for pk, one in fields_by_id.items() if "" not in one and pk not in deleted}
        keep_own(changes, {pk: one for pk, one in names.items() if one})


def keep_own(changes: Changes, names_by_id: Mapping[int, set[str]]) -> None:
    """Remember that these were changed alone, unless the whole series is being changed, or something taken back."""
    if changes.row.undoes_id or not names_by_id:
        return
    rows = Activity._base_manager.filter(pk__in=names_by_id).exclude(series=None)
    values = {
        pk: {"own_fields": " ".join(sorted(names_by_id[pk] | set(own.split())))}
        for pk, series, own in rows.values_list("pk", "series", "own_fields")
        if not changes.in_hand(Series, series)
    }
    changes.settle(Activity, values)


@FOLLOWERS.register(order=50, for_type="activity")
class AttendeesAreTold(Follower):
    """Colleagues whose meeting is at another time or place, or does not take place."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        if changes.row.source != Source.DEMO:
            mark_due(changes, {pk for pk, names in fields_by_id.items() if names & TOLD_OUTSIDE} | deleted)
        moved = {pk for pk, names in fields_by_id.items() if names & MATTERS and "" not in names}
        off = {pk for pk, names in fields_by_id.items() if "status" in names and "" not in names}
        gone = Activity._base_manager.filter(pk__in=off, status=Status.CANCELLED) if off else None
        if dropped := deleted | (set(gone.values_list("pk", flat=True)) if gone is not None else set()):
            withdraw_unsent_of_series(series_of(dropped))
            withdraw_unsent(dropped)
        known = Attendee.objects.coming().exclude(created_at__gte=changes.recorded_at)
        if moved:
            now_open = known.filter(activity__in=moved, activity__status=Status.OPEN)
            _tell(changes, events.MEETING_CHANGED.name, now_open)
        if off:
            told = known.filter(activity__in=off, activity__status=Status.CANCELLED)
            _tell(changes, events.MEETING_CANCELLED.name, told)


@FOLLOWERS.register(order=50, for_type="series")
class SeriesAreTold(Follower):
    """Those outside whose meeting repeats in another way."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        if changes.row.source != Source.DEMO:
            mark_due(changes, (), {*fields_by_id, *deleted})


def _asked_before() -> Exists:
    """Who was asked to an earlier time of the same series knows of it."""
    before = Attendee.objects.filter(
        user=OuterRef("user"), activity__series=OuterRef("activity__series"), pk__lt=OuterRef("pk")
    )
    return Exists(before)


def _tell(changes: Changes, event: str, attendees: Iterable[Any]) -> None:
    """One event for each meeting, for all of its colleagues; of a series, one for all of its times.

    The example company's past has been told.
    """
    if changes.row.source == Source.DEMO:
        return
    people: dict[Any, dict[str, Activity]] = defaultdict(dict)
    for one in attendees.exclude(user=None).select_related("activity").order_by("pk"):  # type: ignore[attr-defined]
        series = one.activity.series_id
        key = ("series", series) if series else ("activity", one.activity_id)
        people[key].setdefault(str(one.user_id), one.activity)
    for told in people.values():
        activity = next(iter(told.values()))
        changes.event(event, activity, what=activity, activity=activity.pk, people=",".join(told))
