"""One mail of an invitation, and who is written to at all."""

import datetime as dt
from typing import Any

from django.db.models import Q

from kairos.activities import events
from kairos.activities.emails import Facts, invitation_mail
from kairos.activities.models import Activity, Attendee, Invitation
from kairos.core.history import ActionRefused, Changes
from kairos.mail.actions.outbox import queue_mail


def by_mail(attendees: Any) -> list[tuple[str, Attendee]]:
    """Those who are written to, by address: everybody outside, and colleagues who chose it."""
    colleagues = Q(
        user__calendar_choice__is_invited_by_mail=True, user__archived_at=None, user__email__isnull=False
    )
    found = attendees.filter(~Q(email="") | colleagues).select_related("user").order_by("pk")
    return [(one.email or one.user.email.lower(), one) for one in found]


def is_ahead(facts: Facts, now: dt.datetime) -> bool:
    """Nobody hears of what is over."""
    if facts.get("ends"):
        return dt.datetime.fromisoformat(facts["ends"]) > now
    return dt.date.fromisoformat(facts["day"]) >= now.date()


def send_invitation(
    changes: Changes, row: Invitation, activity: Activity | None, facts: Facts, *, kind: str, attendee: Any
) -> int:
    """One mail into the outbox; who cannot be written to is told of at the meeting. `kind` as in `invitation_mail`."""
    try:
        with changes.attempt():
            queue_mail(
                **invitation_mail(row, activity, facts, kind=kind, attendee=attendee, now=changes.recorded_at)
            )
    except ActionRefused as refusal:
        if activity is not None:
            told = {"person": row.name or row.email, "reason": refusal, "people": activity.organiser_id or ""}
            changes.event(events.NOT_INVITED.name, activity, **told)
        return 0
    return 1
