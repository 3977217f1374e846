"""What is set up: types, and plans with their steps."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kairos.activities.models import ActivityPlan, ActivityType, PlanStep
from kairos.core.access import LeadersArrange
from kairos.core.records import MatchKeys, Menu, RecordType, Section, register
from kairos.core.tables import name_key


def _named(record: Any) -> list[tuple[str, str]]:
    return [("name", name_key(record.name))]


BY_NAME = MatchKeys(("name",), _named, ("name",))


@register
class ActivityTypes(RecordType):
    model = ActivityType
    plural = "activity-types"
    icon = "list-checks"
    menu = Menu(_("Activity types"), icon="list-checks", order=10, area="conversation")
    access = LeadersArrange()
    match_keys = BY_NAME
    columns = ("name", "doing", "delay_days", "assignee", "chaining", "next_type")
    groups = ("doing", "chaining")
    default_sort = "position"
    sections = (
        Section(_("Activity type"), ("name", "doing", "icon", "position")),
        Section(_("As usual"), ("summary", "delay_days", "assignee")),
        Section(_("What comes after it"), ("chaining", "next_type")),
    )
    quick_create = ("name", "doing", "delay_days")


@register
class ActivityPlans(RecordType):
    model = ActivityPlan
    plural = "activity-plans"
    icon = "clipboard-list"
    menu = Menu(_("Activity plans"), icon="clipboard-list", order=20, area="conversation")
    access = LeadersArrange()
    match_keys = BY_NAME
    columns = ("name",)
    default_sort = "position"
    sections = (Section(_("Activity plan"), ("name", "position")),)
    quick_create = ("name",)


@register
class PlanSteps(RecordType):
    """Reached through the page of their plan."""

    model = PlanStep
    plural = "plan-steps"
    icon = "list-plus"
    access = LeadersArrange()
    title_field = "summary"
    columns = ("summary", "plan", "type", "days", "assigned")
    search = ("summary",)
    default_sort = "days"
    sections = (Section(_("Plan step"), ("summary", "plan", "type", "days", "assigned")),)
    quick_create: ClassVar[tuple[str, ...]] = ("plan", "type", "summary", "days", "assigned")

    def title(self, record: Any) -> str:
        return str(record)
