"""One mail of an invitation, and who is written to at all."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Q

from kairos.activities import events
from kairos.activities.emails import Facts, invitation_mail
from kairos.activities.models import Activity, Attendee, Invitation
from kairos.activities.series_facts import UNSENT
from kairos.core.history import ActionRefused, Changes
from kairos.core.history.canonical import type_name
from kairos.mail.actions.outbox import NotWaiting, cancel_mail, queue_mail
from kairos.mail.models import OutgoingMail, State


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


def withdraw_unsent(numbers: Collection[int]) -> None:
    """What waits in the outbox about meetings that do not take place does not leave.

    Who was never told of one need not hear that it is off, and is invited anew when it comes back. That a meeting is
    off is told all the same, and what is of a whole series has its own way (`withdraw_unsent_of_series`).
    """
    about = OutgoingMail.objects.filter(about_type=type_name(Activity), about_id__in=numbers)
    waiting = about.filter(state=State.QUEUED).exclude(calendar__contains="METHOD:CANCEL")
    rows = Invitation.objects.filter(activity_number__in=numbers) if waiting.exists() else ()
    invitations = {(row.activity_number, row.email): row for row in rows}
    for mail in waiting.order_by("pk"):
        row = invitations.get((mail.about_id, mail.to_address.lower()))
        if row is None and mail.calendar:
            continue
        if withdrawn_now(mail) and row is not None:
            others = about.filter(about_id=mail.about_id, to_address__iexact=row.email)
            has_heard = others.exclude(state=State.CANCELLED).exists()
            # What was told before is not known any more; it differs from all that may be told next.
            row.told = {**row.told, UNSENT: True} if has_heard else {}
            row.save(update_fields=["told"])


def withdrawn_now(mail: OutgoingMail) -> bool:
    """Take it out of the outbox; False where it is under way already."""
    try:
        cancel_mail(mail)
    except NotWaiting:
        return False
    return True
