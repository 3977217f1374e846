"""What changed between two days."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kairos.core.editing.found import of_type
from kairos.core.records import RecordType
from kairos.core.views.frame import render_page
from kairos.insight.told_page import told_context
from kairos.insight.views.reports import ACTIVE, plain


@require_safe
@of_type
def changes(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """Every kind of change with its count and money, and the records of the chosen one."""
    if not record_type.changes_told:
        raise Http404
    params = {name: plain(value) for name, value in request.GET.dict().items()}
    context = told_context(record_type, params, user=request.user)
    return render_page(request, "insight/changes.html", context, active=ACTIVE)
