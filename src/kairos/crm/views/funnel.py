"""How far deals come."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kairos.core.editing.found import type_or_404
from kairos.core.views.frame import render_page
from kairos.crm.funnel_page import funnel_context


@login_required
@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    """By the steps of a process: how many deals reached each, went on, stayed, were lost, and how long it took."""
    kind = type_or_404("opportunities", request.user)
    context = funnel_context(kind, request.GET.dict(), user=request.user)
    return render_page(request, "crm/funnel.html", context, active="funnel")
