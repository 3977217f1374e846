"""The example company: every app tells its part, through its own actions, as if lived through the past months."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone, translation

from kairos.core.history import door
from kairos.core.models import ChangeSet, Source
from kairos.core.records.registry import is_of_the_house

DAYS = 270


@dataclass
class Story:
    """What the apps' parts share: the present moment, dice that always fall alike, and the people and things so far.

    `endings` are told when every app has told its part: what is said of records of any kind.
    """

    now: dt.datetime
    dice: random.Random
    found: dict[str, Any] = field(default_factory=dict)
    endings: list[Callable[["Story"], None]] = field(default_factory=list)

    def ago(self, days: float) -> dt.datetime:
        """A moment in working hours, so many days before now."""
        day = self.now - dt.timedelta(days=days)
        moment = day.replace(
            hour=self.dice.randint(1, 9), minute=self.dice.randint(0, 59), second=0, microsecond=0
        )
        return min(moment, self.now)


def fill(*, now: dt.datetime | None = None, seed: int = 7) -> bool:
    """Fill an empty house with the example company. False, and nothing done, where there are records already."""
    if ChangeSet.objects.exclude(source=Source.SYSTEM).exists():
        return False
    story = Story(now=now or timezone.now(), dice=random.Random(seed))  # noqa: S311 - the same company each time
    with door(Source.DEMO), translation.override("en"), transaction.atomic():
        for config in apps.get_app_configs():
            if is_of_the_house(config) and find_spec(f"{config.name}.demo") and config.label != "core":
                import_module(f"{config.name}.demo").tell(story)
        for ending in story.endings:
            ending(story)
    return True
