"""Leads: what may become an opportunity."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.sharing import SHARED_WITH_ME, SHARING
from kairos.core.fields import Field
from kairos.core.records import (
    Action,
    Board,
    Menu,
    Section,
    register,
)
from kairos.crm import board
from kairos.crm.actions import closing, conversion, opportunities, stages
from kairos.crm.actions.imports import import_existing_opportunities, import_new_opportunities
from kairos.crm.forms import ConvertForm
from kairos.crm.imports import LeadRules
from kairos.crm.models import (
    Kind,
    Lead,
)
from kairos.crm.records.deals import Deals, fields_of
from kairos.crm.records.filters import LOST, MINE, MY_TEAM, OPEN, STALE, STEP_OVERDUE, STEPLESS, UNASSIGNED
from kairos.crm.records.opportunities import ASSIGN, is_status


def _convert_many(records: list[Any], *, by: Any, **values: Any) -> int:
    """A list of one was asked as one."""
    if "company" in values:
        conversion.convert_with(records[0], by=by, **values)
        return 1
    return conversion.convert_leads(records, by=by, **values)


@register
class Leads(Deals):
    """First signs of interest, worked through until they are opportunities or discarded."""

    model = Lead
    scope: ClassVar[dict[str, Any]] = {"kind": Kind.LEAD}
    plural = "leads"
    field_options: ClassVar[list[Field]] = fields_of(Kind.LEAD)
    icon = "inbox"
    menu = Menu(_("Leads"), icon="inbox", order=8, key="l")
    columns = (
        "title",
        "contact_name",
        "company_name",
        "email",
        "phone",
        "stage",
        "salesperson",
        "team",
        "source",
        "created_at",
    )
    filters = (MINE, MY_TEAM, OPEN, LOST, UNASSIGNED, SHARED_WITH_ME, STALE, STEPLESS, STEP_OVERDUE)
    groups = (
        "stage",
        "salesperson",
        "team",
        "status",
        "channel",
        "source",
        "medium",
        "campaign",
        "country",
        "language",
        "lost_reason",
        "created_at",
    )
    views = ("list", "board")
    board = Board(
        columns="stage",
        card="crm/_opportunity_card.html",
        fields=("stage", "salesperson", "team", "priority", "channel", "source"),
        order=("-priority", "-pk"),
        on_move=board.move_card,
        reorder=stages.reorder_stages,
        columns_for=board.lead_stages_for,
        scope=board.scope_to_stage,
        scope_fields=("status",),
        drop_zones=("lose",),
        prefetch=("organisation", "person", "salesperson", "stage", "tags"),
    )
    sections = (
        Section(
            _("Who"),
            ("contact_name", "job_title", "company_name", "email", "phone", "website", "tax_id", "language"),
        ),
        Section(_("Where"), ("street", "postcode", "city", "region", "country")),
        Section(_("Next step"), ("next_step", "next_step_on", "last_customer_event_at")),
        Section(_("Whose"), ("salesperson", "team", "shared_with", "priority", "tags")),
        Section(_("Where from"), ("channel", "source", "medium", "campaign", "referred_by")),
        Section(_("Result"), ("status", "closed_at", "lost_reason", "lost_note")),
        Section(_("More"), ("organisation", "person", "product", "description", "external_id", "created_at")),
    )
    quick_create = (
        "title",
        "contact_name",
        "company_name",
        "email",
        "phone",
        "source",
        "team",
        "salesperson",
    )
    import_fields = (
        "title",
        "contact_name",
        "company_name",
        "job_title",
        "email",
        "phone",
        "website",
        "street",
        "city",
        "region",
        "postcode",
        "country",
        "language",
        "tax_id",
        "salesperson",
        "team",
        "stage",
        "priority",
        "tags",
        "source",
        "medium",
        "campaign",
        "referred_by",
        "description",
        "created_at",
        "external_id",
    )
    import_rules = LeadRules()
    actions = (
        Action(
            "convert",
            _("Convert"),
            conversion.convert_with,
            icon="circle-check",
            run_many=_convert_many,
            form=ConvertForm(),
            shown_to=is_status("open"),
            right="can_share",
            tone="primary",
            is_button=True,
            key="v",
        ),
        Action(
            "lose",
            _("Discard"),
            opportunities.lose_opportunity,
            icon="thumbs-down",
            fields=("lost_reason", "lost_note"),
            run_many=closing.lose_opportunities,
            shown_to=is_status("open"),
            is_button=True,
            key="l",
        ),
        Action(
            "reopen",
            _("Reopen"),
            opportunities.reopen_opportunity,
            icon="rotate-ccw",
            shown_to=is_status("closed"),
            is_button=True,
        ),
        ASSIGN,
        *SHARING,
    )
    create = staticmethod(opportunities.create_lead)

    def import_new(self, changes: Any, rows: list[dict[str, Any]]) -> list[Any]:
        return import_new_opportunities(
            changes, [{**row, "kind": Kind.LEAD, "channel": "import"} for row in rows]
        )

    def import_existing(self, changes: Any, values_by_id: dict[int, dict[str, Any]]) -> int:
        return import_existing_opportunities(changes, values_by_id)
