"""The cells of the line editor: which ones a change has touched, and what to ask where somebody was faster."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from kairos.core.fields import derive
from kairos.core.history.canonical import type_name
from kairos.core.models import ChangeSet, FieldChange
from kairos.sales.actions.refusals import ChangedMeanwhile
from kairos.sales.models import Quotation, QuotationLine

LINE, QUOTATION = type_name(QuotationLine), type_name(Quotation)


def own_cells(written: ChangeSet | None) -> frozenset[str]:
    """The ids of the cells that this change has given another value."""
    if written is None:
        return frozenset()
    rows = FieldChange.objects.filter(change_set=written, record_type__in=(LINE, QUOTATION)).exclude(field="")
    found = rows.values_list("record_type", "record_id", "field")
    return frozenset(_cell(kind, pk, name) for kind, pk, name in found)


def _cell(kind: str, pk: int, name: str) -> str:
    return f"line-{pk}-{name}" if kind == LINE else f"quotation-{pk}-{name.partition('_')[0]}"


def asked_context(refusal: ChangedMeanwhile, data: Mapping[str, str]) -> dict[str, Any]:
    """Theirs and mine of a field, and who has changed it."""
    record, name = refusal.record, refusal.name
    field = derive(record._meta.get_field(name))
    is_line = isinstance(record, QuotationLine)
    of_field = FieldChange.objects.filter(
        record_type=LINE if is_line else QUOTATION, record_id=record.pk, field=name
    )
    last = of_field.select_related("change_set__by").order_by("-at", "-pk").first()
    return {
        "host": f"line-{record.pk}-asked" if is_line else f"quotation-{record.pk}-discount-asked",
        "name": name,
        "label": field.label,
        "theirs": field.raw(field.value(record)),
        "mine": data[name],
        "by": last.change_set.by if last else None,
        "save_url": reverse("quotation-line", args=[record.quotation_id, record.pk])
        if is_line
        else reverse("quotation-discount", args=[record.pk]),
        "error": str(refusal),
    }
