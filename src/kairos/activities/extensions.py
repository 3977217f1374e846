"""What activities add to the apps below them: a panel on every record, the start page, the rail."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.own_panels import OWN_PANELS, OwnPanel
from kairos.activities import attending, chat_commands, follow, mail_route, meeting_follow, panel
from kairos.activities.actions.activities import plan_activity
from kairos.activities.actions.plans import launch_plan
from kairos.activities.actions.types import found_types
from kairos.activities.fields import AROUND, ASKED, ASSIGNEE, PLAN, NextActivityField, earliest_on
from kairos.activities.models import Activity, ActivityPlan
from kairos.activities.sight import planned_on, takes_activities
from kairos.activities.state import sign_of
from kairos.core.history import change_set
from kairos.core.records import Action, all_types, contribute_actions, contribute_fields, find_type, type_of
from kairos.core.slots import (
    CARD_LINES,
    LIST_VIEWS,
    NEW_HOUSE,
    NEWS,
    PLACES,
    RECORD_PANELS,
    TODAY_PANELS,
    CardLine,
    Furnisher,
    ListView,
    News,
    Place,
    RecordPanel,
    TodayPanel,
)

CHAT = (chat_commands.TodoCommand,)
MEETINGS = (
    meeting_follow.InvitedAreTold,
    meeting_follow.ChangedAlone,
    meeting_follow.AttendeesAreTold,
    meeting_follow.SeriesAreTold,
    mail_route.MeetingAnswers,
)


@NEW_HOUSE.register(order=20)
class FirstTypes(Furnisher):
    """The types of activities that everybody knows."""

    def furnish(self, changes: Any) -> None:
        found_types(changes)


@RECORD_PANELS.register(order=5)
class Planned(RecordPanel):
    """What is planned on the record, each done, put off or changed by a click; what was done last."""

    template_name = "activities/_record_panel.html"

    def shown_to(self, user: Any, record: Any) -> bool:
        kind = find_type(type(record))
        return kind is not None and takes_activities(kind)

    def context(self, user: Any, record: Any) -> dict[str, Any]:
        return panel.of_record(record)


@RECORD_PANELS.register(order=5, for_type="activityplan")
class Steps(RecordPanel):
    """The steps of a plan, in the order of their days."""

    template_name = "activities/_plan_steps.html"

    def context(self, user: Any, record: ActivityPlan) -> dict[str, Any]:
        steps = record.steps.active().select_related("type").order_by("days", "pk")
        return {
            "steps": list(steps),
            "can_edit": type_of(ActivityPlan).access.can_edit(user, record),
            "add_url": f"{reverse('record-new', args=['plan-steps'])}?plan={record.pk}",
        }


@RECORD_PANELS.register(order=5, for_type="activity")
class Attendees(RecordPanel):
    """Who is asked to come to a meeting, and what they say."""

    template_name = "activities/_attendees.html"

    def shown_to(self, user: Any, record: Activity) -> bool:
        return record.type.is_meeting

    def context(self, user: Any, record: Activity) -> dict[str, Any]:
        can_edit = record.is_open and type_of(Activity).access.can_edit(user, record)
        return {
            "attendees": attending.shown(record),
            "answering": attending.answering(record, user),
            "edit_url": reverse("activity-edit", args=[record.pk]) if can_edit else "",
        }


@RECORD_PANELS.register(order=6, for_type="activity")
class Repetition(RecordPanel):
    """How it repeats, and its next times."""

    template_name = "activities/_repetition.html"

    def shown_to(self, user: Any, record: Activity) -> bool:
        return record.series_id is not None

    def context(self, user: Any, record: Activity) -> dict[str, Any]:
        return panel.of_series(record, user)


@TODAY_PANELS.register(order=8)
class MyActivities(TodayPanel):
    """What the reader is to do: overdue, today, next."""

    template_name = "activities/_today.html"
    width = "full"

    def context(self, user: Any, now: dt.datetime) -> dict[str, Any]:
        return panel.of_person(user, now)


@PLACES.register()
class CalendarPlace(Place):
    name = "calendar"
    label = _("Calendar")
    icon = "calendar-days"
    order = 21
    key = "d"


@LIST_VIEWS.register()
class MatrixView(ListView):
    """The records of a list beside the types of activities."""

    name = "activity-matrix"
    label = _("Activities")
    icon = "table-2"
    key = "v a"

    def shown_for(self, record_type: Any) -> bool:
        return takes_activities(record_type)


@OWN_PANELS.register(order=10)
class OwnCalendar(OwnPanel):
    title = _("Calendar")
    icon = "calendar-days"
    sentence = _("When you work, when you are reminded, and whether invitations come by e-mail.")
    label = _("Choose hours and reminders")

    def url(self) -> str:
        return reverse("calendar-choices")


@NEWS.register()
class GivenToYou(News):
    name = "activities-news"


def plan_many(
    records: Iterable[Any], *, by: Any, type: Any, due_on: Any = None, summary: str = "", assignee: Any = None
) -> int:
    """The same activity on each of the records."""
    found = list(records)
    with change_set(
        by=by, summary=_("Planned an activity on %(count)s records"), params={"count": len(found)}
    ):
        for record in found:
            plan_activity(record, type=type, by=by, due_on=due_on, summary=summary, assignee=assignee)
    return len(found)


def _plan_one(record: Any, *, by: Any, **values: Any) -> None:
    plan_many([record], by=by, **values)


def _launch_one(record: Any, *, by: Any, plan: Any, on: dt.date, assignee: Any = None) -> None:
    launch_plan(plan, records=[record], on=on, by=by, assignee=assignee)


def _launch_many(records: Iterable[Any], *, by: Any, plan: Any, on: dt.date, assignee: Any = None) -> None:
    launch_plan(plan, records=records, on=on, by=by, assignee=assignee)


PLANNING = (
    Action(
        "plan-activity",
        _("Plan an activity"),
        _plan_one,
        icon="calendar-plus",
        fields=ASKED,
        run_many=plan_many,
    ),
    Action(
        "launch-plan",
        _("Launch an activity plan"),
        _launch_one,
        icon="clipboard-list",
        fields=(PLAN, AROUND, ASSIGNEE),
        run_many=_launch_many,
    ),
)

for _kind in planned_on().values():
    follow.keep_titles_of(_kind)
for _kind in all_types():
    if takes_activities(_kind):
        contribute_actions(_kind.model, *PLANNING)
        contribute_fields(_kind.model, NextActivityField(_kind.stored_name))


@CARD_LINES.register(order=10, for_type="contact")
class NextOnCard(CardLine):
    """What comes next with a contact, and when; cards of deals and leads have a sign of their own for it."""

    def lines(
        self, records: Sequence[Any], *, now: dt.datetime, past: dt.datetime | None = None
    ) -> Mapping[int, str]:
        if past is not None:
            return {}
        found = earliest_on("contact", records)
        return {pk: sign_of(one, today=timezone.localdate(now))["label"] for pk, one in found.items()}
