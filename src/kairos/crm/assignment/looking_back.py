"""Had these rules been on: who would have received what in the last 90 days, beside what really happened."""

import datetime as dt
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from kairos.accounts.models import Team
from kairos.crm.assignment.matching import Matching
from kairos.crm.assignment.planning import NEEDED, Rule, turn_for
from kairos.crm.assignment.seats import WINDOW, Roster, rosters_of
from kairos.crm.models import Opportunity

PERIOD = dt.timedelta(days=90)
MOST = 20_000


@dataclass(slots=True)
class Share:
    """One person: what would have come to them, what is theirs, and what part is due to them by capacity (percent)."""

    person: Any
    would: int
    really: int
    due: float


@dataclass(slots=True)
class Past:
    """The whole look back. `others` is what people outside the team have, `nobodys` what nobody has, or would have."""

    shares: list[Share]
    leads: int
    would_be_nobodys: int
    nobodys: int
    others: int
    since: dt.datetime
    is_cut: bool = False

    @property
    def longest(self) -> int:
        return max([1, *(max(one.would, one.really) for one in self.shares)])


def look_back(team: Team, *, now: dt.datetime) -> Past:
    """Play the last 90 days again by the rules as they are now, lead by lead as they came; nothing is written.

    Leads are those of the team, and those without one that meet its condition; they are judged as they are today, and
    people's pauses too. Absences are those of each day, and each day's capacity is that of the 30 days before it.
    """
    since = now - PERIOD
    [roster] = rosters_of([team], now=now, away_from=since)
    found = _leads(roster, since, now)
    leads = list(found.only(*NEEDED).order_by("created_at", "pk")[: MOST + 1])
    is_cut = len(leads) > MOST
    would = _play(roster, leads[:MOST], Matching(found, now=now))
    really = Counter(lead.salesperson_id for lead in leads[:MOST])
    whole = sum(seat.capacity for seat in roster.seats) or 1
    seats = [(seat, would[seat.user.pk], really[seat.user.pk]) for seat in roster.seats]
    shares = [Share(seat.user, w, r, seat.capacity * 100 / whole) for seat, w, r in seats]
    members = {seat.user.pk for seat in roster.seats}
    return Past(
        shares=sorted(shares, key=lambda one: (-one.would, str(one.person))),
        leads=len(leads[:MOST]),
        would_be_nobodys=would[None],
        nobodys=really[None],
        others=sum(n for pk, n in really.items() if pk is not None and pk not in members),
        since=since,
        is_cut=is_cut,
    )


def _leads(roster: Roster, since: dt.datetime, now: dt.datetime) -> QuerySet[Any]:
    found = Opportunity.with_leads.filter(created_at__gt=since, created_at__lte=now)
    theirs = Q(team=roster.team)
    if roster.process is not None and roster.process.condition is not None:
        unclaimed = found.filter(team=None)
        theirs |= Q(pk__in=Matching(unclaimed, now=now).of(roster.process.condition))
    return found.filter(theirs)


def _play(roster: Roster, leads: list[Opportunity], matching: Matching) -> Counter[int | None]:
    """Every lead by turn, on its own day, with accounts that forget what is older than 30 days."""
    rules = [Rule(seat, matching) for seat in roster.seats]
    would: Counter[int | None] = Counter()
    past: deque[tuple[dt.datetime, int, dict[int, float]]] = deque()
    for seat in roster.seats:
        seat.account.owed, seat.account.received = 0.0, 0
    accounts = {seat.user.pk: seat.account for seat in roster.seats}
    for lead in leads:
        while past and past[0][0] <= lead.created_at - WINDOW:
            _when, who, owed = past.popleft()
            accounts[who].received -= 1
            for pk, part in owed.items():
                accounts[pk].owed -= part
        before = {pk: account.owed for pk, account in accounts.items()}
        turn = turn_for(lead, rules, set(), now=lead.created_at)
        would[turn.to.pk if turn.to else None] += 1
        if turn.to is not None:
            credited = {
                pk: account.owed - before[pk]
                for pk, account in accounts.items()
                if account.owed != before[pk]
            }
            past.append((lead.created_at, turn.to.pk, credited))
    return would
