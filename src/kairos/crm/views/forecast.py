"""The forecast: the board by closing month, with what it comes to above."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kairos.core.editing.found import type_or_404
from kairos.core.listing import read_listing
from kairos.core.listing.saved import views_of
from kairos.core.listing.toolbar import toolbar
from kairos.core.views.boards import board_context
from kairos.core.views.frame import render_page

USUAL = {"view": "board", "group": "expected_closing"}


@login_required
@require_safe
def forecast(request: HttpRequest) -> HttpResponse:
    """Open deals by the month they are expected to close in; dragging one to another month gives it another date."""
    kind = type_or_404("opportunities", request.user)
    given = {"filter": "open", **request.GET.dict(), **USUAL}
    listing = read_listing(kind, given, user=request.user)
    context = {**board_context(listing), "bar": toolbar(listing, views_of(kind, request.user))}
    return render_page(request, "crm/forecast.html", context, active="forecast")
