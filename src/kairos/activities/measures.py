"""The figures of what was planned and done, and the reports that ask for them."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kairos.core.records import Elapsed, Measure, Now, Part, ReadyReport
from kairos.core.records.measures import COUNT

DONE, OPEN = ["status", "is", "done"], ["status", "is", "open"]
LATE = ["is_late", "is", True]
OVERDUE = ["is_overdue", "is", True]
DUE: Any = {"any": [DONE, OVERDUE]}

MEASURES = (
    COUNT,
    Measure("open_count", _("Open activities"), where=OPEN),
    Measure("done_count", _("Done"), where=DONE, more_is="good"),
    Measure("late_count", _("Done late"), where=LATE, more_is="bad"),
    Measure("overdue_count", _("Overdue"), where=OVERDUE, more_is="bad"),
    Measure(
        "done_rate",
        _("Done of what was due"),
        "percent",
        where=DONE,
        per=Part(where=DUE),
        drill=DUE,
        more_is="good",
        help=_("Done of all that are done or overdue"),
    ),
    Measure(
        "late_rate",
        _("Late of what was done"),
        "percent",
        where=LATE,
        per=Part(where=DONE),
        more_is="bad",
    ),
    Measure(
        "days_to_done",
        _("Time from planned to done"),
        "days",
        of=Elapsed(F("created_at"), F("done_at")),
        where=DONE,
        per=Part(where=DONE),
        more_is="bad",
    ),
    Measure(
        "days_waiting",
        _("Age of open activities"),
        "days",
        of=Elapsed(F("created_at"), Now()),
        where=OPEN,
        per=Part(where=OPEN),
        more_is="bad",
    ),
)

READY_REPORTS = (
    ReadyReport(
        "execution",
        _("Activities by salesperson"),
        _("Who does what they have planned, and when?"),
        {
            "measures": "count,done_count,late_count,overdue_count,done_rate,days_to_done",
            "rows": "assignee,type",
            "filter": "",
            "sort": "count",
            "chart": "bar",
        },
        "calendar-check",
        80,
    ),
    ReadyReport(
        "by-record",
        _("Activities by deal"),
        _("On what do we work, how much, and how promptly?"),
        {
            "measures": "count,open_count,done_count,late_count,overdue_count,days_to_done",
            "rows": "record_title,type",
            "filter": "",
            "sort": "count",
        },
        "target",
        82,
    ),
    ReadyReport(
        "done-by-week",
        _("Activities done by week"),
        _("How much was done each week, and what?"),
        {
            "measures": "done_count",
            "rows": "done_at:week",
            "column": "type",
            "filter": "done",
            "chart": "stacked",
        },
        "calendar-days",
        81,
    ),
)
