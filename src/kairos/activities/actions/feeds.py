"""The private address under which other calendars read somebody's activities."""

import hashlib
import secrets
from typing import Any

from django.utils import timezone

from kairos.activities.models import CalendarFeed


def make_feed(*, by: Any) -> str:
    """A new address for a person's own calendar, as its secret part; the one before ends."""
    token = secrets.token_urlsafe(32)
    values = {"digest": digest_of(token), "made_at": timezone.now(), "read_at": None}
    CalendarFeed.objects.update_or_create(user=by, defaults=values)
    return token


def end_feed(*, by: Any) -> None:
    """Nobody reads the calendar from outside any more."""
    CalendarFeed.objects.filter(user=by).delete()


def feed_of(token: str) -> CalendarFeed | None:
    """The feed with this secret, of somebody who still works here; remembers that it was read."""
    found = (
        CalendarFeed.objects.filter(digest=digest_of(token), user__archived_at=None)
        .select_related("user")
        .first()
    )
    if found is not None:
        CalendarFeed.objects.filter(pk=found.pk).update(read_at=timezone.now())
    return found


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
