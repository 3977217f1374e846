"""What has changed in the last minutes, for pages drawn before they could listen: kept in the cache for a while."""

import time
from collections.abc import Collection, Iterable

from django.core.cache import cache

KEPT = 180


def remember(regions: Iterable[str], at: float) -> None:
    """Note that these regions changed at that second of the clock."""
    cache.set_many({f"changed-{name}": at for name in regions}, KEPT)


def changed_since(regions: Collection[str], since: float) -> set[str] | None:
    """Those of the regions that changed after that second; None when it is too long ago to know."""
    if since < time.time() - KEPT:
        return None
    noted = cache.get_many([f"changed-{name}" for name in regions])
    return {name for name in regions if noted.get(f"changed-{name}", since) > since}
