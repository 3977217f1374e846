"""The records before and after one in the list it was opened from."""

from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from kairos.core.listing import paging, read_listing
from kairos.core.listing.order import find_order, sort_name
from kairos.core.listing.records import Asked
from kairos.core.records import RecordType

LONGEST = 4000


def neighbours(record_type: RecordType, record: Any, *, user: Any, query: str) -> dict[str, str]:
    """Addresses of the previous and the next record of a list, given by its query string.

    Two keyset queries, however long the list is; none when the page was not opened from one.
    """
    if not query:
        return {"previous_url": "", "next_url": ""}
    listing = read_listing(record_type, QueryDict(query[:LONGEST]).dict(), user=user)
    queryset, order = find_order(listing, Asked(listing, fields=[sort_name(listing)]))
    here = queryset.filter(pk=record.pk).first() or record
    place = paging.place_of(here, order)
    found: dict[str, str] = {}
    for name, side in (("previous_url", "before"), ("next_url", "after")):
        page = paging.page_of(queryset, order, size=1, **{side: place})
        other = page.records[0] if page.records else None
        found[name] = f"{record_type.url_of(other)}?{urlencode({'list': query})}" if other else ""
    return found
