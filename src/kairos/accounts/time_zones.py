from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

from kairos.accounts.workspace import house_time_zone


def zones_of(people: Iterable[Any]) -> dict[int, Any]:
    """The zone each person lives in, by their number: their own, else the workspace's."""
    house = zone_named(house_time_zone()) or timezone.get_default_timezone()
    return {one.pk: zone_named(one.time_zone) or house for one in people}


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of this name, or None where the name means nothing any more."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


@cache
def time_zone_choices() -> list[tuple[str, str]]:
    """Every zone people live in, by continent and city."""
    cities = (zone for zone in available_timezones() if "/" in zone and zone.split("/")[0] in CONTINENTS)
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in sorted(cities))]


CONTINENTS = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()
)
