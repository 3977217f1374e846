"""Named conditions on opportunities and leads, offered as chips."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.core.records import Filter

MINE = Filter("mine", _("My deals"), ["salesperson", "is", "me"], "user")
MY_LEADS = Filter("mine", _("My leads"), ["salesperson", "is", "me"], "user")
MY_TEAM = Filter("team", _("My team's"), ["salesperson", "is", "my_team"], "users")
OPEN = Filter("open", pgettext_lazy("deal", "Open"), ["status", "is", "open"], "circle-dot")
WON = Filter("won", _("Won"), ["status", "is", "won"], "trophy")
LOST = Filter("lost", _("Lost"), ["status", "is", "lost"], "thumbs-down")
DISCARDED = Filter("discarded", _("Discarded"), ["status", "is", "lost"], "thumbs-down")
UNREACHABLE = Filter(
    "unreachable",
    _("Hard to reach"),
    {"all": [["email_quality", "is_not", "correct"], ["phone_quality", "is_not", "correct"]]},
    "phone-off",
)
UNASSIGNED = Filter("unassigned", _("Nobody's"), ["salesperson", "is_empty", None], "user-x")
CLOSING = Filter(
    "closing",
    _("Closing this month"),
    {"all": [["status", "is", "open"], ["expected_closing", "within", {"this": "month"}]]},
    "calendar",
)
SLIPPED = Filter(
    "slipped",
    _("Past their date"),
    {"all": [["status", "is", "open"], ["expected_closing", "before", "today"]]},
    "calendar-x",
)
STALE = Filter("stale", _("Stale"), ["is_stale", "is", True], "hourglass")
SILENT = Filter(
    "silent",
    _("No answer for two weeks"),
    {"all": [["status", "is", "open"], ["unanswered_since", "before", {"ago": {"days": 14}}]]},
    "mailbox",
)
STEPLESS = Filter("stepless", _("Without a next step"), ["is_without_next_step", "is", True], "circle-slash")
STEP_OVERDUE = Filter(
    "step-overdue",
    _("Next step overdue"),
    {"all": [["status", "is", "open"], ["next_step_on", "before", "today"]]},
    "calendar-x",
)
STEP_DUE = Filter(
    "step-due",
    _("Next step this week"),
    {"all": [["status", "is", "open"], ["next_step_on", "within", {"next": {"days": 7}}]]},
    "calendar-check",
)
PUT_OFF = Filter(
    "put-off", _("Put off"), {"all": [["status", "is", "open"], ["closing_slips", ">=", 1]]}, "calendar-clock"
)
