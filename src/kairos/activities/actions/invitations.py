"""Invitations by mail: each address outside is told what its calendar does not know yet, and nothing else."""

import datetime as dt
import json
from collections.abc import Iterable, Set
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kairos.activities.actions.invitation_mails import by_mail, is_ahead, send_invitation
from kairos.activities.actions.series_invitations import addresses_of, tell_series
from kairos.activities.emails import Facts, facts_of
from kairos.activities.models import Activity, Attendee, Invitation, Series, Status
from kairos.activities.tasks import invite_at
from kairos.core.history import Changes, change_set
from kairos.core.history.parts import snapshots_of

# So long a change waits for the next one, or for being taken back, before anybody outside hears of it.
HELD = dt.timedelta(seconds=30)


def mark_due(changes: Changes, activities: Iterable[int], series: Iterable[int] = ()) -> None:
    """Something about these meetings, or series, may have to be told outside, a moment after their last change."""
    ids, numbers = set(activities), set(series)
    led = Activity._base_manager.filter(pk__in=ids, is_led_elsewhere=True).values_list("pk", flat=True)
    ids -= set(led)
    numbers |= series_of(ids)
    whole = addresses_of(numbers)
    written_to = by_mail(Attendee.objects.filter(activity__in=ids).select_related("activity"))
    new = [
        Invitation(activity_number=one.activity_id, uid=one.activity.uid, email=email, name=one.name)
        for email, one in written_to
        if email not in whole.get(one.activity.series_id or 0, ())
    ]
    uids = dict(Series.objects.filter(pk__in=whole).values_list("pk", "uid"))
    new += [
        Invitation(series_number=number, uid=uids[number], email=email, name=one.name)
        for number, people in whole.items()
        for email, one in people.items()
        if not one.activity.is_led_elsewhere
    ]
    Invitation.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    singles = Activity._base_manager.filter(series__in=numbers).values("pk")
    about = Q(activity_number__in=ids) | Q(activity_number__in=singles) | Q(series_number__in=numbers)
    due_at = changes.recorded_at + HELD
    if Invitation.objects.filter(about).update(due_at=due_at):
        invite_at(due_at)


def series_of(ids: Set[int]) -> set[int]:
    """The series that these are times of, or were before they were deleted."""
    there = dict(Activity._base_manager.filter(pk__in=ids).values_list("pk", "series"))
    gone = (json.loads(text).get("series") for _pk, text in snapshots_of(Activity, ids - there.keys()))
    return {int(one) for one in (*there.values(), *gone) if one}


def send_due_invitations(*, now: dt.datetime) -> int:
    """Tell what is due, meeting by meeting, each in a transaction of its own; returns how many mails there were."""
    due = Invitation.objects.due(now)
    return sum(_tell(one, now) for one in _numbers(due, "activity_number")) + sum(
        tell_series(one, now) for one in _numbers(due, "series_number")
    )


def _numbers(due: Any, name: str) -> list[int]:
    return list(due.exclude(**{name: None}).order_by(name).values_list(name, flat=True).distinct()[:500])


def _tell(number: int, now: dt.datetime) -> int:
    with change_set(by=None, summary=_("Sent invitations")) as changes:
        rows = list(Invitation.objects.select_for_update().filter(activity_number=number).order_by("pk"))
        if not any(row.due_at and row.due_at <= now for row in rows):
            return 0
        activity = (
            Activity._base_manager.select_related("type", "assignee", "created_by").filter(pk=number).first()
        )
        wanted = _wanted(activity)
        facts = facts_of(activity) if activity is not None else {}
        present = max(row.sequence for row in rows)
        changed = [
            row for row in rows if row.told and (row.is_off or row.told != facts or row.email not in wanted)
        ]
        sent = 0
        for row in rows:
            row.due_at = None
            attendee = wanted.get(row.email)
            sequence = present + 1 if row in changed else present
            if attendee is not None and activity is not None and activity.status == Status.OPEN:
                if (row.is_off or row.told != facts) and is_ahead(facts, now):
                    sent += _send(changes, row, activity, facts, sequence, attendee=attendee)
            elif attendee is None and row.told and not row.is_off and is_ahead(row.told, now):
                sent += _send(changes, row, activity, row.told, sequence, attendee=None)
            row.save()
        return sent


def _wanted(activity: Activity | None) -> dict[str, Attendee]:
    """Who is to come to a meeting that takes place, or has; nobody to one that does not."""
    if activity is None or activity.is_archived or activity.status == Status.CANCELLED:
        return {}
    invited = Attendee.objects.filter(activity=activity.pk).select_related("contact")
    found = dict(by_mail(invited)) if activity.type.is_meeting else {}
    whole = addresses_of([activity.series_id]) if activity.series_id else {}
    return {email: one for email, one in found.items() if email not in whole.get(activity.series_id or 0, ())}


def _send(
    changes: Changes,
    row: Invitation,
    activity: Activity | None,
    facts: Facts,
    sequence: int,
    *,
    attendee: Any,
) -> int:
    """One mail, and what it said."""
    row.sequence = sequence
    kind = "cancelled" if attendee is None else "changed" if row.told and not row.is_off else "invited"
    if not send_invitation(changes, row, activity, facts, kind=kind, attendee=attendee):
        return 0
    row.told, row.is_off = facts, attendee is None
    return 1
