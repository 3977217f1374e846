"""What follows from a change of a meeting here: the accounts of whoever it concerns have their turn at once."""

from collections.abc import Mapping, Set

from django.db.models import Q
from django.utils import timezone

from kairos.activities.models import Activity, Attendee
from kairos.calendars.models import AccountState, RemoteEvent
from kairos.core.history import Changes
from kairos.core.history.parts import owners_of
from kairos.core.models import Source
from kairos.core.slots import FOLLOWERS, Follower


@FOLLOWERS.register(order=60, for_type="activity")
class ServersHear(Follower):
    """A meeting was planned, changed, called off or deleted."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        if changes.row.source not in (Source.CALENDAR, Source.DEMO):
            _wake({*fields_by_id, *deleted})


@FOLLOWERS.register(order=60, for_type="attendee")
class ServersHearOfAnswers(Follower):
    """Somebody is asked to come to a meeting, or has answered."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        if changes.row.source not in (Source.CALENDAR, Source.DEMO):
            _wake({number for _kind, number in owners_of(Attendee, {*fields_by_id, *deleted}).values()})


def _wake(numbers: set[int]) -> None:
    given = list(numbers)[:5000]
    owners = Q(account__owner__in=Activity._base_manager.filter(pk__in=given).values("assignee"))
    owners |= Q(account__owner__in=Attendee.objects.filter(activity__in=given).values("user"))
    series = Activity._base_manager.filter(pk__in=given).exclude(series=None).values("series")
    about = Q(activity_number__in=given) | Q(series_number__in=series)
    known = RemoteEvent.objects.filter(about).values("calendar__account")
    now = timezone.now()
    AccountState.objects.filter(owners | Q(account__in=known), next_check_at__gt=now, failures=0).update(
        next_check_at=now
    )
