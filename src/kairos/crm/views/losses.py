"""What the losses teach."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kairos.core.editing.found import type_or_404
from kairos.core.listing import read_listing
from kairos.core.views.frame import render_page
from kairos.crm.losses import BY, losses_by, worked


@login_required
@require_safe
def losses(request: HttpRequest) -> HttpResponse:
    """Reasons by one more thing, and how lost deals were worked on beside won ones."""
    kind = type_or_404("opportunities", request.user)
    listing = read_listing(kind, request.GET.dict(), user=request.user)
    by = request.GET.get("by", "")
    by = by if by in BY else BY[0]
    context = {
        "listing": listing,
        "by": by,
        "choices": [(name, kind.fields[name].label if name != "size" else None) for name in BY],
        "filters": [one for one in kind.filters if one.name in ("mine", "team")],
        "chosen": {one.name for one in listing.filters},
        "table": losses_by(listing, by),
        "worked": worked(listing),
    }
    return render_page(request, "crm/losses.html", context, active="losses")
