"""A quotation as the customer reads it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from kairos.core.editing.found import record_or_404
from kairos.core.records import type_of
from kairos.sales.models import Quotation
from kairos.sales.paper import Paper, paper_of


@require_safe
@login_required
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF in the customer's language; `?save` keeps it as a file."""
    quotation: Quotation = record_or_404(type_of(Quotation), pk, request.user)
    return paper_answer(paper_of(quotation), is_saved="save" in request.GET)


def paper_answer(paper: Paper, *, is_saved: bool) -> HttpResponse:
    """A PDF to read or to keep, of which nothing runs in the page."""
    answer = HttpResponse(paper.content, content_type="application/pdf")
    place = content_disposition_header(is_saved, paper.name or "") or "inline"
    answer.headers["Content-Disposition"] = place
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
