"""How far deals have come: the furthest stage of a process each was ever in, whatever stage it is in now.

A move that was taken back was none: neither it nor the move that took it back counts. Won counts while a deal is won.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kairos.core.fields import TracedField
from kairos.core.history.canonical import type_name
from kairos.core.models import FieldChange
from kairos.crm.models import Kind, Opportunity, Stage, Status


def standing_moves() -> Any:
    """Every change of stage that was not taken back."""
    moves = FieldChange.objects.filter(record_type=type_name(Opportunity), field="stage")
    taken_back = moves.filter(
        change_set=OuterRef("change_set__undone_by"), record_id=OuterRef("record_id")
    ).order_by()
    return moves.filter(Q(change_set__undone_by=None) | ~Exists(taken_back), change_set__undoes=None)


def all_stages() -> list[Stage]:
    """Every stage of deals there is or was, each process in order. One query."""
    found = Stage.objects.filter(kind=Kind.OPPORTUNITY).select_related("team")
    return list(found.order_by("team__position", "team_id", "position", "pk"))


def steps_of(stages: Iterable[Stage], team_id: int | None) -> list[Stage]:
    """The stages of one process that lead to the won one, in order."""
    return [one for one in stages if one.team_id == team_id and one.archived_at is None and not one.is_won]


def standing_for(steps: list[Stage], stages: Iterable[Stage]) -> dict[int, int]:
    """By the number of a stage, the step it is: itself, or of another process or time the one of the same name."""
    named: dict[str, int] = {}
    for place, one in enumerate(steps):
        named.setdefault(one.name.casefold(), place)
    own = {one.pk: place for place, one in enumerate(steps)}
    others = {one.pk: named[one.name.casefold()] for one in stages if one.name.casefold() in named}
    return {**others, **own}


def _pairs() -> list[tuple[str, str]]:
    return [
        (
            str(one.pk),
            _now("%(stage)s (%(team)s)") % {"stage": one, "team": one.team} if one.team else str(one),
        )
        for one in all_stages()
        if one.archived_at is None
    ]


def have_reached(values: Collection[str], name: Callable[[str], str], now: dt.datetime) -> Q:
    """The deals that were in one of these stages or in a later one of its process, or are won."""
    stages = all_stages()
    by_number = {str(one.pk): one for one in stages}
    wanted: set[int] = set()
    for value in values:
        one = by_number.get(value)
        if one is None or one.is_won:
            continue
        steps = steps_of(stages, one.team_id)
        places = standing_for(steps, stages)
        least = places.get(one.pk, len(steps))
        wanted |= {pk for pk, place in places.items() if place >= least}
    texts = [str(pk) for pk in sorted(wanted)]
    moves = standing_moves().filter(record_id=OuterRef("pk"), at__lte=now)
    passed = moves.filter(Q(old__in=texts) | Q(new__in=texts)).order_by()
    is_there = Q(**{f"{name('stage')}__in": sorted(wanted)})
    return Q(**{name("status"): Status.WON}) | is_there | Q(Exists(passed))


REACHED = TracedField(
    "reached", label=_("Stage reached"), pairs=_pairs, trace=have_reached, sources=("status", "stage")
)
