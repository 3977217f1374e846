"""The nouns of the pipeline."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.accounts.workspace import default_currency
from kairos.core.access import LeadersArrange
from kairos.core.fields import Field, RelationField, TextField
from kairos.core.records import (
    Action,
    Board,
    Filter,
    ImportRules,
    MatchKeys,
    Menu,
    RecordType,
    Section,
    register,
)
from kairos.core.tables import name_key
from kairos.crm import board
from kairos.crm.access import OpportunitiesAccess
from kairos.crm.actions import catalogue, opportunities, stages
from kairos.crm.actions.imports import import_existing_opportunities, import_new_opportunities
from kairos.crm.imports import OpportunityRules, StageRules
from kairos.crm.models import LostReason, Opportunity, OpportunityTally, Product, Source, Stage
from kairos.crm.stage_bar import stages_of

MINE = Filter("mine", _("My deals"), ["salesperson", "is", "me"], "user")
MY_TEAM = Filter("team", _("My team's"), ["salesperson", "is", "my_team"], "users")
OPEN = Filter("open", pgettext_lazy("deal", "Open"), ["status", "is", "open"], "circle-dot")
WON = Filter("won", _("Won"), ["status", "is", "won"], "trophy")
LOST = Filter("lost", _("Lost"), ["status", "is", "lost"], "thumbs-down")
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


def _is(status: str | None) -> Any:
    return lambda user, record: record is None or (record.is_open if status == "open" else not record.is_open)


def _by_stage_team(queryset: Any, record: Any) -> Any:
    """Only the stages of the deal's own process can be chosen."""
    if record is None:
        return queryset.order_by("team_id", "position")
    own = record.team_id if record.team_id and record.team.has_own_stages else None
    return queryset.filter(team=own).order_by("position")


@register
class Opportunities(RecordType):
    model = Opportunity
    plural = "opportunities"
    icon = "target"
    menu = Menu(_("Pipeline"), icon="target", order=10, key="p")
    title_field = "title"
    access = OpportunitiesAccess()
    field_options: ClassVar[list[Field]] = [
        RelationField(
            "organisation",
            limit=lambda found, record: found.organisations(),
            can_create={"kind": "organisation"},
        ),
        RelationField("person", limit=lambda found, record: found.people(), can_create={"kind": "person"}),
        RelationField("stage", limit=_by_stage_team),
        RelationField("source", can_create=True),
        RelationField("product", can_create=True),
    ]
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
    search = ("title", "organisation.name", "person.name", "external_id")
    filters = (MINE, MY_TEAM, OPEN, WON, LOST, UNASSIGNED, CLOSING, SLIPPED)
    groups = (
        "stage",
        "salesperson",
        "team",
        "status",
        "source",
        "product",
        "lost_reason",
        "priority",
        "organisation",
        "expected_closing",
        "closed_at",
        "created_at",
    )
    default_sort = "-priority"
    tally = OpportunityTally
    views = ("board", "list")
    board = Board(
        columns="stage",
        card="crm/_opportunity_card.html",
        fields=("stage", "salesperson", "team", "priority", "source", "product", "status"),
        order=("-priority", "-pk"),
        totals=("expected_revenue", "weighted_revenue"),
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
                "priority",
                "product",
            ),
        ),
        Section(_("Customer"), ("organisation", "person")),
        Section(_("Whose"), ("salesperson", "team", "tags", "source")),
        Section(_("Result"), ("status", "closed_at", "lost_reason", "lost_note")),
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
    header = "crm/_opportunity_header.html"
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
    actions = (
        Action(
            "win",
            _("Won"),
            opportunities.win_opportunity,
            icon="trophy",
            shown_to=_is("open"),
            tone="primary",
            is_button=True,
            key="w",
        ),
        Action(
            "lose",
            _("Lost"),
            opportunities.lose_opportunity,
            icon="thumbs-down",
            fields=("lost_reason", "lost_note"),
            shown_to=_is("open"),
            is_button=True,
            key="l",
        ),
        Action(
            "reopen",
            _("Reopen"),
            opportunities.reopen_opportunity,
            icon="rotate-ccw",
            shown_to=_is("closed"),
            is_button=True,
        ),
        Action(
            "assign",
            _("Assign"),
            lambda record, *, by, salesperson: opportunities.assign_opportunities(
                [record], salesperson=salesperson, by=by
            ),
            icon="user-plus",
            fields=("salesperson",),
            run_many=opportunities.assign_opportunities,
            key="a",
        ),
        Action(
            "follow-stage",
            _("Let the probability follow the stage"),
            opportunities.follow_stage_probability,
            icon="percent",
            shown_to=lambda user, record: (
                record is not None and record.is_open and record.is_probability_manual
            ),
        ),
    )

    create = staticmethod(opportunities.create_opportunity)
    update = staticmethod(opportunities.update_opportunity)
    update_many = staticmethod(opportunities.update_opportunities)

    def subtitle(self, record: Any) -> str:
        return str(record.organisation or record.person or "")

    def header_context(self, record: Any, user: Any) -> dict[str, Any]:
        return {"stages": stages_of(record, can_move=self.access.can_edit(user, record))}

    def import_new(self, changes: Any, rows: list[dict[str, Any]]) -> list[Any]:
        return import_new_opportunities(changes, rows)

    def import_existing(self, changes: Any, values_by_id: dict[int, dict[str, Any]]) -> int:
        return import_existing_opportunities(changes, values_by_id)


