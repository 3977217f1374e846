"""Launching a plan: its steps become activities around a day, on each of the records."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.activities.actions.activities import plan_activity
from kairos.activities.models import Activity, ActivityPlan, Assigned, PlanStep
from kairos.activities.sight import owner_of
from kairos.core.history import ActionRefused, change_set


class NoSteps(ActionRefused):
    message = _("“%(plan)s” has no steps yet.")


class NobodyChosen(ActionRefused):
    message = _("This plan asks who shall do a step: choose somebody.")


def launch_plan(
    plan: ActivityPlan, *, records: Iterable[Any], on: dt.date, by: Any, assignee: Any = None
) -> list[Activity]:
    """Plan every step on each record, so many days from `on`. Raises `NoSteps`, `NobodyChosen`.

    A step of the record's owner falls to who launches it where the record is nobody's.
    """
    found = list(records)
    steps = list(PlanStep.objects.filter(plan=plan).active().select_related("type").order_by("days", "pk"))
    if not steps:
        raise NoSteps(plan=plan)
    if assignee is None and any(step.assigned == Assigned.ASKED for step in steps):
        raise NobodyChosen()
    params = {"plan": plan, "count": len(found)}
    with change_set(by=by, summary=_("Launched %(plan)s on %(count)s records"), params=params):
        return [
            plan_activity(
                record,
                type=step.type,
                by=by,
                due_on=on + dt.timedelta(days=step.days),
                summary=step.summary,
                assignee=_who(step, record, by, assignee),
            )
            for record in found
            for step in steps
        ]


def _who(step: PlanStep, record: Any, by: Any, asked: Any) -> Any:
    if step.assigned == Assigned.ASKED:
        return asked
    return (owner_of(record) or by) if step.assigned == Assigned.OWNER else by
