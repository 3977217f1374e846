"""Giving out leads that nobody has: to teams by their conditions, to people by turn."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team
from kairos.core.history import Changes, change_set
from kairos.core.history.bulk import chunks
from kairos.core.history.undo import Conflict, undo
from kairos.core.models import ChangeSet
from kairos.crm import events
from kairos.crm.actions.probability import of_stage
from kairos.crm.actions.stages import NoStage, matching_stage
from kairos.crm.assignment.matching import Matching
from kairos.crm.assignment.planning import NEEDED, ORDER, Turn, plan_people, plan_teams, waiting
from kairos.crm.assignment.seats import Roster, rosters_of, teams_with_rules
from kairos.crm.models import Assignment, AssignmentMode, AssignmentRun, Opportunity, TeamProcess

AT_ONCE = 200
MOST = 20_000


def assign_waiting(
    teams: Iterable[Team], *, by: Any, mode: str = AssignmentMode.MANUAL, now: dt.datetime | None = None
) -> list[AssignmentRun]:
    """Give out what waits: first what has no team, then the queues of these teams. Returns the runs that were made.

    Each part of a run is one change set: whoever is killed in between leaves whole parts. Runs of one team wait for
    each other, so that nothing is given twice. Running again gives out what is left, which may be nothing.
    """
    at = now or timezone.now()
    runs = [_run(None, by=by, mode=mode, now=at)]
    runs += [_run(team, by=by, mode=mode, now=at) for team in sorted(teams, key=lambda one: one.pk)]
    return [run for run in runs if run is not None]


def assign_chosen(leads: Iterable[Opportunity], *, by: Any) -> int:
    """Give out those of these leads and deals that nobody has, by the rules of their teams; returns how many went.

    Those without a team stay as they are: which team is theirs is a question of all that waits.
    """
    at, chosen = timezone.now(), list(leads)
    teams = Team.objects.in_bulk({lead.team_id for lead in chosen if lead.team_id})
    runs = []
    for pk in sorted(teams):
        ids = [lead.pk for lead in chosen if lead.team_id == pk]
        runs.append(_run(teams[pk], by=by, mode=AssignmentMode.MANUAL, now=at, only=ids))
    return sum(run.assigned for run in runs if run is not None)


def undo_run(run: AssignmentRun, *, by: Any) -> list[Conflict]:
    """Take a whole run back, the last part first: all of it or, where somebody has moved on since, what is left of it.

    Returns what could not be restored.
    """
    conflicts: list[Conflict] = []
    with transaction.atomic():
        parts = ChangeSet.objects.filter(pk__in=run.report.get("change_sets", ()), undone_by=None)
        for part in parts.order_by("-pk"):
            conflicts += undo(part, by=by).conflicts
    return conflicts


def _run(
    team: Team | None, *, by: Any, mode: str, now: dt.datetime, only: Sequence[int] | None = None
) -> AssignmentRun | None:
    """One team's queue, or that of no team, or `only` a part of it, part by part."""
    queue = waiting().filter(team=team) if only is None else waiting().filter(team=team, pk__in=only)
    ids = list(queue.order_by(*ORDER).values_list("pk", flat=True)[:MOST])
    run = AssignmentRun(team=team, at=now, by=by if getattr(by, "pk", None) else None, mode=mode)
    run.left, run.report = len(ids), {"change_sets": []}
    for part in chunks(ids, AT_ONCE):
        _part(run, part, by=by, now=now)
    # Leads that come one by one would fill the log with nothing; what was asked for, or was due, is noted.
    if run.pk is not None or (team is not None and mode != AssignmentMode.IMMEDIATE):
        run.save()
    return run if run.pk else None


def _part(run: AssignmentRun, ids: Sequence[int], *, by: Any, now: dt.datetime) -> None:
    """Give out one part of a queue, in one transaction, while nobody else gives out leads of this team."""
    team = run.team
    if team is not None:
        summary, params = _("Assigned leads of %(team)s by its rules"), {"team": team}
    else:
        summary, params = _("Handed leads to teams by their rules"), {}
    with change_set(by=by, summary=summary, params=params, at=_told(now)) as changes:
        changes.about(Opportunity)
        rosters = _locked([team] if team else list(teams_with_rules()), now)
        leads = _held(ids, team)
        matching = Matching(Opportunity.with_leads.filter(pk__in=[lead.pk for lead in leads]), now=now)
        if team is not None:
            turns = plan_people(rosters[0], leads, matching, now=now) if rosters else []
        else:
            turns = plan_teams(rosters, leads, matching)
        handed = _handed(turns, changes.at) if team is None else {}
        given = [turn for turn in turns if turn.to is not None and (team or turn.lead.pk in handed)]
        # Whatever somebody took meanwhile is nobody's to give.
        run.left -= len(ids) - len(leads) + len(given)
        if not given:
            return
        run.assigned += len(given)
        values = handed or {turn.lead.pk: _values(turn, changes.at) for turn in given}
        changes.update_many(Opportunity, values)
        _write(changes, run, given, rosters)
        run.report["change_sets"].append(changes.row.pk)
        run.save()


