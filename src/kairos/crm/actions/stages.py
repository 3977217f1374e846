"""Stages: which one a deal takes, and how a team comes by stages of its own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team
from kairos.core.history import ActionRefused, Changes, change_set
from kairos.crm.models import Kind, LostReason, Opportunity, ProbabilityMode, Stage, TeamProcess


class NoStage(ActionRefused):
    message = _("There is no open stage yet. Add one to the pipeline first.")


class StageHoldsDeals(ActionRefused):
    message = _("“%(stage)s” still holds %(count)s deals. Move them first.")


def first_open_stage(team: Team | None, kind: str = Kind.OPPORTUNITY) -> Stage:
    """Where a team's deals begin, or its leads. Raises `NoStage`."""
    stage = Stage.objects.for_team(team, kind).active().filter(is_won=False).first()
    if stage is None:
        raise NoStage()
    return stage


def won_stage(team: Team | None) -> Stage | None:
    """The stage of a team's won deals, where its process has one."""
    return Stage.objects.for_team(team).active().filter(is_won=True).first()


def matching_stage(stage: Stage, team: Team | None) -> Stage:
    """The stage of the team's process that stands for this one: the same, the won one, the same name, or the first."""
    candidates = list(Stage.objects.for_team(team, stage.kind).active())
    return match_among(candidates, stage) or first_open_stage(team, stage.kind)


def match_among(candidates: Sequence[Stage], stage: Stage) -> Stage | None:
    """The one of a process's stages that stands for this one: the same, the won one, or the same name."""
    for candidate in candidates:
        if candidate.pk == stage.pk or (stage.is_won and candidate.is_won):
            return candidate
    name = stage.name.casefold()
    return next((candidate for candidate in candidates if candidate.name.casefold() == name), None)


def create_stage(*, values: Mapping[str, Any], by: Any, model: type[Stage] = Stage, at: Any = None) -> Stage:
    """A new stage at the end of its process, before the won one; a won stage is at 100 %."""
    values = dict(values)
    with change_set(
        by=by, summary=_("Created %(record)s"), params={"record": values.get("name", "")}, at=at
    ) as changes:
        team = values.get("team")
        if team is not None and not team.has_own_stages:
            give_own_stages(team, by=by)
        others = list(Stage.objects.for_team(team, values.get("kind") or Kind.OPPORTUNITY))
        if values.get("is_won"):
            values["probability"] = 100
        stage = changes.create(Stage, **{"position": len(others), **values})
        if not stage.is_won:
            reorder_stages(
                [*(s for s in others if not s.is_won), stage, *(s for s in others if s.is_won)], by=by
            )
    return stage


def update_stage(stage: Stage, *, values: Mapping[str, Any], by: Any) -> Stage:
    """Write a stage's values; open deals whose probability follows the stage follow it at once.

    Raises `StageHoldsDeals` when a stage with deals would go to another team or change between open and won.
    """
    values = dict(values)
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": stage}) as changes:
        changes.lock(stage)
        held = Opportunity.with_leads.filter(stage=stage)
        moves = "team" in values and values["team"] != stage.team
        turns = any(name in values and values[name] != getattr(stage, name) for name in ("is_won", "kind"))
        if (moves or turns) and (count := held.count()):
            raise StageHoldsDeals(stage=stage, count=count)
        if values.get("is_won") or (stage.is_won and values.get("is_won") is not False):
            values["probability"] = 100
        if "probability" in changes.update(stage, **values):
            by_hand = TeamProcess.objects.exclude(probability_mode=ProbabilityMode.STAGE).values("team")
            following = held.open().filter(is_probability_manual=False).exclude(team__in=by_hand)
            ids = following.values_list("pk", flat=True)
            changes.update_many(Opportunity, {pk: {"probability": stage.probability} for pk in ids})
    return stage


def reorder_stages(stages: Sequence[Stage], *, by: Any) -> int:
    """Store the order the stages are given in; returns how many moved."""
    with change_set(by=by, summary=_("Reordered the stages")) as changes:
        return changes.update_many(Stage, {stage.pk: {"position": n} for n, stage in enumerate(stages)})


def give_own_stages(team: Team, *, by: Any) -> list[Stage]:
    """Copy the shared stages for one team and move its deals into the copies; from then on it arranges them alone."""
    with change_set(by=by, summary=_("Gave %(team)s its own stages"), params={"team": team}) as changes:
        changes.lock(team)
        if team.has_own_stages:
            return list(Stage.objects.for_team(team))
        shared = list(Stage.objects.active().filter(team=None).order_by("kind", "position", "pk"))
        changes.update(team, has_own_stages=True)
        copies = {stage.pk: changes.create(Stage, **_copied(stage), team=team) for stage in shared}
        deals = Opportunity.with_leads.filter(team=team).values_list("pk", "kind", "stage_id")
        first: dict[str, Stage] = {}
        for stage in copies.values():
            first.setdefault(stage.kind, stage)
        changes.update_many(
            Opportunity, {pk: {"stage": copies.get(old, first.get(kind))} for pk, kind, old in deals}
        )
    return [stage for stage in copies.values() if stage.kind == Kind.OPPORTUNITY]


