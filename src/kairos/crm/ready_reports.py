"""The reports every pipeline starts with."""

from django.utils.translation import gettext_lazy as _

from kairos.core.records import ReadyReport

READY_REPORTS = (
    ReadyReport(
        "pipeline",
        _("Pipeline by stage and salesperson"),
        _("Who has how much open, and how far is it?"),
        {
            "measures": "open_revenue,open_count",
            "rows": "salesperson",
            "column": "stage",
            "filter": "open",
            "chart": "stacked",
            "heat": "1",
        },
        "square-kanban",
        10,
    ),
    ReadyReport(
        "won-by-month",
        _("Won by month"),
        _("How much did we win each month?"),
        {"measures": "won,won_count,average", "rows": "closed_at:month", "filter": "won", "chart": "bar"},
        "trophy",
        20,
    ),
    ReadyReport(
        "sources",
        _("Results by source"),
        _("Where do the deals come from that we win?"),
        {"measures": "count,won_count,win_rate,won", "rows": "source", "sort": "won", "chart": "bar"},
        "radio",
        30,
    ),
    ReadyReport(
        "teams",
        _("Team performance"),
        _("How do the teams compare, and how long do they take?"),
        {
            "measures": "open_revenue,won,win_rate,average,days_to_close",
            "rows": "team,salesperson.manager",
            "chart": "bar",
        },
        "users",
        40,
    ),
    ReadyReport(
        "salespeople",
        _("Salesperson performance"),
        _("Who wins how much, how often, and how fast?"),
        {
            "measures": "open_revenue,won,won_count,win_rate,days_to_win",
            "rows": "salesperson",
            "sort": "won",
            "chart": "bar",
        },
        "user-check",
        50,
    ),
    ReadyReport(
        "losses",
        _("Losses by reason"),
        _("Why do we lose, and how much does it cost us?"),
        {
            "measures": "lost_count,lost",
            "rows": "lost_reason,stage",
            "filter": "lost",
            "sort": "lost",
            "chart": "bar",
        },
        "thumbs-down",
        60,
    ),
    ReadyReport(
        "stages",
        _("Open deals by stage"),
        _("How much stands in each stage, and for how long?"),
        {
            "measures": "open_count,open_revenue,days_in_stage",
            "rows": "stage",
            "filter": "open",
            "chart": "funnel",
        },
        "funnel",
        70,
    ),
    ReadyReport(
        "silent",
        _("Silent customers"),
        _("Whom have we written to without hearing anything for two weeks?"),
        {
            "measures": "unanswered_count,unanswered_revenue,days_unanswered",
            "rows": "salesperson,organisation",
            "filter": "silent",
            "sort": "days_unanswered",
        },
        "mailbox",
        75,
    ),
)
