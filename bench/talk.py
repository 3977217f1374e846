"""A long conversation, for what it costs to look at it."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone


def make_thread(deal: int, by: Any, *, entries: int) -> None:
    """Fill a deal's timeline: two notes, each with its event, to a change. Once is enough."""
    from kairos.core.models import ChangeSet, EventEntry, FieldChange
    from kairos.discuss.models import Message
    from kairos.discuss.writing import to_html

    about = {"record_type": "opportunity", "record_id": deal}
    if Message.objects.filter(**about).count() > entries // 2:
        return
    start = timezone.now() - dt.timedelta(days=300)
    moments = [start + dt.timedelta(hours=n) for n in range(entries)]
    sets = ChangeSet.objects.bulk_create(
        [ChangeSet(at=at, by=by, source="screen", summary="Changed", record_count=1) for at in moments], 1000
    )
    notes, events, changes = [], [], []
    for n, (at, made) in enumerate(zip(moments, sets, strict=True)):
        if n % 3 == 2:
            values = {"old": f"text {n - 3}", "new": f"text {n}"}
            changes.append(FieldChange(change_set=made, field="description", at=at, **about, **values))
            continue
        text = f"Note {n}: they **like** it, see https://example.com/{n}"
        notes.append(Message(text=text, body=to_html(text), author=by, created_at=at, **about))
        events.append(EventEntry(change_set=made, name="discuss.noted", at=at, params={}, **about))
    with transaction.atomic():
        Message.objects.bulk_create(notes, 1000)
        EventEntry.objects.bulk_create(events, 1000)
        FieldChange.objects.bulk_create(changes, 1000)
