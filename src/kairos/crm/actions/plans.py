"""What becomes of a deal by the rules: worked out without writing, the same for one deal and for ten thousand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team
from kairos.core.history import ActionRefused, Changes
from kairos.core.history.bulk import chunks
from kairos.crm import events
from kairos.crm.actions.derived import derived
from kairos.crm.actions.lookups import Processes
from kairos.crm.models import Kind, Opportunity, Stage, Status


class StageOfAnotherTeam(ActionRefused):
    message = _("The stage “%(stage)s” belongs to another team's process.")


@dataclass(slots=True)
class Plan:
    """The `values` a deal is about to get over those it has, and the `events` that will be told of it."""

    deal: Opportunity
    changes: Changes
    processes: Processes
    values: dict[str, Any] = field(default_factory=dict)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def now(self, name: str) -> Any:
        """What the deal will have of this field, as far as is known yet."""
        return self.values[name] if name in self.values else getattr(self.deal, name)

    def number(self, name: str) -> int | None:
        """The number of what the deal will refer to by this field; without a query."""
        value = self.values[name] if name in self.values else getattr(self.deal, f"{name}_id")
        return getattr(value, "pk", value)

    def tell(self, event: Any, **params: Any) -> None:
        self.events.append((event.name, params))

    def write(self) -> Opportunity:
        """Write it to this one deal."""
        self.changes.update(self.deal, **self.values)
        self.tell_all()
        return self.deal

    def tell_all(self) -> None:
        for name, params in self.events:
            self.changes.event(name, self.deal, **params)

    # -- rules

    def rewrite(self, values: Mapping[str, Any]) -> None:
        """Field values by the rules: the team brings its stage, the stage moves, the probability becomes manual."""
        rest = derived(values, self.deal, at=self.changes.at)
        if "team" in rest:
            self.hand_over(rest.pop("team"))
        if "stage" in rest:
            self.move(rest.pop("stage"))
        if "probability" in rest and rest["probability"] != self.now("probability"):
            rest["is_probability_manual"] = True
        if rest.get("is_probability_manual") is False:
            rest |= self._following_again()
        self.values |= rest

    def hand_over(self, team: Team | None) -> None:
        """To another team: into its stage of the same name, or its first open one; never a foreign stage."""
        before = self.now("team")
        if before == team:
            return
        self.tell(events.TEAM_CHANGED, old=before or "–", new=team or "–")
        old = self.now("stage")
        stage = self.processes.matching(old, team)
        self.values["team"] = team
        if stage.pk != old.pk:
            self.values |= {"stage": stage, "stage_entered_at": self.changes.at}
            if self.now("status") == Status.OPEN and not self.now("is_probability_manual"):
                self.values |= self.processes.of_stage(stage, team)

    def move(self, stage: Stage) -> None:
        """Into a stage of its team's process. The won one wins it; leaving that, or moving a lost deal, reopens it."""
        check_stage(stage, self.now("team"), self.deal.kind)
        status = self.now("status")
        if stage.is_won:
            if status != Status.WON:
                self.win(stage)
            return
        if status != Status.OPEN:
            self.tell(events.OPPORTUNITY_REOPENED)
            self.values |= OPEN_AGAIN
        self._enter(stage)

    def win(self, stage: Stage | None) -> None:
        """Close as won, in this stage where there is one, at 100 %."""
        self.values |= {"status": Status.WON, "closed_at": self.changes.at, "probability": 100}
        self.values |= {"is_probability_manual": False, "lost_reason": None, "lost_note": ""}
        if stage is not None and stage.pk != self.now("stage").pk:
            self.values |= {"stage": stage, "stage_entered_at": self.changes.at}
        self.tell(events.OPPORTUNITY_WON)

    def convert(self, *, organisation: Any = None, person: Any = None, **whose: Any) -> None:
        """Out of the leads, into the first stage of its team's pipeline; `whose` may name salesperson and team."""
        team = whose.get("team", self.now("team"))
        stage = self.processes.first(team)
        organisation = organisation or (person.parent if person is not None else None)
        linked = {"organisation": organisation, "person": person}
        self.values |= {**whose, **{name: one for name, one in linked.items() if one is not None}}
        self.values |= {"kind": Kind.OPPORTUNITY, "converted_at": self.changes.at}
        self.values |= {"stage": stage, "stage_entered_at": self.changes.at}
        if self.number("salesperson") is not None and self.deal.assigned_at is None:
            self.values["assigned_at"] = self.changes.at
        if not self.deal.is_probability_manual:
            self.values |= self.processes.of_stage(stage, team)
        self.tell(events.LEAD_CONVERTED)

    def reopen(self) -> None:
        """Open a closed deal again, out of the won stage, with its stage's probability."""
        old, team = self.now("stage"), self.now("team")
        stage = self.processes.first(team, self.deal.kind) if old.is_won else old
        self.values |= {**OPEN_AGAIN, "is_probability_manual": False}
        self.values |= self.processes.of_reopened(stage, team)
        self._enter(stage)
        self.tell(events.OPPORTUNITY_REOPENED)

    def _enter(self, stage: Stage) -> None:
        """Stand in a stage, from now; the caller has checked that the stage is the team's."""
        old = self.now("stage")
        if old.pk != stage.pk:
            self.values |= {"stage": stage, "stage_entered_at": self.changes.at}
            self.tell(events.STAGE_CHANGED, old=old, new=stage)
        if not self.now("is_probability_manual"):
            self.values |= self.processes.of_stage(stage, self.now("team"))

    def _following_again(self) -> dict[str, Any]:
        """What a deal gets whose probability nobody sets by hand any more."""
        if self.now("status") == Status.OPEN:
            return self.processes.of_stage(self.now("stage"), self.now("team"))
        return {"probability": 100 if self.now("status") == Status.WON else 0}


OPEN_AGAIN = {"status": Status.OPEN, "closed_at": None, "lost_reason": None, "lost_note": ""}


def check_stage(stage: Stage, team: Team | None, kind: str) -> None:
    """Raises `StageOfAnotherTeam`."""
    own = team.pk if team is not None and team.has_own_stages else None
    if stage.team_id != own or stage.kind != kind:
        raise StageOfAnotherTeam(stage=stage)


def plan_for(changes: Changes, deal: Opportunity) -> Plan:
    """The plan for one deal, which is locked."""
    return Plan(changes.lock(deal), changes, Processes())


def plans_for(
    changes: Changes, ids: Iterable[int], processes: Processes, *, related: Iterable[str] = ()
) -> Iterator[list[Plan]]:
    """Plans for many deals, part by part, each part locked and read in one query, with its stages and teams."""
    for part in chunks(list(ids)):
        found = Opportunity.with_leads.select_for_update(of=("self",)).select_related(*related)
        deals = (found if related else found.select_related(None)).in_bulk(list(part))
        processes.attach(deals.values())
        yield [Plan(deals[pk], changes, processes) for pk in part if pk in deals]


def write_plans(changes: Changes, plans: Iterable[Plan]) -> int:
    """Write these deals in few statements, each with its history and events; returns how many changed."""
    found = list(plans)
    changed = changes.update_many(Opportunity, {plan.deal.pk: plan.values for plan in found if plan.values})
    for plan in found:
        plan.tell_all()
    return changed