def _told(now: dt.datetime) -> dt.datetime | None:
    """The past, where somebody tells of it; a run of today stamps each part with its own moment."""
    return now if timezone.now() - now > dt.timedelta(hours=1) else None


def _locked(teams: Sequence[Team], now: dt.datetime) -> list[Roster]:
    """The rosters of these teams, read once no other run holds any of them. Those who refer to a team do not wait."""
    ids = sorted(team.pk for team in teams)
    held = Team.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return rosters_of(list(held), now=now)


def _held(ids: Sequence[int], team: Team | None) -> list[Opportunity]:
    """Those of the leads that still wait, in the order in which they are given out, held until the end."""
    rows = waiting().filter(pk__in=ids, team=team).only(*NEEDED)
    found = {lead.pk: lead for lead in rows.select_for_update(of=("self",)).order_by("pk")}
    return [found[pk] for pk in ids if pk in found]


def _write(changes: Changes, run: AssignmentRun, given: Sequence[Turn], rosters: Sequence[Roster]) -> None:
    """The ledger and the events of one part; the last line of the ledger closes it with the meter."""
    if run.pk is None:
        run.save(force_insert=True)
    team = run.team
    every = [roster.account for roster in rosters]
    accounts = [seat.account for seat in rosters[0].seats] if team is not None else every
    given[-1].reason["meter"] = {str(one.key): one.total for one in accounts}
    lines = [
        Assignment(
            run=run,
            opportunity=turn.lead,
            team=team or turn.to,
            user=turn.to if team else None,
            at=changes.at,
            reason=turn.reason,
        )
        for turn in given
    ]
    changes.create_many(Assignment, lines)
    for turn in given:
        if team is not None:
            changes.event(
                events.LEAD_ASSIGNED.name, turn.lead, salesperson=turn.to, team=team, user=turn.to.pk
            )
        else:
            changes.event(events.TEAM_CHANGED.name, turn.lead, old="–", new=turn.to)


def _values(turn: Turn, at: dt.datetime) -> dict[str, Any]:
    first = {} if turn.lead.assigned_at else {"assigned_at": at}
    return {"salesperson": turn.to, **first}


def _handed(given: Sequence[Turn], at: dt.datetime) -> dict[int, dict[str, Any]]:
    """What a new team brings along: a stage of its process, and the probability where that follows the stage.

    A team whose process has no stage for such a record gets none.
    """
    stages: dict[tuple[int, int], Any] = {}
    found = {}
    for turn in given:
        lead, team = turn.lead, turn.to
        if team is None:
            continue
        key = (lead.stage_id, team.pk)
        if key not in stages:
            stages[key] = _stage(lead.stage, team)
        stage = stages[key]
        if stage is None:
            continue
        values: dict[str, Any] = {"team": team}
        if stage.pk != lead.stage_id:
            values |= {"stage": stage, "stage_entered_at": at}
            if not lead.is_probability_manual:
                values |= of_stage(stage, team)
        found[lead.pk] = values
    return found


def _stage(stage: Any, team: Team) -> Any:
    try:
        return matching_stage(stage, team)
    except NoStage:
        return None


def assign_new(changes: Changes, *, teams: Iterable[int | None]) -> None:
    """Whoever has just brought in something that nobody has says so here, once for all of it, by the teams' numbers.

    Where a team assigns as soon as leads come, that is done in the background right after this is committed: whoever
    creates a lead holds none of the locks a run needs, and waits for nothing.
    """
    wanted = set(teams)
    at_once = TeamProcess.objects.filter(archived_at=None, assignment_mode=AssignmentMode.IMMEDIATE)
    if None not in wanted:
        at_once = at_once.filter(team__in=wanted)
    if not wanted or not at_once.exists():
        return
    from kairos.crm.tasks import assign_at_once

    changes.afterwards(assign_at_once)


def assign_at_once(*, now: dt.datetime) -> list[AssignmentRun]:
    """Give out what waits for the teams that assign as soon as leads come."""
    teams = teams_with_rules(AssignmentMode.IMMEDIATE)
    return assign_waiting(teams, by=None, mode=AssignmentMode.IMMEDIATE, now=now)


def assign_on_time(*, now: dt.datetime) -> list[AssignmentRun]:
    """Give out the queues of the teams whose hours have passed since their last set time."""
    teams = [process.team for process in _scheduled(now) if _is_due(process, now)]
    return assign_waiting(teams, by=None, mode=AssignmentMode.SCHEDULED, now=now) if teams else []


def _scheduled(now: dt.datetime) -> QuerySet[Any]:
    """The processes that assign at set times, each with its last time."""
    runs = AssignmentRun.objects.filter(team=OuterRef("team"), mode=AssignmentMode.SCHEDULED, at__lte=now)
    found = TeamProcess.objects.active().filter(
        assignment_mode=AssignmentMode.SCHEDULED, team__archived_at=None
    )
    return found.select_related("team").annotate(last=Subquery(runs.order_by("-at").values("at")[:1]))


def _is_due(process: Any, now: dt.datetime) -> bool:
    """Some minutes early is on time: the clock that asks does not strike to the second."""
    hours = dt.timedelta(hours=process.assignment_hours) - dt.timedelta(minutes=10)
    return process.last is None or now - process.last >= hours
