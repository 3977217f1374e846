"""Merging on screen: side by side, what will come out, and taking it back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kairos.core.editing.answers import acting, go_on
from kairos.core.editing.found import of_record, of_type
from kairos.core.editing.once import once
from kairos.core.fields.format import filled
from kairos.core.merging import unmerge as unmerge_record
from kairos.core.merging.asking import run_merge, wanted_merge
from kairos.core.merging.page import merge_context
from kairos.core.records import RecordType
from kairos.core.views.frame import render_page
from kairos.core.views.history import undone


@require_http_methods(["GET", "POST"])
@of_type
@acting
def merge(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """GET shows the records of `ids` side by side; POST makes them one."""
    if request.method != "POST":
        wanted = wanted_merge(record_type, request.GET, user=request.user)
        context = merge_context(record_type, wanted, user=request.user)
        context["come_from"] = "duplicates" if request.GET.get("from") == "duplicates" else ""
        return render_page(request, "core/merge.html", context, active=record_type.plural)
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is not None:
            return go_on(request, record_type.url, _("This has been done before."), undo=attempt.earlier)
        wanted = wanted_merge(record_type, request.POST, user=request.user)
        into = run_merge(record_type, wanted, by=request.user)
    message = _("Merged %(count)s records into “%(record)s”")
    params = {"count": len(wanted.records), "record": record_type.title(into)}
    url = record_type.own_type(into).url_of(into)
    if request.POST.get("from") == "duplicates":
        url = f"{reverse('duplicates')}?type={record_type.plural}"
    return go_on(request, url, filled(message, params), undo=attempt.written)


@require_safe
@of_type
@acting
def merge_preview(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """What will come out of the choices made so far."""
    wanted = wanted_merge(record_type, request.GET, user=request.user)
    context = merge_context(record_type, wanted, user=request.user)
    return render(request, "core/_merge_result.html", context)


@require_POST
@of_record
@acting
def unmerge(request: HttpRequest, record_type: RecordType, record: object) -> HttpResponse:
    """Bring back what was last merged into this record; what has changed since is told value by value."""
    return undone(request, unmerge_record(record_type, record, by=request.user))
