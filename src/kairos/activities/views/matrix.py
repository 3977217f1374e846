"""Records beside the types of activities: what is planned for each, and what is missing."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kairos.activities.matrix import matrix_of
from kairos.activities.sight import takes_activities
from kairos.core.editing.found import type_or_404
from kairos.core.listing import read_listing
from kairos.core.listing.saved import views_of
from kairos.core.listing.toolbar import toolbar
from kairos.core.views.frame import render_page


@login_required
@require_safe
def matrix(request: HttpRequest, plural: str) -> HttpResponse:
    """A page of the records that a list's address asks for, with their open activities by type."""
    kind = type_or_404(plural, request.user)
    if not takes_activities(kind):
        raise Http404
    views = views_of(kind, request.user)
    listing = read_listing(kind, {"view": "list", **request.GET.dict()}, user=request.user, views=views)
    page = request.GET.get("page", "1")
    table = matrix_of(listing, int(page) if page.isdigit() and len(page) < 6 else 1)
    if request.GET.get("part") == "table":
        context = {"listing": listing, "table": table, "record_type": kind}
        return render(request, "activities/_matrix.html", context)
    bar = toolbar(listing, views)
    for one in bar["switcher"]:
        one["active"] = one["url"].partition("?")[0] == request.path
    context = {"listing": listing, "bar": bar, "table": table, "record_type": kind}
    return render_page(request, "activities/matrix.html", context, active=kind.plural)