def share_stages(team: Team, *, by: Any) -> None:
    """Return a team to the shared stages: its deals go to the stage that matches, its own stages are archived."""
    with change_set(by=by, summary=_("Gave %(team)s the shared stages"), params={"team": team}) as changes:
        changes.lock(team)
        if not team.has_own_stages:
            return
        own = list(Stage.objects.filter(team=team))
        target = {stage.pk: matching_stage(stage, None) for stage in own}
        changes.update(team, has_own_stages=False)
        deals = Opportunity.with_leads.filter(team=team).values_list("pk", "stage_id")
        changes.update_many(Opportunity, {pk: {"stage": target[stage]} for pk, stage in deals})
        changes.update_many(Stage, {stage.pk: {"archived_at": changes.at} for stage in own})


def settle_first_stages(changes: Changes, *, step_of: Callable[[str], int | None]) -> None:
    """Archive the shared stages that none of a house's first deals is in, and put the others in the order of selling.

    `step_of` says how far along a stage of that name is; where one is unknown the order stays. Without an open stage
    that deals are in nothing happens.
    """
    stages = list(Stage.objects.for_team(None).active())
    held = set(Opportunity.objects.values_list("stage_id", flat=True))
    open_ones = [stage for stage in stages if not stage.is_won]
    kept = [stage for stage in open_ones if stage.pk in held]
    if not kept:
        return
    unused = [stage for stage in open_ones if stage.pk not in held]
    changes.update_many(Stage, {stage.pk: {"archived_at": changes.at} for stage in unused})
    steps = [(step, stage) for stage in kept if (step := step_of(stage.name)) is not None]
    if len(steps) == len(kept):
        kept = [stage for _step, stage in sorted(steps, key=lambda pair: pair[0])]
    order = [*kept, *(stage for stage in stages if stage.is_won)]
    changes.update_many(Stage, {stage.pk: {"position": n} for n, stage in enumerate(order)})


def found_stages(changes: Changes) -> list[Stage]:
    """The stages and lost reasons a new house begins with, in its language; those there already are kept."""
    shared = list(Stage.objects.for_team(None).active())
    if shared:
        return shared
    for name in (
        gettext("Too expensive"),
        gettext("Chose a competitor"),
        gettext("No budget"),
        gettext("No answer"),
    ):
        changes.create(LostReason, name=name)
    found_lead_stages(changes)
    rows = (
        (pgettext("stage", "New"), 10, 21),
        (gettext("Qualified"), 30, 21),
        (gettext("Proposal"), 50, 14),
        (gettext("Negotiation"), 75, 10),
        (gettext("Won"), 100, None),
    )
    return [
        changes.create(
            Stage, name=name, position=n, probability=chance, is_won=chance == 100, stale_after_days=days
        )
        for n, (name, chance, days) in enumerate(rows)
    ]


def found_lead_stages(changes: Changes) -> list[Stage]:
    """The steps by which leads are looked at, for every team; those there already are kept."""
    if Stage.objects.for_team(None, Kind.LEAD).active().exists():
        return []
    rows = (
        (pgettext("lead stage", "New"), 5, 3),
        (pgettext("lead stage", "Contacted"), 10, 7),
        (pgettext("lead stage", "Qualified"), 20, 7),
    )
    return [
        changes.create(
            Stage, name=name, kind=Kind.LEAD, position=n, probability=chance, stale_after_days=days
        )
        for n, (name, chance, days) in enumerate(rows)
    ]


def copy_lead_stages(changes: Changes, team: Team) -> None:
    """Give a team with stages of its own those its leads go through, where it has none yet."""
    found_lead_stages(changes)
    own = Stage.objects.active().filter(team=team, kind=Kind.LEAD)
    if team.has_own_stages and not own.exists():
        for stage in Stage.objects.for_team(None, Kind.LEAD).active():
            changes.create(Stage, **_copied(stage), team=team)


COPIED = (
    "kind",
    "forecast",
    "name",
    "position",
    "probability",
    "is_won",
    "is_folded",
    "requirements",
    "stale_after_days",
)


def _copied(stage: Stage) -> dict[str, Any]:
    return {name: getattr(stage, name) for name in COPIED}
