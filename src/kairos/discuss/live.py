"""Telling open pages that a thread or an inbox is different now."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from kairos.core.live.publish import publish_regions
from kairos.core.records import all_types
from kairos.discuss.models import Message


def thread_changed(message: Message) -> None:
    """Mark the message, and the one it replies to, as touched; pages that show the thread fetch it after the commit."""
    touched = Message.objects.filter(pk__in=[message.pk, message.reply_to_id])
    touched.update(touched_at=timezone.now())
    names = [one.name for one in all_types() if one.stored_name == message.record_type]
    regions = [f"{name}-{message.record_id}-thread" for name in names]
    transaction.on_commit(lambda: publish_regions(regions), robust=True)


def inboxes_changed(people: Iterable[int]) -> None:
    """After the commit, these people's open pages count again what they have not read."""
    regions = [f"user-{pk}-inbox" for pk in sorted(set(people))]
    transaction.on_commit(lambda: publish_regions(regions), robust=True)
