"""How the teams' queues, people and runs stand, for the screens."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Min
from django.utils.translation import gettext as _

from kairos.accounts.models import Team
from kairos.core.fields import format as shown
from kairos.core.models import ChangeSet
from kairos.crm.assignment.matching import Matching
from kairos.crm.assignment.planning import NEEDED, ORDER, Turn, plan_people, plan_teams, waiting
from kairos.crm.assignment.reasons import because, nobody, others
from kairos.crm.assignment.seats import Roster, Seat, rosters_of, teams_with_rules
from kairos.crm.models import AssignmentRun, Opportunity

LOOKED_AT = 200
RUNS = 10


@dataclass(slots=True)
class Standing:
    """One member: what came, what was due, how much they take, and whether they are there."""

    seat: Seat
    status: str
    tone: str

    @property
    def owed(self) -> float:
        return round(self.seat.account.owed, 1)

    @property
    def received(self) -> int:
        return self.seat.account.received

    @property
    def used(self) -> int:
        """Percent of the capacity, 100 at most."""
        return min(100, round(self.received * 100 / self.seat.capacity)) if self.seat.capacity else 0


@dataclass(slots=True)
class Desk:
    """One team: its queue, what would become of it now, and its people.

    `coming` are leads without a team that would be handed to it first; `would_go` counts them too.
    """

    roster: Roster
    waiting: int = 0
    oldest: dt.datetime | None = None
    coming: int = 0
    would_go: int = 0
    reasons: list[tuple[str, int]] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)

    @property
    def team(self) -> Team:
        return self.roster.team

    @property
    def longest(self) -> float:
        """The longest bar of the fairness chart."""
        return max([1.0, *(max(one.owed, one.received) for one in self.standings)])


def desks_of(teams: Iterable[Team], *, now: dt.datetime, with_plan: bool = True) -> list[Desk]:
    """How these teams stand. What would become of a queue is worked out for its first leads, without writing."""
    queues = queues_of(teams)
    found = []
    for roster in rosters_of(teams, now=now):
        desk = Desk(roster, *queues.get(roster.team.pk, (0, None)))
        desk.standings = [standing_of(seat, now) for seat in roster.seats]
        found.append(desk)
    if with_plan:
        arriving = arrivals(now=now)
        for desk in found:
            _foresee(desk, arriving.get(desk.team.pk, []), now)
    return found


def _foresee(desk: Desk, coming: list[Opportunity], now: dt.datetime) -> None:
    """What would become of a team's queue, and why of the rest nobody's."""
    desk.coming = len(coming)
    if not (desk.waiting or coming):
        return
    turns = trial(desk.roster, coming, now=now)
    desk.would_go = sum(turn.to is not None for turn in turns)
    desk.reasons = Counter(nobody(turn.reason) for turn in turns if turn.to is None).most_common()


def queues_of(teams: Iterable[Team | None]) -> dict[int | None, tuple[int, dt.datetime]]:
    """How many leads wait in each team, or in none, and since when the oldest."""
    ids = [team.pk if team is not None else None for team in teams]
    rows = waiting().filter(team__in=[pk for pk in ids if pk]).order_by().values_list("team")
    found = {pk: (n, oldest) for pk, n, oldest in rows.annotate(n=Count("pk"), oldest=Min("created_at"))}
    if None in ids:
        whole = waiting().filter(team=None).aggregate(n=Count("pk"), oldest=Min("created_at"))
        found |= {None: (whole["n"], whole["oldest"])} if whole["n"] else {}
    return found


def trial(roster: Roster, coming: Sequence[Opportunity] = (), *, now: dt.datetime) -> list[Turn]:
    """What would become of the first leads of a team's queue now, with those that would come to it.

    The roster's accounts are left as they were.
    """
    before = {
        id(seat): (seat.account.owed, seat.account.received, seat.account.total) for seat in roster.seats
    }
    own = waiting().filter(team=roster.team).only(*NEEDED).order_by(*ORDER)[:LOOKED_AT]
    leads = sorted([*own, *coming], key=lambda lead: (-lead.priority, lead.created_at, lead.pk))
    turns = plan_people(roster, leads, _matching(leads, now), now=now)
    for seat in roster.seats:
        seat.account.owed, seat.account.received, seat.account.total = before[id(seat)]
    return turns


def arrivals(*, now: dt.datetime) -> dict[int, list[Opportunity]]:
    """Which of the first leads without a team would come to which team now."""
    leads = list(waiting().filter(team=None).only(*NEEDED).order_by(*ORDER)[:LOOKED_AT])
    found: dict[int, list[Opportunity]] = defaultdict(list)
    if leads:
        rosters = rosters_of(teams_with_rules(), now=now)
        for turn in plan_teams(rosters, leads, _matching(leads, now)):
            if turn.to is not None:
                found[turn.to.pk].append(turn.lead)
    return found


def _matching(leads: Sequence[Opportunity], now: dt.datetime) -> Matching:
    return Matching(Opportunity.with_leads.filter(pk__in=[lead.pk for lead in leads]), now=now)


@dataclass(slots=True)
class Tried:
    """One lead of a trial, in words."""

    lead: Opportunity
    to: Any
    because: list[str]
    others: list[str]


def in_words(turns: Iterable[Turn], roster: Roster) -> list[Tried]:
    """The turns of a trial with their reasons, for people to read."""
    names = {seat.user.pk: str(seat.user) for seat in roster.seats}
    found = []
    for turn in turns:
        chosen = turn.to.pk if turn.to else None
        why = because(turn.reason, chosen) if turn.to else [nobody(turn.reason)]
        found.append(Tried(turn.lead, turn.to, why, others(turn.reason, chosen, names)))
    return found


def standing_of(seat: Seat, now: dt.datetime) -> Standing:
    """How a member stands, in a word."""
    if seat.rule.is_paused:
        return Standing(seat, _("Paused"), "amber")
    if (until := seat.away_until(now)) is not None:
        return Standing(seat, _("Away until %(day)s") % {"day": shown.date(until)}, "amber")
    if not seat.capacity:
        return Standing(seat, _("Takes no leads"), "grey")
    if seat.is_full:
        return Standing(seat, _("Full"), "red")
    return Standing(seat, _("Takes leads"), "green")


@dataclass(slots=True)
class RunLine:
    """A run in the log, and whether any of it can still be taken back."""

    run: AssignmentRun
    is_undone: bool


def runs_of(teams: Iterable[Team], *, of_none: bool = False) -> list[RunLine]:
    """The last runs of these teams that did something or left something, newest first; two queries."""
    found = AssignmentRun.objects.filter(team__in=[team.pk for team in teams])
    found = found | AssignmentRun.objects.filter(team=None) if of_none else found
    found = found.exclude(assigned=0, left=0).select_related("team", "by").order_by("-at", "-pk")
    runs = list(found[:RUNS])
    parts = {pk for run in runs for pk in run.report.get("change_sets", ())}
    standing = set(ChangeSet.objects.filter(pk__in=parts, undone_by=None).values_list("pk", flat=True))
    return [
        RunLine(run, bool(run.assigned) and not standing & set(run.report.get("change_sets", ())))
        for run in runs
    ]
