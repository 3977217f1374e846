"""The order of a listing: by one field and then by key, empty values last in both directions."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Subquery

from kairos.core.custom.columns import Column, model_field
from kairos.core.listing.listing import Listing
from kairos.core.listing.records import Asked
from kairos.core.models.custom_values import OUTPUT

KEY = "listing_key"


@dataclass(frozen=True, slots=True)
class Order:
    """`path` is what is sorted by, `model_field` of which kind it is; `can_be_empty` says that some are NULL."""

    path: str
    model_field: Any
    is_descending: bool
    can_be_empty: bool

    @property
    def is_key(self) -> bool:
        return self.path == "pk"


def sort_name(listing: Listing) -> str:
    return listing.order.removeprefix("-")


def find_order(listing: Listing, asked: Asked) -> tuple[models.QuerySet[Any], Order]:
    """The records with what they are sorted by, and the order itself."""
    name = sort_name(listing)
    is_descending = listing.order.startswith("-")
    key = listing.record_type.model._meta.pk
    if name in ("pk", "id"):
        return asked.records, Order("pk", key, is_descending, False)
    field: Any = model_field(listing.record_type.model, name)
    if not field.is_relation and field.related_model is None:
        kind = OUTPUT[field.storage]() if isinstance(field, Column) else getattr(field, "output_field", field)
        return asked.records, Order(asked.name(name), kind, is_descending, bool(field.null))
    return _by_title(listing, asked, field, is_descending)


def _by_title(
    listing: Listing, asked: Asked, field: Any, is_descending: bool
) -> tuple[models.QuerySet[Any], Order]:
    title = listing.record_type.fields[field.name].related_type.title_field  # type: ignore[attr-defined]
    kind = field.related_model._meta.get_field(title)
    value: Any = F(f"{field.name}__{title}") if field.is_relation else None
    if asked.name(field.name) != field.name or not field.is_relation:
        then = field.related_model._base_manager.filter(pk=OuterRef(asked.name(field.name)))
        value = Subquery(then.values(title)[:1])
    return asked.records.annotate(**{KEY: value}), Order(KEY, kind, is_descending, True)


def ordered(queryset: models.QuerySet[Any], order: Order, *, backwards: bool = False) -> models.QuerySet[Any]:
    """In order, or in exactly the opposite one. Empty values are the caller's business."""
    is_descending = order.is_descending != backwards
    keys = [F("pk").desc() if is_descending else F("pk").asc()]
    if not order.is_key:
        keys.insert(0, F(order.path).desc() if is_descending else F(order.path).asc())
    return queryset.order_by(*keys)
