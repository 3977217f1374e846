"""What assignment shows on other screens: what is new for me, whose queue waits, why it is whose."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kairos.accounts.access import leads
from kairos.core.listing.related import attach
from kairos.core.prepared import prepared
from kairos.core.records import Action, contribute_actions
from kairos.core.slots import (
    NEWS,
    PLACES,
    RECORD_PANELS,
    TODAY_PANELS,
    News,
    Place,
    RecordPanel,
    TodayPanel,
)
from kairos.crm.access import teams_arranged_by
from kairos.crm.actions.assignment import assign_chosen
from kairos.crm.actions.processes import process_of
from kairos.crm.assignment.news import new_for, url_of
from kairos.crm.assignment.overview import queues_of
from kairos.crm.assignment.reasons import explained
from kairos.crm.models import Assignment, Lead, Opportunity

SHOWN = 6

BY_RULES = Action(
    "assign-by-rules",
    _("Assign by the rules"),
    lambda record, *, by: assign_chosen([record], by=by),
    icon="shuffle",
    run_many=assign_chosen,
    shown_to=lambda user, record: user.is_leader and (record is None or _waits(user, record)),
)


def _waits(user: Any, record: Opportunity) -> bool:
    """Nobody has it, and its team is this person's to arrange."""
    if not record.is_open or record.salesperson_id is not None or record.team is None:
        return False
    return bool(user.is_administrator or leads(user, record.team))


contribute_actions(Lead, BY_RULES)
contribute_actions(Opportunity, BY_RULES)


@PLACES.register(order=20)
class AssignmentPlace(Place):
    """Queues, people and runs of the teams somebody leads."""

    name = "assignment"
    label = _("Assignment")
    icon = "scale"
    order = 30
    area = "work"
    audience = "leaders"


@NEWS.register(order=10)
class NewAssignments(News):
    name = "assignment-news"


@TODAY_PANELS.register(order=5)
class NewForYou(TodayPanel):
    """What was given to somebody and has not been opened yet."""

    template_name = "crm/_today_new.html"
    width = "full"

    def shown_to(self, user: Any) -> bool:
        return new_for(user).exists()

    def context(self, user: Any, now: dt.datetime) -> dict[str, Any]:
        lines = list(new_for(user)[: SHOWN + 1])
        count = len(lines) if len(lines) <= SHOWN else new_for(user).count()
        return {"lines": [(line, url_of(line)) for line in lines[:SHOWN]], "count": count, "moment": now}


@TODAY_PANELS.register(order=12)
class Queues(TodayPanel):
    """For whoever leads: leads that nobody has yet, team by team."""

    template_name = "crm/_today_queues.html"
    width = "full"

    def shown_to(self, user: Any) -> bool:
        return bool(user.is_leader) and bool(_queues(user))

    def context(self, user: Any, now: dt.datetime) -> dict[str, Any]:
        return {"queues": _queues(user), "moment": now}


def _queues(user: Any) -> list[tuple[Any, int, dt.datetime]]:
    """The queues of the teams somebody leads, administrators' also that of no team; asked once per loaded person."""
    if not hasattr(user, "_queues"):
        teams: list[Any] = list(teams_arranged_by(user))
        waiting = queues_of([*teams, None] if user.is_administrator else teams)
        both = [*teams, None]
        user._queues = [(team, *waiting[pk]) for team in both if (pk := team.pk if team else None) in waiting]
    found: list[tuple[Any, int, dt.datetime]] = user._queues
    return found


@RECORD_PANELS.register(order=6, for_type="lead")
@RECORD_PANELS.register(order=6, for_type="opportunity")
class WhyTheirs(RecordPanel):
    """Why this is whose it is: the lines of the fairness ledger in sentences, newest first."""

    template_name = "crm/_why_theirs.html"
    title = _("Why this person?")
    icon = "scale"

    def shown_to(self, user: Any, record: Opportunity) -> bool:
        return bool(_lines(record))

    def context(self, user: Any, record: Opportunity) -> dict[str, Any]:
        lines = explained(_lines(record))
        newest = lines[0].line
        is_theirs = newest.user_id is not None and newest.user_id == record.salesperson_id
        return {
            "heading": gettext("Why %(person)s?") % {"person": newest.user}
            if is_theirs
            else gettext("Who was given it"),
            "lines": lines,
            "unseen": newest if newest.user_id == user.pk and newest.seen_at is None else None,
        }


def _lines(record: Any) -> list[Assignment]:
    """The ledger's lines of a record; asked once per loaded record."""
    if not hasattr(record, "_assignment_lines"):
        record._assignment_lines = _newest(record.pk)
        attach(record._assignment_lines, ["user", "team", "run"])
    found: list[Assignment] = record._assignment_lines
    return found


@prepared
def _newest(opportunity: int) -> Any:
    return Assignment.objects.filter(opportunity=opportunity).order_by("-pk")[:5]


@RECORD_PANELS.register(order=8, for_type="team")
class TeamQueue(RecordPanel):
    """For whoever leads the team: what waits, and the way to its rules."""

    template_name = "crm/_team_queue.html"
    title = _("Assignment")
    icon = "scale"

    def shown_to(self, user: Any, record: Any) -> bool:
        return bool(user.is_administrator or (user.is_leader and leads(user, record)))

    def context(self, user: Any, record: Any) -> dict[str, Any]:
        waiting = queues_of([record]).get(record.pk, (0, None))[0]
        return {"waiting": waiting, "mode": process_of(record).get_assignment_mode_display()}
