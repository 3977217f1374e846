"""The lines of quotations in lists and reports: what is sold, to whom, at what discount."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kairos.core.fields import Field, MoneyAmountField, RelationField
from kairos.core.listing.related import attach
from kairos.core.records import Filter, Menu, PartType, register_part
from kairos.sales.line_measures import COUNTED, DIMENSIONS, MEASURES, ORDERED, READY_REPORTS
from kairos.sales.models import QuotationLine


class CurrencyOfQuotation(Field):
    """The currency of a line's amounts, which is that of its quotation; shown only."""

    operators = ()

    def __init__(self) -> None:
        super().__init__("currency", label=_("Currency"), required=False, editable=False, sortable=False)

    def prepare(self, records: Sequence[Any], *, user: Any, past: dt.datetime | None = None) -> None:
        attach(records, ["quotation"])


@register_part
class QuotationLines(PartType):
    model = QuotationLine
    owner = "quotation"
    plural = "quotation-lines"
    icon = "list"
    menu = Menu(_("Lines of quotations"), icon="list", order=15)
    title_field = "description"
    hidden = frozenset({"external_id"})
    field_options: ClassVar[list[Field]] = [
        RelationField("quotation", label=_("Quotation")),
        MoneyAmountField("unit_price", is_summed=False),
        MoneyAmountField("listed_price", is_summed=False),
        MoneyAmountField("amount", is_summed=False),
        CurrencyOfQuotation(),
    ]
    columns = ("description", "quotation", "product", "quantity", "unit_price", "discount_percent", "amount")
    filters = (
        Filter("counted", _("Without options, sections and notes"), COUNTED),
        Filter("ordered", _("Ordered"), ORDERED),
    )
    groups = ("product", "quotation")
    list_prefetch = ("quotation",)
    measures = MEASURES
    dimensions = DIMENSIONS
    reports = READY_REPORTS
