"""After commit: open screens fetch what changed again, and each reader of an event hears of it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models, transaction

from kairos.core.history.canonical import type_name
from kairos.core.models import EventEntry

MANY = 50


def publish_after_commit(
    touched: Mapping[type[models.Model], Collection[int]], events: list[EventEntry]
) -> None:
    """Name the regions a change set touched or shows anew.

    Beyond fifty records only the type is named: the list fetches itself.
    """
    from kairos.core.records.registry import types_on

    regions: list[str] = []
    for model, ids in touched.items():
        for name in [one.name for one in types_on(model)] or [type_name(model)]:
            regions.append(name)
            if len(ids) <= MANY:
                regions += [f"{name}-{pk}" for pk in ids]
    transaction.on_commit(lambda: _publish(regions, events), robust=True)


def _publish(regions: list[str], events: list[Any]) -> None:
    from kairos.core.events import audience_of, deliver
    from kairos.core.live.publish import publish_regions

    people = {pk for event in events for pk in audience_of(event)}
    publish_regions([*regions, *(f"user-{pk}" for pk in sorted(people))])
    for event in events:
        deliver(event)
