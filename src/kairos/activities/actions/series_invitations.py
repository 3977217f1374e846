"""Invitations by mail to what repeats: the rule once, and of single times only what differs from what was told."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.activities.actions.invitation_mails import by_mail, is_ahead, send_invitation, withdrawn_now
from kairos.activities.models import Activity, Attendee, Invitation, Series, Status
from kairos.activities.recurrence import Rule
from kairos.activities.series_facts import UNSENT, is_held, pattern_of, said, tellings
from kairos.core.history import Changes, change_set
from kairos.core.history.canonical import type_name
from kairos.mail.models import OutgoingMail, State

# Of a line in a calendar so much stands before the first fold.
UNFOLDED = 60
Coming = dict[int, dict[str, Attendee]]


def tell_series(number: int, now: dt.datetime) -> int:
    """Tell each address that is asked to a series what its calendar does not know yet; returns how many mails."""
    with change_set(by=None, summary=_("Sent invitations")) as changes:
        rows = list(Invitation.objects.select_for_update().filter(series_number=number).order_by("pk"))
        if not any(row.due_at and row.due_at <= now for row in rows):
            return 0
        series = Series.objects.filter(pk=number).first()
        times = _times_of(series)
        pattern = pattern_of(times)
        coming = _coming(times)
        sent = 0
        for row in rows:
            row.due_at = None
            attendee = coming[pattern.pk].get(row.email) if pattern is not None else None
            if attendee is None or series is None or pattern is None:
                sent += _take_back(changes, row, pattern, now)
            else:
                sent += _tell(changes, row, series, times, pattern, attendee, coming, now)
            row.save()
        return sent


def withdraw_unsent_of_series(numbers: Iterable[int]) -> None:
    """What waits in the outbox about a series of which something is off does not leave; how it stands now is told.

    Who was never told of a series is invited anew to what is left of it, or hears nothing; everybody else is told
    the whole of it again, or that all of it is off.
    """
    about = OutgoingMail.objects.filter(about_type=type_name(Activity))
    waiting = about.filter(state=State.QUEUED).exclude(calendar="")
    for row in Invitation.objects.filter(series_number__in=set(numbers), is_off=False).order_by("pk"):
        named = {"to_address__iexact": row.email, "calendar__contains": f"UID:{row.uid[:UNFOLDED]}"}
        withdrawn = [mail for mail in waiting.filter(**named).order_by("pk") if withdrawn_now(mail)]
        if withdrawn:
            has_heard = about.filter(**named).exclude(state=State.CANCELLED).exists()
            row.told = {**row.told, UNSENT: True} if has_heard else {}
            row.save(update_fields=["told"])


def addresses_of(series: Iterable[int]) -> dict[int, dict[str, Attendee]]:
    """Who is written to as one who comes to the whole, by series; everybody else is by the single time."""
    found = {}
    for one in Series.objects.filter(pk__in=set(series)):
        pattern = pattern_of(_times_of(one))
        found[one.pk] = _coming([pattern])[pattern.pk] if pattern is not None else {}
    return found


def _tell(
    changes: Changes,
    row: Invitation,
    series: Series,
    times: list[Activity],
    pattern: Activity,
    attendee: Attendee,
    coming: Coming,
    now: dt.datetime,
) -> int:
    state = said(series, times, pattern, lambda one: row.email in coming[one.pk])
    told = {} if row.is_off else row.told
    is_open = any(one.status == Status.OPEN and (one.ends_at or _end_of(one)) > now for one in times)
    due = tellings(told, state, lambda facts: is_ahead(facts, now)) if is_open else []
    if not due:
        return 0
    by_day = {one.occurs_on.isoformat(): one for one in times if one.occurs_on}
    if row.told:
        row.sequence += 1
    revisions = {} if not due[0].day else dict(row.told.get("revisions", {}))
    sent = 0
    for one in due:
        about = by_day.get(one.day, pattern)
        kind = "cancelled" if one.is_off else "changed" if told or one.day else "invited"
        sent += send_invitation(
            changes, row, about, one.facts, kind=kind, attendee=None if one.is_off else attendee
        )
        revisions[one.day] = row.sequence
    if sent:
        row.told, row.is_off = {**state, "revisions": revisions}, False
    return sent


def _take_back(changes: Changes, row: Invitation, pattern: Activity | None, now: dt.datetime) -> int:
    """Whoever does not come any more, or of what there is no more, hears so where something of it was still ahead."""
    if not row.told or row.is_off:
        return 0
    row.is_off = True
    if _is_over(row.told, now):
        return 0
    row.sequence += 1
    return send_invitation(changes, row, pattern, row.told, kind="cancelled", attendee=None)


def _times_of(series: Series | None) -> list[Activity]:
    if series is None:
        return []
    rows = series.occurrences.select_related("type", "assignee", "created_by")
    return list(rows.order_by("occurs_on"))


def _coming(times: Iterable[Activity]) -> Coming:
    """Who is written to, by the number of each time and by address."""
    held = [one.pk for one in times if is_held(one) and one.type.is_meeting]
    found: Coming = defaultdict(dict)
    for email, one in by_mail(
        Attendee.objects.filter(activity__in=held).select_related("contact", "activity")
    ):
        found[one.activity_id][email] = one
    return found


def _end_of(activity: Activity) -> dt.datetime:
    return dt.datetime.combine(activity.due_on, dt.time.max, tzinfo=dt.UTC)


def _is_over(told: Any, now: dt.datetime) -> bool:
    """Whether all that was told lies behind."""
    rule = Rule.read(told["rule"])
    days = rule.days(dt.date.fromisoformat(told["day"]))
    today = now.date()
    return next((day for day in days if day >= today), None) is None
