"""A listing as header and rows of a spreadsheet, row by row, so that memory does not grow with the records."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import F

from kairos.core.fields import Field, MoneyAmountField
from kairos.core.listing import Listing
from kairos.core.listing.order import find_order, sort_name
from kairos.core.listing.records import Asked, light, loaded
from kairos.core.listing.table import relations

CHUNK = 1000


def fields_of(listing: Listing) -> list[Field]:
    """The listing's columns; an amount is followed by its currency, which a bare number would lose."""
    found: list[Field] = []
    for one in listing.shown_fields:
        found.append(one)
        currency = one.currency_field if isinstance(one, MoneyAmountField) else ""
        added = listing.record_type.fields.get(currency)
        if added is not None and added not in found and added not in listing.shown_fields:
            found.append(added)
    return found


def header_of(listing: Listing) -> list[str]:
    return [str(one.label) for one in fields_of(listing)]


def rows_of(listing: Listing) -> Iterator[list[Any]]:
    """Every record of the listing in its order, as cells of text, number, date or nothing."""
    fields = fields_of(listing)
    for records in _chunks(listing, fields):
        for one in fields:
            one.prepare(records, user=listing.user, past=listing.cutoff)
        for record in loaded(listing, records, relations(listing)):
            yield [one.export(record) for one in fields]
            # What was prefetched points back at the record; without the circle both are gone at once.
            getattr(record, "_prefetched_objects_cache", {}).clear()


def _chunks(listing: Listing, fields: list[Field]) -> Iterator[list[Any]]:
    asked = Asked(listing, fields={sort_name(listing), *(one.name for one in fields)})
    queryset, order = find_order(listing, asked)
    keys: list[Any] = [F("pk").desc() if order.is_descending else F("pk").asc()]
    if not order.is_key:
        path = F(order.path)
        last = {"nulls_last": True} if order.can_be_empty else {}
        keys.insert(0, path.desc(**last) if order.is_descending else path.asc(**last))
    found = light(listing, queryset).order_by(*keys).iterator(chunk_size=CHUNK)
    while records := list(islice(found, CHUNK)):
        yield records
