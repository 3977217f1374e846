from kairos.activities.models.activity import Activity, Status
from kairos.activities.models.activity_type import ActivityType, Chaining, Doing
from kairos.activities.models.feed import CalendarFeed
from kairos.activities.models.plan import ActivityPlan, Assigned, PlanStep

__all__ = [
    "Activity",
    "ActivityPlan",
    "ActivityType",
    "Assigned",
    "CalendarFeed",
    "Chaining",
    "Doing",
    "PlanStep",
    "Status",
]
