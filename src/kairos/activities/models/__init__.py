from kairos.activities.models.activity import Activity, Status
from kairos.activities.models.activity_type import ActivityType, Chaining, Doing
from kairos.activities.models.attendee import Answer, Attendee
from kairos.activities.models.choice import CalendarChoice, Reminder
from kairos.activities.models.feed import CalendarFeed
from kairos.activities.models.invitation import Invitation
from kairos.activities.models.plan import ActivityPlan, Assigned, PlanStep
from kairos.activities.models.series import Series

__all__ = [
    "Activity",
    "ActivityPlan",
    "ActivityType",
    "Answer",
    "Assigned",
    "Attendee",
    "CalendarChoice",
    "CalendarFeed",
    "Chaining",
    "Doing",
    "Invitation",
    "PlanStep",
    "Reminder",
    "Series",
    "Status",
]
