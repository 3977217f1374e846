"""What the funnel asks: whose deals, by which process, from which days."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kairos.accounts.models import Team
from kairos.core.conditions import All, Condition, Leaf, Not, Some, combine, to_query
from kairos.core.conditions.days import Day, Period, Span, Stretch, shifted
from kairos.core.listing import Listing, read_listing
from kairos.core.listing.records import Asked
from kairos.core.records import RecordType
from kairos.crm.funnel import Funnel, funnel_of
from kairos.crm.models import Stage
from kairos.crm.reached import all_stages, steps_of

SPANS: Mapping[str, Period | Stretch] = {
    "this.month": Period("this", "month"),
    "last.month": Period("last", "month"),
    "this.quarter": Period("this", "quarter"),
    "last.quarter": Period("last", "quarter"),
    "this.year": Period("this", "year"),
    "last.year": Period("last", "year"),
    "last.90.days": Stretch("last", 90, "days"),
    "last.365.days": Stretch("last", 365, "days"),
}
USUAL, BETWEEN, EVER = "last.365.days", "between", "ever"
Days = tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class Question:
    """Whose deals, by which process, that came into the pipeline in which days; and the days they stand beside."""

    listing: Listing
    team: Team | None
    steps: list[Stage]
    stages: list[Stage]
    whose: list[Condition]
    days: Days | None
    before: Days | None

    def deals(self, days: Days | None) -> Condition:
        came = [came_in(*days)] if days else []
        return combine(all_of=[self.listing.where, *self.whose, *came])

    def funnel(self, days: Days | None) -> Funnel:
        asked = Asked(replace(self.listing, where=self.deals(days)))
        return funnel_of(asked.records, self.steps, self.stages)

    def url(self, *more: Leaf) -> str:
        """The list of the deals behind a number."""
        where = to_query(combine(all_of=[self.deals(self.days), *more]))
        return f"{self.listing.record_type.url}?{self.listing.query(view='list', where=where)}"


def came_in(first: dt.date, last: dt.date) -> Condition:
    """The deals that came into the pipeline in these days: opened there, or converted from a lead."""
    span = Span(Day(first.isoformat()), Day(last.isoformat()))
    opened = All((Leaf("converted_at", "is_empty"), Leaf("created_at", "within", span)))
    return Some((Leaf("converted_at", "within", span), opened))


def read(kind: RecordType, given: dict[str, str], teams: Sequence[Team], user: Any) -> Question:
    """What the parameters ask; what makes no sense is taken out of `given`."""
    listing = read_listing(kind, {"view": "list", "saved": "0", "filter": "", **given}, user=user)
    team = next((one for one in teams if str(one.pk) == given.get("team")), None)
    stages = all_stages()
    steps = steps_of(stages, team.pk if team and team.has_own_stages else None)
    apart = tuple(sorted({one.team.pk for one in stages if one.team is not None and one.team.has_own_stages}))
    whose: list[Condition] = []
    if team is not None:
        whose.append(Leaf("team", "is", team.pk))
    elif apart:
        whose.append(Not(Leaf("team", "in", apart)))
    if team is None:
        given.pop("team", None)
    for name in ("salesperson", "source"):
        number = given.get(name, "")
        if number.isascii() and number.isdecimal() and len(number) < 19:
            whose.append(Leaf(name, "is", int(number)))
        else:
            given.pop(name, None)
    days = _days(given, listing.context().today)
    before = _before(given["span"], days) if given.get("compare") == "1" else None
    return Question(replace(listing, has_default=False), team, steps, stages, whose, days, before)


def _days(given: dict[str, str], today: dt.date) -> Days | None:
    """The first and the last day asked for; None for all time."""
    span = given.setdefault("span", USUAL)
    if span == BETWEEN:
        try:
            first, last = (dt.date.fromisoformat(given[name]) for name in ("since", "until"))
            if dt.date(1900, 1, 1) <= first <= last <= dt.date(2200, 1, 1):
                return first, last
        except (KeyError, ValueError):
            pass
    if span == EVER:
        return None
    if span not in SPANS:
        span = given["span"] = USUAL
    return SPANS[span].between(today)


def _before(span: str, days: Days | None) -> Days | None:
    """The same length of time before; of a month, a quarter, a year the one before."""
    if days is None:
        return None
    first, unit = days[0], span.partition(".")[2]
    last = first - dt.timedelta(1)
    if unit in ("month", "quarter", "year"):
        return shifted(first, -1, f"{unit}s"), last
    return first - (days[1] - first) - dt.timedelta(1), last
