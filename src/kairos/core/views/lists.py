"""The records of a kind: as a list, as groups, and how many there are."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kairos.core.editing.found import of_type
from kairos.core.fields import format as shown
from kairos.core.listing import Listing, read_listing
from kairos.core.listing.faces import rows
from kairos.core.listing.saved import views_of
from kairos.core.listing.table import group_rows, table_view, whole_totals
from kairos.core.listing.toolbar import toolbar
from kairos.core.records import RecordType
from kairos.core.views.boards import board_context
from kairos.core.views.frame import render_page

REGION = "region"


@require_safe
@of_type
def records(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """The list or board an address asks for; with `part=region` only what changes when records change."""
    views = views_of(record_type, request.user)
    listing = read_listing(record_type, request.GET, user=request.user, views=views)
    context = board_context(listing) if listing.is_board else list_context(listing)
    if request.GET.get("part") == REGION:
        return render(request, f"core/_{listing.view}_region.html", context)
    context |= {"bar": toolbar(listing, views)}
    return render_page(request, f"core/{listing.view}.html", context, active=record_type.plural)


def list_context(listing: Listing) -> dict[str, Any]:
    return {
        "listing": listing,
        "record_type": listing.record_type,
        "table": table_view(listing),
        "draw": rows,
    }


@require_safe
@of_type
def group(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """The rows of one group, on from a place."""
    listing = read_listing(record_type, request.GET, user=request.user)
    try:
        found = group_rows(listing, request.GET.get("key", ""))
    except ValueError as error:
        raise Http404 from error
    context = {"listing": listing, "record_type": record_type, "group": found, "draw": rows}
    return render(request, "core/_list_group_rows.html", context)


@require_safe
@of_type
def count(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """How many there really are, and the sums of all of them."""
    listing = read_listing(record_type, request.GET, user=request.user)
    number, totals = whole_totals(listing)
    return render(request, "core/_list_count.html", {"count": shown.number(number), "totals": totals})