def _named(record: Any) -> list[tuple[str, str]]:
    return [("name", name_key(record.name))]


BY_NAME = MatchKeys(("name",), _named, ("name",))


@register
class Stages(RecordType):
    model = Stage
    plural = "stages"
    icon = "columns-3"
    menu = Menu(_("Stages"), icon="columns-3", order=20, area="settings")
    access = LeadersArrange()
    columns = ("name", "team", "probability", "is_won", "is_folded", "stale_after_days", "position")
    match_keys = BY_NAME
    groups = ("team", "is_won")
    default_sort = "position"
    sections = (
        Section(_("Stage"), ("name", "team", "position", "probability", "is_won", "is_folded")),
        Section(_("Process"), ("requirements", "stale_after_days", "external_id")),
    )
    quick_create = ("name", "team", "probability", "is_won")
    import_rules = StageRules()
    create = staticmethod(stages.create_stage)
    update = staticmethod(stages.update_stage)

    def import_new(self, changes: Any, rows: list[dict[str, Any]]) -> list[Any]:
        """One by one: each finds its place before the won stage."""
        return [stages.create_stage(values=row, by=changes.by) for row in rows]

    def import_existing(self, changes: Any, values_by_id: dict[int, dict[str, Any]]) -> int:
        found = Stage.objects.in_bulk(list(values_by_id))
        for pk, stage in found.items():
            stages.update_stage(stage, values=values_by_id[pk], by=changes.by)
        return len(found)

    def subtitle(self, record: Any) -> str:
        return str(record.team or _("Shared"))


@register
class LostReasons(RecordType):
    model = LostReason
    plural = "lost-reasons"
    icon = "thumbs-down"
    menu = Menu(_("Lost reasons"), icon="thumbs-down", order=30, area="settings")
    access = LeadersArrange()
    match_keys = BY_NAME


@register
class Sources(RecordType):
    model = Source
    plural = "sources"
    icon = "radio"
    menu = Menu(_("Sources"), icon="radio", order=40, area="settings")
    match_keys = BY_NAME


PRODUCT_WORDS = ("product", "product name", "item", "sku", "產品", "產品名稱", "商品", "品名", "品項")
PRICE_WORDS = ("price", "sales price", "unit price", "retail price", "價格", "單價", "定價", "售價")


@register
class Products(RecordType):
    model = Product
    plural = "products"
    icon = "package"
    menu = Menu(_("Products"), icon="package", order=50, key="o")
    access = LeadersArrange()
    columns = ("name", "series", "list_price")
    search = ("name", "series")
    match_keys = BY_NAME
    default_sort = "name"
    groups = ("series",)
    field_options: ClassVar[list[Field]] = [TextField("series")]
    sections = (Section(_("Product"), ("name", "series", "list_price", "currency", "external_id")),)
    quick_create = ("name", "series", "list_price", "currency")
    import_rules = ImportRules({"name": PRODUCT_WORDS, "list_price": PRICE_WORDS})
    create = staticmethod(catalogue.create_product)

    def import_new(self, changes: Any, rows: list[dict[str, Any]]) -> list[Any]:
        currency = default_currency()
        return super().import_new(
            changes, [{**row, "currency": row.get("currency") or currency} for row in rows]
        )
