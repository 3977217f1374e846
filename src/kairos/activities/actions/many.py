"""The same for many activities at once: set-based where nothing hangs on the single one."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.activities import events
from kairos.activities.actions.activities import (
    heirs_of,
    plan_activity,
    record_of,
    reschedule_activity,
    tell,
)
from kairos.activities.models import Activity, Chaining, Status
from kairos.core.history import change_set


def finish_activities(activities: Iterable[Activity], *, by: Any, feedback: str = "") -> int:
    """They were done; those closed already stay as they are. What their types trigger is planned."""
    given = list(activities)
    with change_set(by=by, summary=_("Done: %(count)s activities"), params={"count": len(given)}) as changes:
        found = _still_open(given)
        values: dict[str, Any] = {"status": Status.DONE, "done_at": changes.at, "done_by": changes.by}
        if feedback:
            values["feedback"] = feedback
        count = changes.update_many(Activity, {one.pk: values for one in found})
        for one in found:
            one.feedback = feedback or one.feedback
            tell(changes, events.DONE.name, one)
            if one.type.chaining == Chaining.TRIGGER and one.type.next_type_id:
                plan_activity(record_of(one), type=one.type.next_type, by=by, **heirs_of(one))
    return count


def cancel_activities(activities: Iterable[Activity], *, by: Any, feedback: str = "") -> int:
    """They will not be done; those closed already stay as they are."""
    given = list(activities)
    params = {"count": len(given)}
    with change_set(by=by, summary=_("Cancelled %(count)s activities"), params=params) as changes:
        found = _still_open(given)
        values: dict[str, Any] = {"status": Status.CANCELLED}
        if feedback:
            values["feedback"] = feedback
        count = changes.update_many(Activity, {one.pk: values for one in found})
        for one in found:
            tell(changes, events.CANCELLED.name, one)
    return count


def reassign_activities(
    activities: Iterable[Activity], *, by: Any, assignee: Any = None, team: Any = None
) -> int:
    """Another person does them, or whoever of a team takes them."""
    given = list(activities)
    params = {"count": len(given), "person": assignee or team or ""}
    with change_set(by=by, summary=_("Gave %(count)s activities to %(person)s"), params=params) as changes:
        found = _still_open(given)
        wanted = {one.pk: {"assignee": assignee, "team": team} for one in found}
        count = changes.update_many(Activity, wanted)
        user = assignee.pk if assignee is not None and assignee != by else ""
        for one in found:
            told = {"person": assignee or team or _("nobody"), "user": user}
            tell(changes, events.REASSIGNED.name, one, **told)
    return count


def reschedule_activities(activities: Iterable[Activity], *, by: Any, due_on: dt.date) -> int:
    """All on another day, each at its own hour."""
    found = [one for one in activities if one.is_open]
    params = {"count": len(found)}
    with change_set(by=by, summary=_("Put off %(count)s activities"), params=params):
        for one in found:
            reschedule_activity(one, by=by, due_on=due_on)
    return len(found)


def snooze_activities(activities: Iterable[Activity], *, by: Any) -> int:
    """Each to the day after its own, and none before tomorrow."""
    found = [one for one in activities if one.is_open]
    params = {"count": len(found)}
    with change_set(by=by, summary=_("Put off %(count)s activities"), params=params):
        for one in found:
            day = max(timezone.localdate(), one.day()) + dt.timedelta(days=1)
            reschedule_activity(one, by=by, due_on=day)
    return len(found)


def _still_open(activities: Iterable[Activity]) -> list[Activity]:
    """Those that are open now, held until the end of the transaction, with their types and what comes after."""
    ids = [one.pk for one in activities]
    rows = Activity._base_manager.select_for_update(of=("self",)).filter(pk__in=ids, status=Status.OPEN)
    found: list[Activity] = list(rows.order_by("pk"))
    prefetch_related_objects(found, "type__next_type", "assignee", "team")
    return found
