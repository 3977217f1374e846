"""One record: its page, its panel beside a list, the rest of its timeline."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kairos.core.editing.found import of_record
from kairos.core.editing.looks import Look
from kairos.core.editing.neighbours import neighbours
from kairos.core.editing.page import record_context
from kairos.core.editing.timeline import timeline
from kairos.core.records import RecordType
from kairos.core.views.frame import render_page


@require_safe
@of_record
def record(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """The page; `?part=record` is what an open page fetches again when it hears of a change."""
    query = request.GET.get("list", "")
    context = record_context(record_type, record, user=request.user, list_query=query)
    if request.GET.get("part") == "record":
        return render(request, "core/_record.html", context)
    return render_page(request, record_type.page_template, context, active=record_type.plural)


@require_safe
@of_record
def beside(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """The previous and the next record of the list, asked for once the page stands."""
    context = neighbours(record_type, record, user=request.user, query=request.GET.get("list", ""))
    return render(request, "core/_record_beside.html", context)


@require_safe
@of_record
def peek(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """The same content, in the panel beside a list or a board."""
    return render(request, "core/peek.html", record_context(record_type, record, user=request.user))


@require_safe
@of_record
def older(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """The next page of the timeline."""
    lines = timeline(
        record_type, record, user=request.user, look=Look.read(request.GET.dict()), has_heads=False
    )
    context = {"record_type": record_type, "record": record, "timeline": lines, "user": request.user}
    return render(request, "core/_record_timeline_more.html", context)


@require_safe
@of_record
def told(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """The timeline of one record, as far as `show` and `q` ask for it; what an open page fetches again."""
    lines = timeline(
        record_type, record, user=request.user, look=Look.read(request.GET.dict()), has_heads=False
    )
    context = {"record_type": record_type, "record": record, "timeline": lines, "user": request.user}
    return render(request, "core/_record_timeline.html", context)
