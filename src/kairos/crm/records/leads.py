"""Leads: what may become an opportunity."""

from typing import Any, ClassVar

from django.db.models import Exists
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.accounts.actions.sharing import SHARED_WITH_ME, SHARING
from kairos.accounts.models import User
from kairos.core.fields import Field, TextField
from kairos.core.records import (
    Action,
    Board,
    Menu,
    Section,
    register,
)
from kairos.crm import board
from kairos.crm.actions import closing, conversion, conversions, leads, many, opportunities, stages
from kairos.crm.actions.imports import import_existing_opportunities, import_new_leads
from kairos.crm.forms import ConvertForm
from kairos.crm.imports import LeadRules
from kairos.crm.models import Kind, Lead, TeamProcess
from kairos.crm.records.deals import Deals, fields_of
from kairos.crm.records.filters import (
    DISCARDED,
    MY_LEADS,
    MY_TEAM,
    OPEN,
    SILENT,
    STALE,
    STEP_OVERDUE,
    STEPLESS,
    UNASSIGNED,
    UNREACHABLE,
)
from kairos.crm.records.opportunities import ASSIGN, MOVE, is_status


def _convert_many(records: list[Any], *, by: Any, **values: Any) -> int:
    """A list of one was asked as one."""
    if "company" in values:
        conversion.convert_with(records[0], by=by, **values)
        return 1
    return conversions.convert_leads(records, by=by, **values)


@register
class Leads(Deals):
    """First signs of interest, worked through until they are opportunities or discarded."""

    model = Lead
    scope: ClassVar[dict[str, Any]] = {"kind": Kind.LEAD}
    plural = "leads"
    field_options: ClassVar[list[Field]] = [
        TextField("title", label=pgettext_lazy("lead", "Title")),
        *fields_of(Kind.LEAD),
    ]
    icon = "inbox"
    menu = Menu(_("Leads"), icon="inbox", order=11, key="l")
    columns = (
        "title",
        "contact_name",
        "company_name",
        "email",
        "phone",
        "stage",
        "salesperson",
        "channel",
        "source",
        "created_at",
    )
    filters = (
        *(MY_LEADS, MY_TEAM, OPEN, UNASSIGNED, UNREACHABLE, DISCARDED),
        *(SHARED_WITH_ME, STALE, SILENT, STEPLESS, STEP_OVERDUE),
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
        "email_quality",
        "phone_quality",
        "country",
        "language",
        "lost_reason",
        "priority",
        "created_at",
    )
    views = ("list", "board")
    board = Board(
        columns="stage",
        card="crm/_lead_card.html",
        fields=("stage", "salesperson", "team", "priority", "channel", "source", "campaign"),
        order=("-priority", "-pk"),
        on_move=board.move_card,
        reorder=stages.reorder_stages,
        columns_for=board.lead_stages_for,
        scope=board.scope_to_stage,
        scope_fields=("status",),
        drop_zones=("lose",),
        prefetch=("salesperson", "source", "stage", "tags"),
    )
    sections = (
        Section(
            _("Who"),
            ("contact_name", "job_title", "company_name", "email", "phone", "website", "tax_id", "language"),
        ),
        Section(_("Where"), ("street", "postcode", "city", "region", "country")),
        Section(_("Next step"), ("next_step", "next_step_on", "last_customer_event_at", "unanswered_since")),
        Section(_("Whose"), ("salesperson", "team", "shared_with", "priority", "tags")),
        Section(_("What for"), ("product", "expected_revenue", "description")),
        Section(_("Where from"), ("channel", "source", "medium", "campaign", "referred_by")),
        Section(_("How good"), ("email_quality", "phone_quality")),
        Section(_("Result"), ("status", "closed_at", "lost_reason", "lost_note")),
        Section(_("More"), ("organisation", "person", "external_id", "created_at", "created_by")),
    )
    completed = frozenset({"title"})
    quick_create = (
        "contact_name",
        "company_name",
        "email",
        "phone",
        "title",
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
            leads.discard_lead,
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
            run_many=many.reopen_opportunities,
            icon="rotate-ccw",
            shown_to=is_status("closed"),
            is_button=True,
        ),
        ASSIGN,
        MOVE,
        *SHARING,
    )
    create = staticmethod(opportunities.create_lead)

    def in_menu(self, user: Any) -> bool:
        """Where a team within this person's reach looks at leads first, or there is a lead they may see; one query."""
        there = Lead.objects.visible_to(user).active()
        teams = board.teams_of(user).active()
        using = TeamProcess.objects.filter(uses_leads=True, team__in=teams)
        return User.objects.filter(Exists(using) | Exists(there), pk=user.pk).exists()

    def import_new(self, changes: Any, rows: list[dict[str, Any]]) -> list[Any]:
        return import_new_leads(changes, rows)

    def import_existing(self, changes: Any, values_by_id: dict[int, dict[str, Any]]) -> int:
        return import_existing_opportunities(changes, values_by_id)
