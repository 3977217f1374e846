"""Making one deal of several: leads and opportunities alike."""

import datetime as dt
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kairos.core.history import Changes, change_set
from kairos.core.merging.merging import merge_records
from kairos.core.merging.values import merged_values, ranked
from kairos.core.records import MergeRules, type_of
from kairos.crm.actions.stages import first_open_stage, matching_stage, won_stage
from kairos.crm.actions.touches import NAMES
from kairos.crm.models import Kind, Opportunity, Stage, Status, Touch

Choices = Mapping[str, int | str]
FAR = {Status.WON: 2, Status.OPEN: 1, Status.LOST: 0}
STATE = "stage status closed_at stage_entered_at lost_reason lost_note competitor probability is_probability_manual"
ADDRESS = "street postcode city region country"
ORIGIN = "source medium campaign last_source last_medium last_campaign channel"


def confidence(deal: Opportunity) -> tuple[int, bool, int, int, int]:
    """How far a deal is, and so how much it is believed: won before open before lost, then by stage and chance."""
    is_opportunity = deal.kind == Kind.OPPORTUNITY
    return FAR[Status(deal.status)], is_opportunity, deal.stage.position, deal.probability, -deal.pk


def warnings(deals: Sequence[Opportunity]) -> list[str]:
    """What somebody should look at first: currencies, states and customers that differ."""
    found = []
    currencies = sorted({deal.currency for deal in deals})
    if len(currencies) > 1:
        found.append(
            gettext(
                "The amounts are in %(currencies)s. One of them is kept; nothing is added up or converted."
            )
            % {"currencies": ", ".join(currencies)}
        )
    elif sum(bool(deal.expected_revenue) for deal in deals) > 1:
        found.append(gettext("One amount is kept; nothing is added up."))
    if len({deal.status for deal in deals}) > 1:
        found.append(gettext("Some of these are closed and some are not. Look at what the result shall be."))
    return found


def merge_opportunities(
    deals: Sequence[Opportunity], *, into: Opportunity, choices: Choices, by: Any
) -> Opportunity:
    """Make one deal of several: an opportunity if any of them is one, in a stage its team's process allows.

    First and last touch are those of all its touches. Raises `NothingToMerge`, `TooManyToMerge`.
    """
    every = list({deal.pk: deal for deal in [*deals, into]}.values())
    params = {"record": into, "count": len(every)}
    with change_set(by=by, summary=_("Merged %(count)s records into %(record)s"), params=params) as changes:
        changes.about(Opportunity)
        for deal in sorted(every, key=lambda one: one.pk):
            changes.lock(deal)
        record_type = type_of(Opportunity)
        values = merged_values(record_type, ranked(record_type, every), choices)
        told = _told(every)
        merge_records(every, into=into, choices=choices, by=by, values=_settled(values, every))
        _touch(changes, into, told)
    return into


def _settled(values: Mapping[str, Any], deals: Sequence[Opportunity]) -> dict[str, Any]:
    """What the chosen values bring along: the kind, a stage of the right process, its probability, its dates."""
    kind = Kind.OPPORTUNITY if any(deal.kind == Kind.OPPORTUNITY for deal in deals) else Kind.LEAD
    heard = max((deal.last_customer_event_at for deal in deals if deal.last_customer_event_at), default=None)
    waiting = [deal.unanswered_since for deal in deals if deal.unanswered_since]
    found: dict[str, Any] = {
        "kind": kind,
        "stage": _stage(values["stage"], values["team"], kind, values["status"]),
        "last_customer_event_at": heard,
        "unanswered_since": min((at for at in waiting if heard is None or at > heard), default=None),
        "converted_at": min((deal.converted_at for deal in deals if deal.converted_at), default=None),
    }
    if values["status"] == Status.OPEN and not values["is_probability_manual"]:
        found["probability"] = values["probability"]
        if found["stage"].pk != values["stage"].pk:
            found["probability"] = found["stage"].probability
    return found


def _stage(stage: Stage, team: Any, kind: Kind, status: str) -> Stage:
    """The chosen stage where kind and team have it, else the one that stands for it."""
    if stage.kind != kind:
        return first_open_stage(team, kind)
    if status == Status.WON:
        return won_stage(team) or stage
    own = team.pk if team is not None and team.has_own_stages else None
    return stage if stage.team_id == own else matching_stage(stage, team)


def _told(deals: Sequence[Opportunity]) -> list[tuple[dt.datetime, dict[str, Any]]]:
    """Where deals without a touch came from, as people have told it, and since when."""
    touched = set(Touch.objects.filter(opportunity__in=deals).values_list("opportunity", flat=True))
    told = [(deal.created_at, _origin(deal)) for deal in deals if deal.pk not in touched]
    return [(at, origin) for at, origin in told if any(origin.values())]


def _origin(one: Opportunity | Touch) -> dict[str, Any]:
    return {name: getattr(one, name) for name in NAMES}


def _touch(changes: Changes, deal: Opportunity, told: Sequence[tuple[dt.datetime, dict[str, Any]]]) -> None:
    """First and last touch, from all that the deal has now; what was told of others counts from their first day."""
    touches = list(Touch.objects.filter(opportunity=deal).order_by("at", "pk"))
    if not touches:
        return
    came = sorted([*told, *((one.at, _origin(one)) for one in touches)], key=itemgetter(0))
    first, last = came[0][1], came[-1][1]
    channel = touches[0].channel if first == _origin(touches[0]) else deal.channel
    changes.update(deal, channel=channel, **first, **{f"last_{name}": last[name] for name in NAMES})


MERGE_RULES = MergeRules(
    rank=confidence,
    blocks=(
        tuple(STATE.split()),
        ("expected_revenue", "currency"),
        ("recurring_revenue", "recurring_plan", "mrr"),
        ("expected_closing", "closing_slips"),
        ("organisation", "person"),
        ("salesperson", "team", "assigned_at"),
        ("contact_name", "job_title"),
        ("email", "email_quality"),
        ("phone", "phone_quality"),
        tuple(ADDRESS.split()),
        tuple(ORIGIN.split()),
    ),
    joined=("description",),
    largest=("priority",),
    from_first=("stage",),
    # They follow the activities, which go along.
    left_out=frozenset({"next_step", "next_step_on"}),
    merge=merge_opportunities,
    warnings=warnings,
)
