"""Reports on screen: the gallery, the builder, and the spreadsheet of what it shows."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kairos.core.editing.found import of_type
from kairos.core.records import RecordType
from kairos.core.tables import csv_stream, xlsx_stream
from kairos.core.views.exports import TYPES
from kairos.core.views.frame import render_page
from kairos.core.views.rail import places
from kairos.insight.gallery import groups, kept_reports, reported_types, type_of_report
from kairos.insight.models import Report
from kairos.insight.page import Basis, builder_context
from kairos.insight.pivot import answer
from kairos.insight.question import PARAMETERS, read_question
from kairos.insight.sheet import header_of, rows_of

ACTIVE = "reports"


@require_safe
@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """Every report there is for this person."""
    pages = [one for one in places(request.user) if one.area == "reports" and one.name != ACTIVE]
    context = {"groups": groups(request.user), "kept": kept_reports(request.user), "pages": pages}
    return render_page(request, "insight/reports.html", context, active=ACTIVE)


@require_safe
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """An empty report on the first kind of record."""
    kinds = reported_types(request.user)
    if not kinds:
        raise Http404
    return HttpResponseRedirect(reverse("report-on", args=[kinds[0].plural]))


@require_safe
@of_type
def report_on(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """The builder with what the address asks."""
    basis = Basis(reverse("report-on", args=[record_type.plural]), _("New report"))
    return _build(request, record_type, basis)


@require_safe
@of_type
def ready(request: HttpRequest, record_type: RecordType, name: str) -> HttpResponse:
    """A ready-made report, to look at and to change."""
    found = next((one for one in record_type.all_reports if one.name == name), None)
    if found is None or not found.shown_to(request.user):
        raise Http404
    url = reverse("report-ready", args=[record_type.plural, name])
    basis = Basis(url, str(found.title), str(found.answers), {**found.query}, ready=found)
    return _build(request, record_type, basis)


@require_safe
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A kept report."""
    found = report_or_404(pk, request.user)
    record_type = type_of_report(found)
    if record_type is None or not record_type.access.can_list(request.user):
        raise Http404
    basis = Basis(reverse("report", args=[pk]), found.name, "", {**found.query}, report=found)
    return _build(request, record_type, basis)


@require_safe
@of_type
def export(request: HttpRequest, record_type: RecordType, kind: str) -> Any:
    """The table of the question as a spreadsheet."""
    if kind not in TYPES or not record_type.access.can_export(request.user):
        raise Http404
    pivot = answer(read_question(record_type, asked(request.GET), user=request.user))
    header, rows = header_of(pivot), rows_of(pivot)
    pieces = csv_stream(header, rows) if kind == "csv" else xlsx_stream(header, rows, sheet_name=_("Report"))
    response = StreamingHttpResponse(pieces, content_type=TYPES[kind])
    name = f"report-{record_type.plural}-{timezone.localdate()}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def report_or_404(pk: int, user: Any) -> Report:
    found = Report.objects.visible_to(user).active().filter(pk=pk).distinct().first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def asked(query: QueryDict) -> dict[str, str]:
    """The parameters of an address or form; what was chosen several times is one list."""
    found = {name: ",".join(filter(None, query.getlist(name))) for name in PARAMETERS if name in query}
    if found.get("compare") == "day":
        found["compare"] = query.get("compare_day", "")
    return {name: plain(text) for name, text in found.items()}


def plain(text: str) -> str:
    """What no database keeps is taken out."""
    return "".join(char for char in text if char != "\x00" and not "\ud800" <= char <= "\udfff")


def _build(request: HttpRequest, record_type: RecordType, basis: Basis) -> HttpResponse:
    given = asked(request.GET)
    if basis.params is not None:
        own = read_question(record_type, basis.params, user=request.user)
        basis = Basis(basis.url, basis.title, basis.sentence, own.params, basis.report, basis.ready)
    question = read_question(record_type, given or basis.params or {}, user=request.user)
    return render_page(request, "insight/report.html", builder_context(question, basis), active=ACTIVE)
