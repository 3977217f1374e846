from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.access import LeadersArrange
from kairos.core.records import MatchKeys, Menu, RecordType, Section, register
from kairos.core.tables import name_key
from kairos.sales.actions import taxes
from kairos.sales.models import Tax


def _named(record: Any) -> list[tuple[str, str]]:
    return [("name", name_key(record.name))]


@register
class Taxes(RecordType):
    model = Tax
    plural = "taxes"
    icon = "percent"
    menu = Menu(_("Taxes"), icon="percent", order=40, area="products")
    access = LeadersArrange()
    match_keys = MatchKeys(("name",), _named, ("name",))
    columns = ("name", "percent", "is_included", "is_compound", "is_usual")
    default_sort = "position"
    sections = (
        Section(
            _("Tax"),
            (
                *("name", "name_chinese", "percent", "is_included", "is_compound", "is_usual"),
                *("position", "external_id"),
            ),
        ),
    )
    quick_create = ("name", "name_chinese", "percent", "is_included", "is_usual")
    create = staticmethod(taxes.create_tax)
    update = staticmethod(taxes.update_tax)
    update_many = staticmethod(taxes.update_taxes)
