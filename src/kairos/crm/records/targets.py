"""What teams and people are to win, month by month."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.workspace import default_currency
from kairos.core.records import Menu, RecordType, Section, register
from kairos.crm.access import TargetsAccess
from kairos.crm.actions import targets
from kairos.crm.models import Target


@register
class Targets(RecordType):
    model = Target
    plural = "targets"
    icon = "gauge"
    menu = Menu(_("Targets"), icon="gauge", order=60, area="pipeline")
    title_field = "month"
    access = TargetsAccess()
    columns = ("month", "team", "user", "amount")
    search = ("team.name", "user.name")
    groups = ("team", "user", "month")
    default_sort = "-month"
    sections = (Section(_("Target"), ("month", "team", "user", "amount", "currency", "external_id")),)
    quick_create = ("month", "team", "user", "amount", "currency")
    create = staticmethod(targets.set_target)
    update = staticmethod(targets.update_target)

    def title(self, record: Any) -> str:
        return str(record)

    def import_new(self, changes: Any, rows: list[dict[str, Any]]) -> list[Any]:
        """One by one: a month that has a target already gets the new amount."""
        return [
            targets.set_target(
                values={**row, "currency": row.get("currency") or default_currency()}, by=changes.by
            )
            for row in rows
        ]
