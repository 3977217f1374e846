from typing import Any

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kairos.core.editing.found import of_type
from kairos.core.exports import header_of, rows_of
from kairos.core.listing import read_listing
from kairos.core.listing.saved import views_of
from kairos.core.records import RecordType
from kairos.core.tables import csv_stream, xlsx_stream

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@of_type
def export(request: HttpRequest, record_type: RecordType, kind: str) -> Any:
    """Every record of a listing or saved view as a spreadsheet, written while it is sent."""
    if kind not in TYPES or not record_type.access.can_export(request.user):
        raise Http404
    views = views_of(record_type, request.user)
    listing = read_listing(record_type, request.GET, user=request.user, views=views)
    header, rows = header_of(listing), rows_of(listing)
    if kind == "csv":
        pieces = csv_stream(header, rows)
    else:
        pieces = xlsx_stream(header, rows, sheet_name=str(record_type.label_plural))
    name = f"{record_type.plural}-{listing.as_of or timezone.localdate()}.{kind}"
    response = StreamingHttpResponse(pieces, content_type=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
