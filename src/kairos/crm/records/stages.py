"""The steps of selling processes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.access import LeadersArrange
from kairos.core.records import (
    Menu,
    RecordType,
    Section,
    register,
)
from kairos.crm.actions import stages
from kairos.crm.imports import StageRules
from kairos.crm.models import (
    Stage,
)
from kairos.crm.records.catalogue import BY_NAME


@register
class Stages(RecordType):
    model = Stage
    plural = "stages"
    icon = "columns-3"
    menu = Menu(_("Stages"), icon="columns-3", order=10, area="pipeline")
    access = LeadersArrange()
    columns = ("name", "kind", "team", "probability", "is_won", "is_folded", "stale_after_days", "position")
    match_keys = BY_NAME
    groups = ("kind", "team", "is_won")
    default_sort = "position"
    sections = (
        Section(_("Stage"), ("name", "kind", "team", "position", "probability", "is_won", "is_folded")),
        Section(_("Process"), ("requirements", "stale_after_days", "forecast", "external_id")),
    )
    quick_create = ("name", "kind", "team", "probability", "is_won")
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
