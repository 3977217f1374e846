"""The time zone in which the dates of a file are meant."""

from contextlib import AbstractContextManager
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone


def in_zone(name: str) -> AbstractContextManager[None]:
    """Inside, dates are of this zone; of the present one where the name is empty or unknown."""
    try:
        zone = ZoneInfo(name) if name else timezone.get_current_timezone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = timezone.get_current_timezone()
    return timezone.override(zone)
