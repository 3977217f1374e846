"""How a person wants to hear of things, and telling them by e-mail what they have not read."""

import datetime as dt
import logging
from dataclasses import asdict
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from kairos.accounts.time_zones import zones_of
from kairos.core.history import ActionRefused
from kairos.discuss.emails import queue_notices
from kairos.discuss.inbox_page import Line, lines_of
from kairos.discuss.models import ByMail, NoticeChoice, Notification, choice_of

log = logging.getLogger(__name__)


def choose_notices(*, by: Any, values: dict[str, Any]) -> NoticeChoice:
    """Keep what a person chose, and bring what waits to be mailed to them into line; their own, so without history."""
    with transaction.atomic():
        choice, _made = NoticeChoice.objects.update_or_create(user=by, defaults=values)
        zone, now = zones_of([by])[by.pk], timezone.now()
        waiting = list(Notification.objects.of(by).unread().exclude(mail_at=None).select_for_update())
        for row in waiting:
            row.mail_at = choice.mail_at(row.reason, now=now, zone=zone)
        Notification.objects.bulk_update(waiting, ["mail_at"], batch_size=500)
        silent = [reason for reason in Notification.Reason.values if not choice.way(reason).push]
        Notification.objects.of(by).filter(reason__in=silent).exclude(push_at=None).update(push_at=None)
    return choice


def stop_mail(*, by: Any) -> None:
    """No more e-mail for any reason; the inbox stays as it is."""
    choice = choice_of(by)
    ways = {
        reason: {**asdict(choice.way(reason)), "mail": ByMail.NEVER} for reason in Notification.Reason.values
    }
    choose_notices(by=by, values={"ways": ways})


def mail_what_is_due(*, now: dt.datetime) -> None:
    """One mail to each person to whom something is due, holding what they have not read."""
    due = Notification.objects.filter(mail_at__lte=now).values("user")
    for person in get_user_model()._default_manager.filter(pk__in=due).order_by("pk"):
        _mail_to(person, now)


def _mail_to(person: Any, now: dt.datetime) -> None:
    """Take what is due off the list and put the mail into the outbox in one transaction: both happen, or neither.

    Whoever asks at the same time waits for the rows, and finds them done.
    """
    with transaction.atomic():
        due = Notification.objects.of(person).filter(mail_at__lte=now)
        ids = list(due.select_for_update().values_list("pk", flat=True))
        told = Notification.objects.filter(pk__in=ids)
        told.update(mail_at=None)
        rows = told.unread().exclude(actor=person).select_related("event", "message__incoming", "actor")
        lines = lines_of(list(rows.order_by("at", "pk")), person)
        if lines and person.is_active and person.email:
            _queue(person, lines)


def _queue(person: Any, lines: list[Line]) -> None:
    """What the outbox refuses, a blocked address for instance, is not asked for again: it is in the inbox."""
    try:
        queue_notices(person, lines)
    except ActionRefused as refusal:
        log.info("notices for person %s are not mailed: %s", person.pk, refusal)
