"""The core's own nouns: tags, exchange rates, custom fields."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kairos.core.access import AdministratorsArrange, LeadersArrange
from kairos.core.actions.custom_fields import check_custom_fields
from kairos.core.actions.rates import create_rate
from kairos.core.fields import CurrencyField
from kairos.core.models import CurrencyRate, CustomField, Tag
from kairos.core.rates import house_currency
from kairos.core.records.declarations import MatchKeys, Menu, Section
from kairos.core.records.record_type import RecordType
from kairos.core.records.registry import all_types, register


def _keys(tag: Tag) -> list[tuple[str, str]]:
    return [("name", tag.name.casefold())]


@register
class Tags(RecordType):
    model = Tag
    plural = "tags"
    icon = "tag"
    menu = Menu(_("Tags"), icon="tag", order=10, area="data")
    columns = ("name", "colour")
    default_sort = "name"
    match_keys = MatchKeys(("name",), _keys, ("name",))
    sections = (Section(_("Tag"), ("name", "colour", "external_id")),)
    quick_create = ("name", "colour")


@register
class ExchangeRates(RecordType):
    """What currencies were worth, day by day: entered, or imported from a bank's table."""

    model = CurrencyRate
    plural = "exchange-rates"
    icon = "coins"
    menu = Menu(_("Exchange rates"), icon="coins", order=30, area="company")
    title_field = "currency"
    access = LeadersArrange()
    field_options: ClassVar[list[Any]] = [CurrencyField("base", required=False)]
    columns = ("currency", "base", "on", "rate")
    search = ("currency", "base")
    default_sort = "-on"
    groups = ("currency", "base", "on")
    sections = (Section(_("Exchange rate"), ("currency", "base", "on", "rate", "external_id")),)
    quick_create = ("currency", "base", "on", "rate")
    create = staticmethod(create_rate)

    def import_new(self, changes: Any, rows: list[dict[str, Any]]) -> list[Any]:
        base = house_currency()
        return super().import_new(changes, [{**row, "base": row.get("base") or base} for row in rows])


class CustomFieldsAccess(AdministratorsArrange):
    """Administrators alone, only through the screens that care for the values, and where something takes them."""

    def can_list(self, user: Any) -> bool:
        is_taken = any(one.is_customisable for one in all_types())
        return super().can_list(user) and bool(user.is_administrator) and is_taken

    def can_create(self, user: Any) -> bool:
        return False


@register
class CustomFields(RecordType):
    """Known here for the words of the history and for undo; the screens are its own (`views.custom_fields`)."""

    model = CustomField
    plural = "custom-fields"
    icon = "shapes"
    menu = Menu(_("Custom fields"), icon="shapes", order=20, area="data")
    title_field = "label"
    access = CustomFieldsAccess()
    columns = ("label", "kind", "record_types")
    search = ("label", "key")
    default_sort = "position"

    def check_after_undo(self) -> None:
        check_custom_fields()
