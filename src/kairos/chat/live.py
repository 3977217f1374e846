"""Telling open pages that something waits, or that a person sees other channels now."""

from collections.abc import Iterable

from django.db import transaction

from kairos.core.live.publish import publish_regions


def badges_changed(people: Iterable[int]) -> None:
    """After the commit, these people's open pages count again what they have not read."""
    regions = [f"user-{pk}-chat" for pk in sorted(set(people))]
    transaction.on_commit(lambda: publish_regions(regions), robust=True)


def sight_changed(people: Iterable[int]) -> None:
    """After the commit, the open sockets of these people look again at what they may hear of."""
    regions = [f"user-{pk}-sight" for pk in sorted(set(people))]
    transaction.on_commit(lambda: publish_regions(regions), robust=True)
