"""Deals out of a spreadsheet, many at a time, each with the history its dates tell."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from kairos.accounts.models import Team
from kairos.accounts.workspace import default_currency
from kairos.core.history import Changes
from kairos.core.history.canonical import to_text
from kairos.crm.actions.assignment import assign_new
from kairos.crm.actions.defaults import title_of
from kairos.crm.actions.derived import derived
from kairos.crm.actions.probability import of_stage
from kairos.crm.actions.stages import first_open_stage, matching_stage, won_stage
from kairos.crm.actions.touches import NAMES
from kairos.crm.models import Channel, Kind, Opportunity, Stage, Status, Touch

CLOSING_FIELDS = ("stage", "status", "probability", "closed_at", "stage_entered_at")


def import_new_opportunities(changes: Changes, rows: list[dict[str, Any]]) -> list[Opportunity]:
    """Insert deals by the same rules as `create_opportunity`, without a query per row.

    A closed row is remembered as opened on its `created_at` in the process's last open stage before closing
    (`open_stage` of the row, else the first) and closed on its `closed_at`, so that a past day shows it as it was.
    The `closed_at` of an open row is when its closing is expected.
    """
    choose = _Stages()
    currency = default_currency()
    teams = _first_teams({row["salesperson"].pk for row in rows if row.get("salesperson")})
    deals, tags, opened = [], [], []
    for row in rows:
        values = derived(row, at=changes.at)
        tags.append(values.pop("tags", None) or [])
        before = values.pop("open_stage", None)
        if values.get("team") is None and values.get("salesperson") is not None:
            values["team"] = teams.get(values["salesperson"].pk)
        deal, first = _deal(changes, values, before, choose, currency)
        deals.append(deal)
        opened.append(first)
    changes.create_many(Opportunity, deals)
    nobodys = [deal.team_id for deal in deals if deal.salesperson_id is None and deal.is_open]
    assign_new(changes, teams=nobodys)
    for deal, first in zip(deals, opened, strict=True):
        if deal.status != Status.OPEN:
            _note_closing(changes, deal, first)
    wanted = {deal.pk: {"tags": ids} for deal, ids in zip(deals, tags, strict=True) if ids}
    changes.update_many(Opportunity, wanted)
    return deals


def import_new_leads(changes: Changes, rows: list[dict[str, Any]]) -> list[Opportunity]:
    """As `import_new_opportunities`; a row that says what brought somebody is their first touch."""
    full: list[dict[str, Any]] = []
    for row in rows:
        last = {f"last_{name}": row[name] for name in NAMES if row.get(name)}
        full.append({**row, **last, "kind": Kind.LEAD, "title": title_of(row)})
    leads = import_new_opportunities(changes, full)
    touches = [
        Touch(
            opportunity=lead,
            at=lead.created_at,
            channel=lead.channel,
            **{f"{name}_id": getattr(lead, f"{name}_id") for name in NAMES},
        )
        for lead in leads
        if any(getattr(lead, f"{name}_id") for name in NAMES)
    ]
    changes.create_many(Touch, touches)
    return leads


def _deal(
    changes: Changes, values: dict[str, Any], before: Stage | None, choose: "_Stages", currency: str
) -> tuple[Opportunity, Stage]:
    """The deal as it stands now, and the stage it was opened in."""
    team = values.get("team")
    status = values.pop("status", None) or Status.OPEN
    stage = values.pop("stage", None)
    created_at = values.pop("created_at", None) or min(changes.at, values.get("closed_at") or changes.at)
    if stage is not None and stage.is_won:
        stage, status = None, Status.WON
    named = stage or before
    first = choose.own(named, team) if named else choose.first(team, values.get("kind") or Kind.OPPORTUNITY)
    now_in = (choose.won(team) or first) if status == Status.WON else first
    manual = values.get("probability") is not None and status == Status.OPEN
    probability = values.pop("probability", None)
    closed_at: Any = values.pop("closed_at", None)
    if closed_at is not None and status == Status.OPEN and not values.get("expected_closing"):
        values["expected_closing"] = timezone.localtime(closed_at).date()
    closed_at = None if status == Status.OPEN else max(closed_at or changes.at, created_at)
    values.setdefault("channel", Channel.IMPORT)
    deal = Opportunity(
        **{key: value for key, value in values.items() if value is not None},
        stage=now_in,
        status=status,
        created_at=created_at,
        closed_at=closed_at,
        stage_entered_at=closed_at if status == Status.WON else created_at,
        is_probability_manual=manual and probability != first.probability,
        probability=probability if manual else _probability(status, first),
    )
    deal.currency = deal.currency or (team.currency if team else "") or currency
    return deal, first


def changed_opportunities(pairs: Sequence[tuple[Opportunity, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """What rows say about stage, status, team and closing of deals that exist, where that differs.

    A stage alone never reopens a closed deal, and `open_stage` and `created_at` only tell how a new one began.
    """
    choose = _Stages()
    teams = Team.objects.in_bulk({deal.team_id for deal, _values in pairs if deal.team_id})
    return [
        _changed(deal, values, values.get("team") or teams.get(deal.team_id), choose)
        for deal, values in pairs
    ]


def _changed(deal: Opportunity, values: Mapping[str, Any], team: Any, choose: "_Stages") -> dict[str, Any]:
    found: dict[str, Any] = {"team": team} if team is not None and team.pk != deal.team_id else {}
    stage, closed_at = values.get("stage"), values.get("closed_at")
    status = Status.WON if getattr(stage, "is_won", False) else values.get("status") or deal.status
    if status != deal.status:
        found["status"] = str(status)
    if status != Status.OPEN:
        # A new deal is never closed before it began, so a file that says so was heeded as far as that.
        same = closed_at in (None, deal.closed_at) or max(closed_at, deal.created_at) == deal.closed_at
        if closed_at is not None and not (same and status == deal.status):
            found["closed_at"] = closed_at
        return found
    if stage is not None and (stage.pk is None or choose.own(stage, team).pk != deal.stage_id):
        found["stage"] = stage
    probability = values.get("probability")
    if probability is not None and probability != deal.probability:
        found["probability"] = probability
    if closed_at is not None and not values.get("expected_closing"):
        day = timezone.localtime(closed_at).date()
        found |= {"expected_closing": day} if day != deal.expected_closing else {}
    return found


def import_existing_opportunities(changes: Changes, values_by_id: Mapping[int, Mapping[str, Any]]) -> int:
    """Write rows over deals that exist, set-based; closings take effect on their dates. Returns how many changed."""
    deals = Opportunity.with_leads.select_related("stage", "team").in_bulk(list(values_by_id))
    choose = _Stages()
    groups: dict[dt.datetime, dict[int, dict[str, Any]]] = defaultdict(dict)
    for pk, deal in deals.items():
        values = derived(_settled(changes, deal, dict(values_by_id[pk]), choose), deal, at=changes.at)
        groups[values.get("closed_at") or changes.at][pk] = values
    changed = 0
    for at, group in groups.items():
        with changes.effective(at):
            changed += changes.update_many(Opportunity, group)
    return changed


def _settled(
    changes: Changes, deal: Opportunity, values: dict[str, Any], choose: "_Stages"
) -> dict[str, Any]:
    """The values with what they bring along: a team its stage, a stage its probability, a status its date."""
    team = values.get("team") or deal.team
    status = values.get("status") or deal.status
    stage = choose.own(values.get("stage") or deal.stage, team)
    at = changes.at
    if status != deal.status:
        if status == Status.OPEN:
            stage = choose.first(team) if stage.is_won else stage
            values |= {"closed_at": None, "lost_reason": None, "lost_note": ""}
        else:
            stage = (choose.won(team) or stage) if status == Status.WON else stage
            at = values["closed_at"] = values.get("closed_at") or changes.at
        values |= {"probability": _probability(status, stage), "is_probability_manual": False}
    elif "probability" in values:
        values["is_probability_manual"] = values["probability"] != stage.probability
    elif stage.pk != deal.stage_id and deal.is_open and not deal.is_probability_manual:
        values |= of_stage(stage, team)
    if stage.pk != deal.stage_id:
        values |= {"stage": stage, "stage_entered_at": at}
    return values


def _probability(status: str, stage: Stage) -> int:
    return {Status.WON: 100, Status.LOST: 0}.get(Status(status), stage.probability)


def _note_closing(changes: Changes, deal: Opportunity, first: Stage) -> None:
    """Remember what closing changed, at the time it did."""
    before: dict[str, Any] = {
        "stage": first.pk,
        "status": Status.OPEN,
        "probability": first.probability,
        "closed_at": None,
        "stage_entered_at": deal.created_at,
    }
    for name in CLOSING_FIELDS:
        field: Any = Opportunity._meta.get_field(name)
        old, new = to_text(field, before[name]), to_text(field, getattr(deal, field.attname))
        if old != new:
            changes.note(Opportunity, deal.pk, name, old, new, deal.closed_at)


def _first_teams(user_ids: set[int]) -> dict[int, Team]:
    """The first team of each salesperson."""
    through = Team.members.through._base_manager
    pairs = through.filter(user__in=user_ids, team__archived_at=None).order_by("-team__position", "-team_id")
    return {pair.user_id: pair.team for pair in pairs.select_related("team")}


class _Stages:
    """Stages looked up once per import chunk and team."""

    def __init__(self) -> None:
        self._first: dict[tuple[int | None, str], Stage] = {}
        self._won: dict[int | None, Stage | None] = {}
        self._own: dict[tuple[int, int | None], Stage] = {}

    def _process(self, team: Team | None) -> int | None:
        return team.pk if team is not None and team.has_own_stages else None

    def first(self, team: Team | None, kind: str = Kind.OPPORTUNITY) -> Stage:
        key = (self._process(team), kind)
        if key not in self._first:
            self._first[key] = first_open_stage(team, kind)
        return self._first[key]

    def won(self, team: Team | None) -> Stage | None:
        key = self._process(team)
        if key not in self._won:
            self._won[key] = won_stage(team)
        return self._won[key]

    def own(self, stage: Stage, team: Team | None) -> Stage:
        """The stage itself when it is of the team's process, else the matching one."""
        key = (stage.pk, self._process(team))
        if key not in self._own:
            self._own[key] = stage if stage.team_id == key[1] else matching_stage(stage, team)
        return self._own[key]
