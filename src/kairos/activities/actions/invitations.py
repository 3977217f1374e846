"""Invitations by mail: each address outside is told what its calendar does not know yet, and nothing else."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kairos.activities import events
from kairos.activities.emails import Facts, facts_of, invitation_mail
from kairos.activities.models import Activity, Attendee, Invitation, Status
from kairos.activities.tasks import invite_at
from kairos.core.history import ActionRefused, Changes, change_set
from kairos.mail.actions.outbox import queue_mail

# So long a change waits for the next one, or for being taken back, before anybody outside hears of it.
HELD = dt.timedelta(seconds=30)


def mark_due(changes: Changes, activities: Iterable[int]) -> None:
    """Something about these meetings may have to be told outside, a moment after their last change."""
    given = set(activities)
    led = Activity._base_manager.filter(pk__in=given, is_led_elsewhere=True).values_list("pk", flat=True)
    ids = list(given - set(led))
    due_at = changes.recorded_at + HELD
    written_to = _by_mail(Attendee.objects.filter(activity__in=ids).select_related("activity"))
    new = [
        Invitation(activity_number=one.activity_id, uid=one.activity.uid, email=email, name=one.name)
        for email, one in written_to
    ]
    Invitation.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    if Invitation.objects.filter(activity_number__in=ids).update(due_at=due_at):
        invite_at(due_at)


def send_due_invitations(*, now: dt.datetime) -> int:
    """Tell what is due, meeting by meeting, each in a transaction of its own; returns how many mails there were."""
    due = Invitation.objects.due(now).order_by("activity_number").values_list("activity_number", flat=True)
    return sum(_tell(number, now) for number in list(due.distinct()[:500]))


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
                if (row.is_off or row.told != facts) and _is_ahead(facts, now):
                    sent += _send(changes, row, activity, facts, sequence, attendee=attendee)
            elif attendee is None and row.told and not row.is_off and _is_ahead(row.told, now):
                sent += _send(changes, row, activity, row.told, sequence, attendee=None)
            row.save()
        return sent


def _wanted(activity: Activity | None) -> dict[str, Attendee]:
    """Who is to come to a meeting that takes place, or has; nobody to one that does not."""
    if activity is None or activity.is_archived or activity.status == Status.CANCELLED:
        return {}
    invited = Attendee.objects.filter(activity=activity.pk).select_related("contact")
    return dict(_by_mail(invited)) if activity.type.is_meeting else {}


def _by_mail(attendees: Any) -> list[tuple[str, Attendee]]:
    """Those who are written to, by address: everybody outside, and colleagues who chose it.

    Of what comes again colleagues hear in the house only: a mail for each time would bury them.
    """
    colleagues = Q(
        activity__series=None,
        user__calendar_choice__is_invited_by_mail=True,
        user__archived_at=None,
        user__email__isnull=False,
    )
    found = attendees.filter(~Q(email="") | colleagues).select_related("user").order_by("pk")
    return [(one.email or one.user.email.lower(), one) for one in found]


def _is_ahead(facts: Facts, now: dt.datetime) -> bool:
    """Nobody hears of what is over."""
    if facts.get("ends"):
        return dt.datetime.fromisoformat(facts["ends"]) > now
    return dt.date.fromisoformat(facts["day"]) >= now.date()


def _send(
    changes: Changes,
    row: Invitation,
    activity: Activity | None,
    facts: Facts,
    sequence: int,
    *,
    attendee: Any,
) -> int:
    """One mail into the outbox; who cannot be written to is told of at the meeting."""
    row.sequence = sequence
    try:
        with changes.attempt():
            queue_mail(**invitation_mail(row, activity, facts, attendee=attendee, now=changes.recorded_at))
    except ActionRefused as refusal:
        if activity is not None:
            told = {"person": row.name or row.email, "reason": refusal, "people": activity.organiser_id or ""}
            changes.event(events.NOT_INVITED.name, activity, **told)
        return 0
    row.told, row.is_off = facts, attendee is None
    return 1
