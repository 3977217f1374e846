"""Reminding people of what begins soon."""

import datetime as dt
import logging

from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import User
from kairos.activities import events
from kairos.activities.emails import reminder_mail
from kairos.activities.models import Activity, Attendee
from kairos.activities.models.choice import CalendarChoice, Reminder, calendar_choices
from kairos.core.history import ActionRefused, change_set
from kairos.mail.actions.outbox import queue_mail

log = logging.getLogger(__name__)
AHEAD = dt.timedelta(minutes=max(CalendarChoice.Remind.values))


def remind(*, now: dt.datetime) -> int:
    """Remind everybody whose time has come, once for each hour that something has; returns how many."""
    soon = Activity.objects.open().active().filter(starts_at__gt=now, starts_at__lte=now + AHEAD)
    return sum(_remind_of(activity, now) for activity in soon.order_by("starts_at", "pk"))


def _remind_of(activity: Activity, now: dt.datetime) -> int:
    """Who planned it a moment ago knows it; who was not told yet is told now. Two who ask at once tell once."""
    people, hour = _due_people(activity, now), activity.starts_at
    if not people or hour is None:
        return 0
    with change_set(by=None, summary=_("Reminded of %(record)s"), params={"record": activity}) as changes:
        told = [
            person
            for person, _choice in people
            if Reminder.objects.get_or_create(user=person, activity_number=activity.pk, starts_at=hour)[1]
        ]
        if told:
            ids = ",".join(str(one.pk) for one in told)
            changes.event(events.REMINDER.name, activity, what=activity, activity=activity.pk, people=ids)
        for person, choice in people:
            if person in told and choice.is_reminded_by_mail and person.email:
                try:
                    queue_mail(**reminder_mail(activity, person))
                except ActionRefused as refusal:
                    log.info("person %s is not reminded by mail: %s", person.pk, refusal)
    return len(told)


def _due_people(activity: Activity, now: dt.datetime) -> list[tuple[User, CalendarChoice]]:
    coming = Attendee.objects.coming().filter(activity=activity.pk).exclude(user=None)
    ids = {*coming.values_list("user", flat=True), activity.assignee_id}
    known = Reminder.objects.filter(activity_number=activity.pk, starts_at=activity.starts_at or now)
    found = User.objects.active().filter(pk__in=ids - {None}).exclude(pk__in=known.values("user"))
    people = list(found.order_by("pk"))
    choices = calendar_choices(people)
    return [(one, choices[one.pk]) for one in people if _is_due(activity, choices[one.pk], now)]


def _is_due(activity: Activity, choice: CalendarChoice, now: dt.datetime) -> bool:
    if choice.remind_minutes is None or activity.starts_at is None:
        return False
    moment = activity.starts_at - dt.timedelta(minutes=choice.remind_minutes)
    return moment <= now and activity.created_at < moment
