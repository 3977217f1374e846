"""Opportunities: the deals of the pipeline."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.sharing import SHARED_WITH_ME, SHARING
from kairos.core.fields import Field
from kairos.core.records import (
    Action,
    Band,
    Board,
    Menu,
    Section,
    register,
)
from kairos.crm import board
from kairos.crm.actions import closing, many, moving, opportunities, stages
from kairos.crm.actions.imports import import_existing_opportunities, import_new_opportunities
from kairos.crm.actions.leads import return_to_leads
from kairos.crm.forecast import forecast_context
from kairos.crm.imports import OpportunityRules
from kairos.crm.measures import CHANGES_TOLD, DIMENSIONS, MEASURES
from kairos.crm.models import (
    Kind,
    Opportunity,
)
from kairos.crm.move_form import MoveForm
from kairos.crm.ready_reports import READY_REPORTS
from kairos.crm.records.deals import Deals, fields_of
from kairos.crm.records.filters import (
    CLOSING,
    LOST,
    MINE,
    MY_TEAM,
    OPEN,
    PUT_OFF,
    SILENT,
    SLIPPED,
    STALE,
    STEP_DUE,
    STEP_OVERDUE,
    STEPLESS,
    UNASSIGNED,
    WON,
)


def is_status(status: str | None) -> Any:
    return lambda user, record: record is None or (record.is_open if status == "open" else not record.is_open)


ASSIGN = Action(
    "assign",
    _("Assign"),
    lambda record, *, by, salesperson: many.assign_opportunities([record], salesperson=salesperson, by=by),
    icon="user-plus",
    fields=("salesperson",),
    run_many=many.assign_opportunities,
    right="can_share",
    key="a",
)

MOVE = Action(
    "move",
    _("Move to a stage"),
    lambda record, *, by, place, called: moving.move_opportunities(
        [record], place=place, called=called, by=by
    ),
    icon="arrow-right",
    run_many=moving.move_opportunities,
    form=MoveForm(),
    shown_to=is_status("open"),
    is_only_bulk=True,
)


@register
class Opportunities(Deals):
    model = Opportunity
    scope: ClassVar[dict[str, Any]] = {"kind": Kind.OPPORTUNITY}
    plural = "opportunities"
    icon = "target"
    menu = Menu(_("Pipeline"), icon="target", order=10, key="p")
    field_options: ClassVar[list[Field]] = fields_of(Kind.OPPORTUNITY)
    columns = (
        "title",
        "organisation",
        "expected_revenue",
        "stage",
        "probability",
        "salesperson",
        "expected_closing",
        "tags",
    )
    filters = (
        MINE,
        MY_TEAM,
        OPEN,
        WON,
        LOST,
        UNASSIGNED,
        SHARED_WITH_ME,
        CLOSING,
        SLIPPED,
        STALE,
        SILENT,
        STEPLESS,
        STEP_OVERDUE,
        STEP_DUE,
        PUT_OFF,
    )
    groups = (
        "stage",
        "salesperson",
        "team",
        "status",
        "channel",
        "source",
        "medium",
        "campaign",
        "last_source",
        "last_medium",
        "last_campaign",
        "product",
        "lost_reason",
        "priority",
        "organisation",
        "expected_closing",
        "closed_at",
        "created_at",
    )
    views = ("board", "list")
    board = Board(
        columns="stage",
        card="crm/_opportunity_card.html",
        fields=(
            "stage",
            "salesperson",
            "team",
            "expected_closing",
            "forecast",
            "priority",
            "source",
            "product",
            "status",
        ),
        bands={"expected_closing": Band("crm/_forecast.html", forecast_context)},
        order=("-priority", "-pk"),
        totals={"expected_revenue": "", "weighted_revenue": "scale", "mrr": "repeat"},
        on_move=board.move_card,
        reorder=stages.reorder_stages,
        columns_for=board.stages_for,
        scope=board.scope_to_stage,
        scope_fields=("status",),
        drop_zones=("win", "lose"),
        prefetch=("organisation", "person", "salesperson", "stage", "tags"),
    )
    sections = (
        Section(
            _("Deal"),
            (
                "expected_revenue",
                "currency",
                "probability",
                "weighted_revenue",
                "expected_closing",
                "closing_slips",
                "forecast",
                "priority",
                "product",
            ),
        ),
        Section(_("Next step"), ("next_step", "next_step_on", "last_customer_event_at", "unanswered_since")),
        Section(_("Recurring"), ("recurring_revenue", "recurring_plan", "mrr", "weighted_mrr")),
        Section(_("Customer"), ("organisation", "person")),
        Section(_("Whose"), ("salesperson", "team", "shared_with", "tags")),
        Section(_("Where from"), ("source", "medium", "campaign", "channel", "referred_by", "converted_at")),
        Section(_("Result"), ("status", "closed_at", "lost_reason", "competitor", "lost_note")),
        Section(_("More"), ("description", "external_id", "created_at", "created_by")),
    )
    quick_create = (
        "title",
        "organisation",
        "person",
        "expected_revenue",
        "expected_closing",
        "stage",
        "team",
        "salesperson",
    )
    import_fields = (
        "title",
        "organisation",
        "person",
        "salesperson",
        "team",
        "stage",
        "status",
        "expected_revenue",
        "currency",
        "probability",
        "recurring_revenue",
        "recurring_plan",
        "expected_closing",
        "closed_at",
        "created_at",
        "lost_reason",
        "lost_note",
        "priority",
        "tags",
        "source",
        "product",
        "description",
        "external_id",
    )
    import_rules = OpportunityRules()
    measures = MEASURES
    dimensions = DIMENSIONS
    changes_told = CHANGES_TOLD
    reports = READY_REPORTS
    actions = (
        Action(
            "win",
            _("Won"),
            opportunities.win_opportunity,
            run_many=closing.win_opportunities,
            icon="trophy",
            shown_to=is_status("open"),
            tone="primary",
            is_button=True,
            key="w",
        ),
        Action(
            "lose",
            _("Lost"),
            opportunities.lose_opportunity,
            icon="thumbs-down",
            fields=("lost_reason", "competitor", "lost_note"),
            run_many=closing.lose_opportunities,
            shown_to=is_status("open"),
            is_button=True,
            key="l",
        ),
        Action(
            "reopen",
            _("Reopen"),
            opportunities.reopen_opportunity,
            run_many=many.reopen_opportunities,
            icon="rotate-ccw",
            shown_to=is_status("closed"),
            is_button=True,
        ),
        ASSIGN,
        MOVE,
        *SHARING,
        Action(
            "return-to-leads",
            _("Return to the leads"),
            return_to_leads,
            icon="undo-2",
            shown_to=lambda user, record: record is not None and record.is_open and bool(record.converted_at),
            is_bulk=False,
        ),
        Action(
            "follow-stage",
            _("Let the probability follow the stage"),
            opportunities.follow_stage_probability,
            run_many=many.follow_stage_probabilities,
            icon="percent",
            shown_to=lambda user, record: (
                record is not None and record.is_open and record.is_probability_manual
            ),
        ),
    )

    create = staticmethod(opportunities.create_opportunity)

    def import_new(self, changes: Any, rows: list[dict[str, Any]]) -> list[Any]:
        return import_new_opportunities(changes, rows)

    def import_existing(self, changes: Any, values_by_id: dict[int, dict[str, Any]]) -> int:
        return import_existing_opportunities(changes, values_by_id)
