"""Who sits in a team, what each may take, and how each stands in the ledger of the last 30 days."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, QuerySet, Subquery

from kairos.accounts.models import Absence, Team, User
from kairos.accounts.workspace import workspace
from kairos.crm.assignment.turns import Account
from kairos.crm.models import Assignment, MemberRule, TeamProcess

WINDOW = dt.timedelta(days=30)
USUAL_CAPACITY = 30
Reading = tuple[float, float]
NOTHING: Reading = (0.0, 0.0)


@dataclass(slots=True)
class Seat:
    """A member of a team: their rule, whether they are there, and their account.

    `away` holds their days of absence near today, first and last; what lies further is not asked for. `languages` are
    those of the rule, else the one they read Kairos in.
    """

    user: User
    rule: MemberRule
    account: Account
    languages: list[str] = field(default_factory=list)
    zone: dt.tzinfo = dt.UTC
    away: list[tuple[dt.date, dt.date]] = field(default_factory=list)

    @property
    def capacity(self) -> int:
        return self.rule.capacity

    @property
    def is_full(self) -> bool:
        return self.account.received >= self.capacity

    def away_until(self, now: dt.datetime) -> dt.date | None:
        """The last day of the absence that covers today where this person is; None for somebody who is there."""
        today = now.astimezone(self.zone).date()
        return max((last for first, last in self.away if first <= today <= last), default=None)

    def is_there(self, now: dt.datetime) -> bool:
        """Takes leads at all, and is neither paused nor away."""
        return self.capacity > 0 and not self.rule.is_paused and self.away_until(now) is None


@dataclass(slots=True)
class Roster:
    """A team with its process and its seats, in the order of the people's numbers."""

    team: Team
    process: TeamProcess | None
    seats: list[Seat]
    account: Account

    @property
    def mode(self) -> str:
        return self.process.assignment_mode if self.process else "manual"


def teams_with_rules(mode: str | None = None) -> QuerySet[Any]:
    """The teams that have a process, of one mode where it is given."""
    found = Team.objects.active().filter(process__archived_at=None, process__isnull=False)
    return found.filter(process__assignment_mode=mode) if mode else found


def rosters_of(
    teams: Iterable[Team], *, now: dt.datetime, away_from: dt.datetime | None = None
) -> list[Roster]:
    """The rosters of these teams, in the order of the teams; the same few queries however many there are.

    Absences are those of today; of the whole time since `away_from` where that is given.
    """
    teams = sorted(teams, key=lambda team: (team.position, team.pk))
    ids = [team.pk for team in teams]
    processes = {process.team_id: process for process in TeamProcess.objects.filter(team__in=ids)}
    members = _members(ids)
    rules = {(rule.team_id, rule.user_id): rule for rule in MemberRule.objects.filter(team__in=ids)}
    away = _absences({user.pk for users in members.values() for user in users}, away_from or now, now)
    received = _received(ids, now)
    owed = _owed(ids, now)
    of_teams = _owed_to_teams(now)
    house = workspace()
    rosters = []
    for team in teams:
        seats = []
        for user in members[team.pk]:
            rule = rules.get((team.pk, user.pk)) or MemberRule(team=team, user=user, capacity=USUAL_CAPACITY)
            key = (team.pk, user.pk)
            account = _account(user.pk, rule.capacity, owed.get(key, NOTHING), received.get(key, 0))
            zone = _zone(user.time_zone or house.time_zone)
            languages = rule.languages or [user.language or house.language]
            seats.append(Seat(user, rule, account, languages, zone, away.get(user.pk, [])))
        weight = sum(seat.capacity for seat in seats if seat.is_there(now))
        came = received.get((team.pk, None), 0)
        account = _account(team.pk, weight, of_teams.get(team.pk, NOTHING), came)
        rosters.append(Roster(team, processes.get(team.pk), seats, account))
    return rosters


def _account(key: int, weight: int, reading: Reading, received: int) -> Account:
    return Account(key, weight, reading[0], received, reading[1])


def _members(team_ids: Sequence[int]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = defaultdict(list)
    rows = User.teams.through._default_manager.filter(team__in=team_ids, user__archived_at=None)
    for row in rows.select_related("user").order_by("user_id"):
        found[row.team_id].append(row.user)
    return found


def _absences(
    users: set[int], since: dt.datetime, now: dt.datetime
) -> dict[int, list[tuple[dt.date, dt.date]]]:
    """A day earlier and later than here: somewhere it is that day."""
    day = dt.timedelta(days=1)
    found: dict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    rows = Absence.objects.active().filter(
        user__in=users, first_on__lte=(now + day).date(), last_on__gte=(since - day).date()
    )
    for user, first, last in rows.values_list("user", "first_on", "last_on"):
        found[user].append((first, last))
    return found


def _received(team_ids: Sequence[int], now: dt.datetime) -> dict[tuple[int, int | None], int]:
    """What each person of each team received in the last 30 days; without a person, what came to the team."""
    rows = Assignment.objects.filter(team__in=team_ids, at__gt=now - WINDOW).order_by()
    counted = rows.values_list("team", "user").annotate(n=Count("pk"))
    return {(team, user): n for team, user, n in counted}


def _metered(**of: Any) -> Any:
    """The last of those ledger rows that close a part of a run and hold its meter."""
    rows = Assignment.objects.filter(run__isnull=False, reason__has_key="meter", **of)
    return rows.order_by("-pk").values("reason")[:1]


def _owed(team_ids: Sequence[int], now: dt.datetime) -> dict[tuple[int, int], Reading]:
    """What each is owed: the meter's reading now, and the one 30 days ago."""
    of = {"team": OuterRef("pk"), "user__isnull": False}
    last, then = Subquery(_metered(**of)), Subquery(_metered(**of, at__lte=now - WINDOW))
    teams = Team.objects.filter(pk__in=team_ids).annotate(last=last, then=then)
    found: dict[tuple[int, int], Reading] = {}
    for pk, *readings in teams.values_list("pk", "last", "then"):
        for user, reading in _since(*readings).items():
            found[pk, user] = reading
    return found


def _owed_to_teams(now: dt.datetime) -> dict[int, Reading]:
    last, then = _metered(user=None), _metered(user=None, at__lte=now - WINDOW)
    return _since(*(rows[0]["reason"] if rows else None for rows in (last, then)))


def _since(last: Any, then: Any) -> dict[int, Reading]:
    """Owed in between, and in all. Who came back after a while away from the team begins anew."""
    before = (then or {}).get("meter", {})
    found = {}
    for key, total in (last or {}).get("meter", {}).items():
        start = before.get(key, 0.0)
        found[int(key)] = (round(total - start, 9) if total >= start else total, total)
    return found


def _zone(name: str) -> dt.tzinfo:
    """The zone of this name, or UTC where the name means nothing any more."""
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError):
        return dt.UTC
