"""Activities: what is to be done, by whom, until when."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.activities.access import ActivitiesAccess
from kairos.activities.actions import activities, many
from kairos.activities.actions.occurrences import cancel_occurrence, delete_occurrence
from kairos.activities.fields import ASSIGNEE, AboutField
from kairos.activities.measures import MEASURES, READY_REPORTS
from kairos.activities.models import Activity
from kairos.activities.scope_form import ScopeForm
from kairos.activities.state import STATES, sign_of
from kairos.core.fields import DateField, LongTextField, RelationField
from kairos.core.records import Action, Board, Filter, Menu, RecordType, Section, register, type_of


def _is_open(user: Any, record: Any) -> bool:
    return record is None or record.is_open


FEEDBACK = LongTextField("feedback", label=_("What came of it"), required=False, editable=True)
NEW_DAY = DateField("due_on", label=_("Due on"), required=True, editable=True)


def create_activity(
    *, values: Mapping[str, Any], by: Any, model: Any = Activity, at: dt.datetime | None = None
) -> Activity:
    """Something to do that is about no record. Raises what `plan_activity` does."""
    known = {name: value for name, value in values.items() if value not in (None, "")}
    return activities.plan_activity(None, by=by, at=at, **known)


def cancel_many(records: Iterable[Activity], *, by: Any, feedback: str = "", scope: str = "this") -> int:
    """Of many, each for itself, whatever series it is in."""
    return many.cancel_activities(records, by=by, feedback=feedback)


ACTIONS = (
    Action(
        "finish",
        pgettext_lazy("activity", "Done"),
        activities.finish_activity,
        icon="check",
        fields=(FEEDBACK,),
        run_many=many.finish_activities,
        shown_to=_is_open,
        tone="primary",
        is_button=True,
        key="w",
    ),
    Action(
        "snooze",
        _("Put off by a day"),
        activities.snooze_activity,
        icon="calendar-clock",
        run_many=many.snooze_activities,
        shown_to=_is_open,
        is_button=True,
    ),
    Action(
        "reschedule",
        _("Put off to a day"),
        activities.reschedule_activity,
        icon="calendar",
        fields=(NEW_DAY,),
        run_many=many.reschedule_activities,
        shown_to=_is_open,
    ),
    Action(
        "assign",
        _("Assign"),
        activities.reassign_activity,
        icon="user-plus",
        fields=(ASSIGNEE,),
        run_many=many.reassign_activities,
        shown_to=_is_open,
        key="a",
    ),
    Action(
        "cancel",
        _("Cancel the activity"),
        cancel_occurrence,
        icon="calendar-x",
        fields=(FEEDBACK,),
        form=ScopeForm(),
        run_many=cancel_many,
        shown_to=_is_open,
    ),
    Action(
        "delete",
        _("Delete"),
        delete_occurrence,
        icon="trash-2",
        form=ScopeForm(),
        shown_to=lambda user, record: type_of(Activity).access.can_delete(user, record),
        right="can_delete",
        tone="danger",
    ),
)


@register
class Activities(RecordType):
    model = Activity
    plural = "activities"
    icon = "calendar-check"
    menu = Menu(_("Activities"), icon="calendar-check", order=20, key="a")
    title_field = "summary"
    access = ActivitiesAccess()
    field_options: ClassVar[list[Any]] = [
        RelationField("type", limit=lambda found, record: found.order_by("position", "pk")),
        AboutField("record_title", label=_("About")),
        *STATES,
    ]
    hidden = frozenset(
        {"record_type", "record_id", "uid", "is_led_elsewhere", "series", "occurs_on", "own_fields"}
    )
    columns = ("summary", "type", "record_title", "due_on", "assignee", "team", "status")
    search = ("summary", "record_title")
    filters = (
        Filter("mine", pgettext_lazy("activities", "Mine"), ["assignee", "is", "me"], "user"),
        Filter("open", pgettext_lazy("activity", "Open"), ["status", "is", "open"], "circle-dot"),
        Filter("overdue", _("Overdue"), ["is_overdue", "is", True], "calendar-x"),
        Filter("today", _("Due today"), ["is_today", "is", True], "calendar-check"),
        Filter(
            "week",
            _("This week"),
            {"all": [["status", "is", "open"], ["due_on", "within", {"this": "week"}]]},
            "calendar-days",
        ),
        Filter(
            "queue",
            _("In my teams' queues"),
            {"all": [["assignee", "is_empty", None], ["team", "in", ["my_teams"]]]},
            "inbox",
        ),
        Filter("done", pgettext_lazy("activity", "Done"), ["status", "is", "done"], "check-check"),
    )
    default_filters = ("mine", "open")
    groups = (
        "type",
        "assignee",
        "team",
        "due_on",
        "status",
        "record_title",
        "done_by",
        "done_at",
        "created_by",
    )
    default_sort = "due_on"
    views = ("list", "board")
    board = Board(
        columns="type",
        fields=("type", "assignee", "team", "due_on", "status"),
        card="activities/_activity_card.html",
        order=("due_on", "pk"),
        prefetch=("assignee", "type"),
        drop_zones=("finish", "cancel"),
    )
    sections = (
        Section(
            _("Activity"),
            ("record_title", "type", "due_on", "starts_at", "ends_at", "place", "description", "note"),
        ),
        Section(_("Whose"), ("assignee", "team", "created_by", "created_at")),
        Section(_("Result"), ("status", "feedback", "done_at", "done_by")),
    )
    quick_create = ("summary", "type", "due_on", "starts_at", "ends_at", "assignee", "team", "note")
    completed = frozenset({"type", "due_on"})
    actions = ACTIONS
    measures = MEASURES
    reports = READY_REPORTS
    create = staticmethod(create_activity)
    update = staticmethod(activities.update_activity)

    def subtitle(self, record: Any) -> str:
        return str(record.record_title)

    def sign(self, record: Any, now: dt.datetime) -> dict[str, str]:
        """The state as a card shows it."""
        return sign_of(record, today=timezone.localdate(now))
