"""Who would get what, and why: worked out without writing anything, for a run as for a trial."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from kairos.crm.assignment.matching import Matching, speaks
from kairos.crm.assignment.seats import Roster, Seat
from kairos.crm.assignment.turns import take_turn
from kairos.crm.models import Assignment, Opportunity

Reason = dict[str, Any]
Fit = tuple[bool, bool, int]
NEEDED = (
    "kind",
    "title",
    "language",
    "country",
    "team",
    "stage",
    "status",
    "salesperson",
    "assigned_at",
    "created_at",
    "priority",
    "probability",
    "is_probability_manual",
)
ORDER = ("-priority", "created_at", "pk")


@dataclass(slots=True)
class Turn:
    """One lead, and whose it is to be (`to` is empty where nobody can take it), with the reason for the ledger."""

    lead: Opportunity
    to: Any = None
    reason: Reason = field(default_factory=dict)


def waiting() -> QuerySet[Any]:
    """What is to be given out: open leads and deals that nobody has, of a team or not."""
    return Opportunity.with_leads.active().open().filter(salesperson=None)


def plan_teams(rosters: Sequence[Roster], leads: Sequence[Opportunity], matching: Matching) -> list[Turn]:
    """Which team each lead without one goes to: of those whose condition it meets, by turn, by their capacity."""
    open_ = [roster for roster in rosters if roster.process and roster.process.condition is not None]
    takes = {roster.team.pk: matching.of(roster.process.condition) for roster in open_ if roster.process}
    turns = []
    for lead in leads:
        able = [roster for roster in open_ if lead.pk in takes[roster.team.pk]]
        weighed = [roster for roster in able if roster.account.weight]
        turn = Turn(lead, reason={"why": "team", "able": [roster.team.pk for roster in able]})
        if weighed:
            chosen = take_turn([roster.account for roster in weighed]).key
            turn.to = next(roster.team for roster in weighed if roster.team.pk == chosen)
        elif able:
            turn.to = able[0].team
        turns.append(turn)
    return turns


def plan_people(
    roster: Roster, leads: Sequence[Opportunity], matching: Matching, *, now: dt.datetime
) -> list[Turn]:
    """Who of the team each lead goes to; accounts are written on as if the leads were given out."""
    gave_back = had_before(leads)
    rules = [Rule(seat, matching) for seat in roster.seats]
    return [turn_for(lead, rules, gave_back, now=now) for lead in leads]


def had_before(leads: Iterable[Opportunity]) -> set[tuple[int, int]]:
    """Who has had which of these leads by the rules already: it is not theirs again by itself."""
    rows = Assignment.objects.filter(opportunity__in=[lead.pk for lead in leads], user__isnull=False)
    return set(rows.values_list("opportunity", "user"))


class Rule:
    """A seat with its conditions answered for all leads at hand."""

    def __init__(self, seat: Seat, matching: Matching) -> None:
        self.seat = seat
        rule = seat.rule
        self.takes = None if rule.condition is None else matching.of(rule.condition)
        self.prefers = frozenset() if rule.preferred is None else matching.of(rule.preferred)

    def out(self, lead: Opportunity, gave_back: set[tuple[int, int]], now: dt.datetime) -> list[Any] | None:
        """Why this lead is not for this person, as the ledger keeps it; nothing where it may be."""
        user = self.seat.user.pk
        if not self.seat.capacity:
            return [user, "none"]
        if self.seat.rule.is_paused:
            return [user, "paused"]
        if (until := self.seat.away_until(now)) is not None:
            return [user, "away", until.isoformat()]
        if self.takes is not None and lead.pk not in self.takes:
            return [user, "other"]
        if (lead.pk, user) in gave_back:
            return [user, "had"]
        if self.seat.is_full:
            return [user, "full", self.seat.account.received, self.seat.capacity]
        return None

    def fit(self, lead: Opportunity) -> Fit:
        """How well it suits: preferred, then by language, then by country.

        Who names no languages speaks the one they read Kairos in; who names no countries is neither for nor against.
        """
        countries = self.seat.rule.countries
        return (
            lead.pk in self.prefers,
            not lead.language or speaks(self.seat.languages, lead.language),
            1 if not lead.country or not countries else 2 if lead.country in countries else 0,
        )


def turn_for(
    lead: Opportunity, rules: Sequence[Rule], gave_back: set[tuple[int, int]], *, now: dt.datetime
) -> Turn:
    """Who of a team gets this lead at this moment, if anybody, and why; the accounts are written on."""
    out, able = [], []
    for rule in rules:
        why = rule.out(lead, gave_back, now)
        if why is None:
            able.append(rule)
        else:
            out.append(why)
    reason: Reason = {"why": "turn", "out": out}
    if not able:
        return Turn(lead, reason=reason)
    fits = {rule.seat.user.pk: rule.fit(lead) for rule in able}
    best = max(fits.values())
    first = {user for user, fit in fits.items() if fit == best}
    chosen = take_turn([rule.seat.account for rule in able], first).key
    found = next(rule.seat for rule in able if rule.seat.user.pk == chosen)
    reason["able"] = [
        [seat.user.pk, round(seat.account.owed, 2), seat.account.received - (seat.user.pk == chosen)]
        for seat in (rule.seat for rule in able)
    ]
    if any(fit != best for fit in fits.values()):
        worst = min(fit for fit in fits.values() if fit != best)
        reason["for"] = _because(lead, best, worst)
    return Turn(lead, found.user, reason)


def _because(lead: Opportunity, best: Fit, next_best: Fit) -> list[str]:
    """What made the chosen fit better than others: preferred, language, country."""
    found = []
    if best[0]:
        found.append("preferred")
    if best[1] and not next_best[1]:
        found.append(f"language:{lead.language}")
    if best[2] == 2 and next_best[2] < 2:
        found.append(f"country:{lead.country}")
    return found
