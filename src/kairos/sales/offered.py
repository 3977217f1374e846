"""Which products the line editor offers, and at what price."""

from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.utils.translation import get_language

from kairos.core.fields import format as shown
from kairos.core.languages import in_language
from kairos.core.search import matching_ids
from kairos.crm.models import Product
from kairos.sales.models import Quotation
from kairos.sales.prices import Prices

MOST, LONGEST = 20, 200


def offered(quotation: Quotation, query: str, *, user: Any) -> list[dict[str, Any]]:
    """Up to twenty products as options of a combobox: the best matches first; of one with variants, the variants.

    They are found by their texts, and by the beginning of their number elsewhere (`external_id`).
    """
    variants = Product.objects.active().filter(variant_of=OuterRef("pk"))
    found = Product.objects.visible_to(user).active().exclude(Exists(variants))
    words = query.strip()[:LONGEST]
    if words:
        rank = Case(
            When(Q(name__iexact=words) | Q(external_id__iexact=words), then=Value(0)),
            When(Q(name__istartswith=words) | Q(external_id__istartswith=words), then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        named = Q(pk__in=matching_ids("product", words)) | Q(external_id__istartswith=words)
        found = found.filter(named).order_by(rank, "name", "pk")
    else:
        found = found.order_by("name", "pk")
    shown_ones = list(found[:MOST])
    prices = Prices(quotation, shown_ones)
    return [_row(one, quotation, prices.offer(one).price, words) for one in shown_ones]


def _row(product: Product, quotation: Quotation, price: Any, words: str) -> dict[str, Any]:
    name = in_language(product.unit, product.unit_chinese, get_language() or "")
    unit = f" / {name}" if name else ""
    cost = shown.money(price, quotation.currency) + unit if price else ""
    is_by_number = words and product.external_id.casefold().startswith(words.casefold())
    hint = " · ".join(filter(None, (product.external_id if is_by_number else "", cost)))
    return {"value": product.pk, "label": product.name, "hint": hint or None}
