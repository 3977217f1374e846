"""Moving many deals at once, also of teams whose stages are not the same ones."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused, change_set
from kairos.crm.actions.lookups import Processes
from kairos.crm.actions.plans import plans_for, write_plans
from kairos.crm.models import Opportunity, Stage


class NoSuchStage(ActionRefused):
    message = _("None of these teams has the stage “%(stage)s”. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Place:
    """A step of whatever process: the open stage of this name, or (from 1 on) the one at this position."""

    name: str = ""
    position: int = 0

    def among(self, stages: Sequence[Stage]) -> Stage | None:
        """The stage of a process that is meant; None where it has no such stage."""
        open_ones = [stage for stage in stages if not stage.is_won]
        if self.position:
            return open_ones[self.position - 1] if self.position <= len(open_ones) else None
        name = self.name.casefold()
        return next((stage for stage in open_ones if stage.name.casefold() == name), None)

    def of(self, deal: Opportunity, processes: Processes) -> Stage | None:
        """The stage in the process of this deal's team."""
        return self.among(processes.stages(deal.team, deal.kind))


def places_for(deals: Sequence[Opportunity]) -> list[tuple[Place, str, int]]:
    """Where these deals can be moved: each place, what it is called, and how many of them have it.

    Positions are offered where the teams sell by different stages, and named the same way in whatever order the deals
    come. A constant number of queries.
    """
    processes = Processes()
    processes.attach(deals)
    many = Counter((_own(deal), deal.kind) for deal in deals)
    example = {(_own(deal), deal.kind): deal for deal in deals}
    in_order = sorted(example.items(), key=lambda one: (one[0][0] or 0, one[0][1]))
    processes_of = {key: processes.stages(deal.team, deal.kind) for key, deal in in_order}
    names: dict[str, list[Any]] = {}
    for key, stages in processes_of.items():
        for stage in [one for one in stages if not one.is_won]:
            entry = names.setdefault(stage.name.casefold(), [stage.name, stage.position, set()])
            entry[2].add(key)
    found = [
        (Place(name=name), name, sum(many[key] for key in keys))
        for name, _position, keys in sorted(names.values(), key=lambda one: one[1])
    ]
    if len(processes_of) > 1:
        longest = max(sum(not stage.is_won for stage in stages) for stages in processes_of.values())
        for position in range(1, longest + 1):
            place = Place(position=position)
            there = {key: place.among(stages) for key, stages in processes_of.items()}
            called = " / ".join(dict.fromkeys(stage.name for stage in there.values() if stage is not None))
            found.append((place, called, sum(many[key] for key, stage in there.items() if stage)))
    return found


def _own(deal: Opportunity) -> int | None:
    return deal.team.pk if deal.team is not None and deal.team.has_own_stages else None


def move_opportunities(
    opportunities: Iterable[Opportunity], *, place: Place, called: str = "", by: Any
) -> int:
    """Move each into its own team's stage at this place; those whose team has none stay. Returns how many moved.

    Raises `NoSuchStage` where that is true of all of them.
    """
    processes, moved = Processes(), 0
    found = list(opportunities)
    processes.attach(found)
    ids = [deal.pk for deal in found if place.of(deal, processes) is not None]
    if not ids:
        raise NoSuchStage(stage=called or place.name)
    params = {"count": len(ids), "stage": called or place.name}
    with change_set(by=by, summary=_("Moved %(count)s deals to %(stage)s"), params=params) as changes:
        for plans in plans_for(changes, ids, processes):
            for plan in plans:
                stage = place.of(plan.deal, processes)
                if stage is not None:
                    plan.move(stage)
            moved += write_plans(changes, plans)
    return moved
