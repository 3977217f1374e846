"""The stage bar of a deal: every stage of its process, what is behind, where it stands, and for how long."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from kairos.core.fields.format import days as days_text
from kairos.core.models import FieldChange
from kairos.core.prepared import prepared
from kairos.core.records import type_of
from kairos.crm.models import Opportunity, Stage


def stages_of(
    opportunity: Opportunity, *, now: dt.datetime | None = None, can_move: bool = True
) -> list[dict[str, Any]]:
    """One entry per stage for the macro `stage_bar`: name, state, days spent, and what moves the deal there."""
    stages = list(Stage.objects.for_team(_team(opportunity), opportunity.kind).active())
    spent = time_in_stages(opportunity, now=now or timezone.now())
    position = next((n for n, stage in enumerate(stages) if stage.pk == opportunity.stage_id), -1)
    return [
        {
            "name": stage.name,
            "state": "current" if n == position else "done" if n < position else "todo",
            **_duration(spent.get(stage.pk)),
            "attrs": _mover(opportunity, stage) if can_move and n != position else None,
        }
        for n, stage in enumerate(stages)
    ]


def time_in_stages(opportunity: Opportunity, *, now: dt.datetime) -> dict[int, dt.timedelta]:
    """How long the deal has stood in each stage so far, by stage id; a closed deal's clock has stopped."""
    spent: dict[int, dt.timedelta] = {}
    since = opportunity.created_at
    for move in _moves(opportunity.pk):
        left = int(move.old or 0)
        spent[left] = spent.get(left, dt.timedelta()) + max(move.at - since, dt.timedelta())
        since = move.at
    end = opportunity.closed_at or now
    spent[opportunity.stage_id] = spent.get(opportunity.stage_id, dt.timedelta()) + max(
        end - since, dt.timedelta()
    )
    return spent


@prepared
def _moves(opportunity: int) -> Any:
    moves = FieldChange.objects.filter(record_type="opportunity", record_id=opportunity, field="stage")
    return moves.order_by("at", "pk")


def _team(opportunity: Opportunity) -> Any:
    return opportunity.team if opportunity.team_id else None


def _duration(spent: dt.timedelta | None) -> dict[str, str]:
    if spent is None:
        return {"days": "", "days_label": ""}
    label = ngettext("%(n)s day in this stage", "%(n)s days in this stage", spent.days) % {"n": spent.days}
    return {"days": days_text(spent.days), "days_label": label}


def _mover(opportunity: Opportunity, stage: Stage) -> dict[str, str]:
    return {
        "hx-post": type_of(type(opportunity)).field_url(opportunity, "stage"),
        "hx-vals": f'{{"value": "{stage.pk}", "was": "{opportunity.stage_id}"}}',
        "hx-swap": "none",
    }
