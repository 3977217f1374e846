from kairos.calendars.models.account import AccountState, CalendarAccount, Trouble
from kairos.calendars.models.calendar import RemoteCalendar, Use
from kairos.calendars.models.event import BusyTime, Failure, Outcome, RemoteEvent

__all__ = [
    "AccountState",
    "BusyTime",
    "CalendarAccount",
    "Failure",
    "Outcome",
    "RemoteCalendar",
    "RemoteEvent",
    "Trouble",
    "Use",
]
