"""The figures of the pipeline, and what is told of it over a span of days."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kairos.core.records import Elapsed, Measure, Now, Part, Told
from kairos.core.records.measures import COUNT

OPEN, WON, LOST = ["status", "is", "open"], ["status", "is", "won"], ["status", "is", "lost"]
CLOSED = ["status", "in", ["won", "lost"]]
UNANSWERED: Any = {"all": [OPEN, ["unanswered_since", "is_not_empty", None]]}
ASSIGNED = ["assigned_at", "is_not_empty", None]

MEASURES = (
    COUNT,
    Measure("expected", _("Expected revenue"), "money", of="expected_revenue", more_is="good"),
    Measure("weighted", _("Weighted revenue"), "money", of="weighted_revenue", more_is="good"),
    Measure("open_count", _("Open deals"), where=OPEN),
    Measure("open_revenue", _("Open revenue"), "money", of="expected_revenue", where=OPEN, more_is="good"),
    Measure("won_count", _("Won deals"), where=WON, more_is="good"),
    Measure("won", _("Won revenue"), "money", of="expected_revenue", where=WON, more_is="good"),
    Measure("lost_count", _("Lost deals"), where=LOST, more_is="bad"),
    Measure("lost", _("Lost revenue"), "money", of="expected_revenue", where=LOST, more_is="bad"),
    Measure(
        "average",
        _("Average won deal"),
        "money",
        of="expected_revenue",
        where=WON,
        per=Part(where=WON),
        more_is="good",
    ),
    Measure(
        "win_rate",
        _("Win rate"),
        "percent",
        where=WON,
        per=Part(where=CLOSED),
        more_is="good",
        help=_("Won of all that were won or lost"),
    ),
    Measure(
        "days_to_close",
        _("Time to close"),
        "days",
        of=Elapsed(F("created_at"), F("closed_at")),
        where=CLOSED,
        per=Part(where=CLOSED),
        more_is="bad",
        help=_("From its beginning to won or lost, on average"),
    ),
    Measure(
        "days_to_win",
        _("Time to win"),
        "days",
        of=Elapsed(F("created_at"), F("closed_at")),
        where=WON,
        per=Part(where=WON),
        more_is="bad",
    ),
    Measure(
        "days_to_assign",
        _("Time to assign"),
        "days",
        of=Elapsed(F("created_at"), F("assigned_at")),
        where=ASSIGNED,
        per=Part(where=ASSIGNED),
        more_is="bad",
    ),
    Measure(
        "days_in_stage",
        _("Time in stage"),
        "days",
        of=Elapsed(F("stage_entered_at"), Now()),
        where=OPEN,
        per=Part(where=OPEN),
        more_is="bad",
        help=_("How long open deals have stood in their stage, on average"),
    ),
    Measure(
        "age",
        _("Age of open deals"),
        "days",
        of=Elapsed(F("created_at"), Now()),
        where=OPEN,
        per=Part(where=OPEN),
        more_is="bad",
    ),
    Measure("unanswered_count", _("Deals without an answer"), where=UNANSWERED, more_is="bad"),
    Measure(
        "unanswered_revenue",
        _("Revenue without an answer"),
        "money",
        of="expected_revenue",
        where=UNANSWERED,
        more_is="bad",
    ),
    Measure(
        "days_unanswered",
        _("Time without an answer"),
        "days",
        of=Elapsed(F("unanswered_since"), Now()),
        where=UNANSWERED,
        per=Part(where=UNANSWERED),
        more_is="bad",
        help=_("Since we first wrote after the customer was last heard, on average"),
    ),
    Measure("mrr", _("MRR"), "money", of="mrr", more_is="good"),
    Measure("weighted_mrr", _("Weighted MRR"), "money", of="weighted_mrr", more_is="good"),
)

DIMENSIONS = (
    "salesperson.manager",
    "stage.is_won",
    "organisation.industry",
    "organisation.country",
    "product.series",
    "lost_reason.group",
    "medium",
    "campaign",
    "competitor",
    "channel",
    "forecast",
    "currency",
    "created_by",
)


def _became(*wanted: str) -> Any:
    return lambda old, new: old != new and new in wanted


def _more(old: Any, new: Any) -> bool:
    return old is not None and new is not None and new > old


def _less(old: Any, new: Any) -> bool:
    return old is not None and new is not None and new < old


CHANGES_TOLD = (
    Told("new", _("New"), icon="plus", amount="expected_revenue", tone="good"),
    Told(
        "won",
        _("Won"),
        "status",
        _became("won"),
        amount="expected_revenue",
        icon="trophy",
        tone="good",
        of_new=True,
    ),
    Told(
        "lost",
        _("Lost"),
        "status",
        _became("lost"),
        amount="expected_revenue",
        icon="thumbs-down",
        tone="bad",
        of_new=True,
    ),
    Told(
        "reopened",
        _("Reopened"),
        "status",
        lambda old, new: old in ("won", "lost") and new == "open",
        amount="expected_revenue",
        icon="rotate-ccw",
    ),
    Told(
        "moved",
        _("Moved"),
        "stage",
        amount="expected_revenue",
        icon="move-right",
        unless=("won", "reopened"),
    ),
    Told("slipped", _("Slipped"), "expected_closing", _more, "expected_revenue", "calendar-x", "bad"),
    Told(
        "pulled_in", _("Pulled in"), "expected_closing", _less, "expected_revenue", "calendar-check", "good"
    ),
    Told("grown", _("Grown"), "expected_revenue", _more, "expected_revenue", "trending-up", "good"),
    Told("shrunk", _("Shrunk"), "expected_revenue", _less, "expected_revenue", "trending-down", "bad"),
    Told(
        "handed_over",
        _("Handed over"),
        "salesperson",
        lambda old, new: old is not None and new is not None and old != new,
        amount="expected_revenue",
        icon="users",
    ),
)
