"""Who is told of what happened: written with the change itself, so that no notification is ever lost or invented."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.utils import timezone

from kairos.core.events import audience_of, declared, witness
from kairos.core.models import EventEntry, Source
from kairos.discuss.choosing import as_chosen
from kairos.discuss.events import MESSAGED
from kairos.discuss.live import inboxes_changed
from kairos.discuss.models import Follow, Notification
from kairos.discuss.tasks import push_at

Reason = Notification.Reason
REMEMBERED = dt.timedelta(days=4)


@witness
def tell(changes: Any, entries: list[EventEntry]) -> None:
    """An event's audience, and who follows the record to hear of its events; never whoever did it, nor who muted it."""
    follows = _follows(entries)
    told = []
    for entry in entries:
        rows = follows[entry.record_type, entry.record_id]
        people = dict.fromkeys(audience_of(entry), Reason.CONCERN)
        if _is_for_followers(entry):
            people = {row.user_id: Reason.FOLLOW for row in rows if row.hears_events} | people
        silent = {row.user_id for row in rows if row.is_muted} | {getattr(changes.by, "pk", None)}
        told += [_row(changes, entry, pk, reason) for pk, reason in people.items() if pk not in silent]
    # The people of the example company get no mail about its past.
    told = as_chosen(told, is_mailed=changes.row.source != Source.DEMO)
    if told:
        Notification.objects.bulk_create(told, batch_size=500)
        inboxes_changed(one.user_id for one in told)
        for moment in {one.push_at for one in told if one.push_at is not None}:
            push_at(moment)


def _follows(entries: list[EventEntry]) -> dict[tuple[str, int], list[Follow]]:
    """What people chose for the records that something happened to: those who mute, and those who hear of events."""
    ids: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        ids[entry.record_type].add(entry.record_id)
    found: dict[tuple[str, int], list[Follow]] = defaultdict(list)
    for kind, wanted in ids.items():
        for start in range(0, len(wanted), 500):
            part = sorted(wanted)[start : start + 500]
            for row in Follow.objects.filter(record_type=kind, record_id__in=part, user__archived_at=None):
                found[kind, row.record_id].append(row)
    return found


def _is_for_followers(entry: EventEntry) -> bool:
    event = declared(entry.name)
    return event is not None and event.on_timeline


def _row(changes: Any, entry: EventEntry, pk: int, reason: str) -> Notification:
    params = entry.params
    message = params.get("message", "") if entry.name.startswith("discuss.") else ""
    if message:
        is_answer = entry.name == MESSAGED.name and changes.by is None
        reason = Reason.ANSWER if is_answer else Reason.FOLLOW
        reason = Reason.DIRECT if str(pk) in params.get("addressed", "").split(",") else reason
        reason = Reason.REPLY if str(pk) in params.get("answered", "").split(",") else reason
        reason = Reason.MENTION if str(pk) in params.get("named", "").split(",") else reason
    # The example company's past has been read.
    is_past = changes.row.source == Source.DEMO and (not message or entry.at < timezone.now() - REMEMBERED)
    return Notification(
        user_id=pk,
        actor=changes.by,
        record_type=entry.record_type,
        record_id=entry.record_id,
        event=entry,
        message_id=int(message) if message else None,
        reason=reason,
        at=entry.at,
        read_at=entry.at if is_past else None,
    )
