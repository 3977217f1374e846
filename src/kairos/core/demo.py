"""The example company: every app tells its part, through its own actions, as if lived through the past months."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import transaction
from django.utils import timezone, translation

from kairos.core.history import door
from kairos.core.models import ChangeSet, Source
from kairos.core.records.registry import is_of_the_house

DAYS = 270
# Where the example company works, and from which hour to which.
ZONE = ZoneInfo("Asia/Taipei")
OPENS, CLOSES = 9, 17


@dataclass
class Story:
    """What the apps' parts share: the present moment, dice that always fall alike, and the people and things so far.

    `endings` are told when every app has told its part: what is said of records of any kind.
    """

    now: dt.datetime
    dice: random.Random
    found: dict[str, Any] = field(default_factory=dict)
    endings: list[Callable[["Story"], None]] = field(default_factory=list)

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(ZONE).date()

    def ago(self, days: float) -> dt.datetime:
        """A moment in working hours, so many days before now."""
        day = (self.now - dt.timedelta(days=days)).astimezone(ZONE)
        hour, minute = self.dice.randint(OPENS, CLOSES), self.dice.randint(0, 59)
        return min(day.replace(hour=hour, minute=minute, second=0, microsecond=0), self.now)

    def hour_on(self, day: dt.date, number: int) -> dt.datetime:
        """One of the working hours of a day, however large its number."""
        return dt.datetime.combine(day, dt.time(OPENS + number % (CLOSES - OPENS)), tzinfo=ZONE)


def workday(day: dt.date) -> dt.date:
    """The day, or the Monday after a weekend's."""
    return day + dt.timedelta(days=7 - day.weekday() if day.weekday() >= 5 else 0)


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
