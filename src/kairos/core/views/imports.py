"""Spreadsheets on their way in: upload, mapping, check, corrections, progress, report, undo."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kairos.core.actions import imports as acts
from kairos.core.editing.found import of_type
from kairos.core.fields.format import filled
from kairos.core.imports import pages
from kairos.core.models import ImportRun
from kairos.core.records import RecordType
from kairos.core.views.frame import render_page
from kairos.core.views.import_runs import of_run, refusing


@require_safe
@pages.signed_in
def imports(request: HttpRequest) -> HttpResponse:
    """The imports of this person; an administrator sees everybody's."""
    return render_page(request, "core/imports.html", {"runs": pages.runs_of(request.user)})


@require_http_methods(["GET", "POST"])
@of_type
def start(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """Where a file is dropped."""
    pages.need_import(record_type, request.user)
    error = ""
    if request.method == "POST":
        run, error = pages.take_upload(record_type, request)
        if run is not None:
            return redirect("import", run.pk)
    context = {"record_type": record_type, "error": error, "runs": pages.runs_of(request.user, record_type)}
    return render_page(
        request, "core/import_start.html", context, active=record_type.plural, status=422 if error else 200
    )


@require_safe
@of_run
def run(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """The page of an import, whatever state it is in; `?step=mapping` goes back to the columns."""
    template, context = pages.page_of(run, step=request.GET.get("step", ""), user=request.user)
    return render_page(request, template, context, active=run.record_type)


@require_safe
@of_run
def progress(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """How far it is; asked every second while somebody looks."""
    if not pages.is_running(run):
        response = HttpResponse()
        response.headers["HX-Redirect"] = reverse("import", args=[run.pk])
        return response
    return render(request, "core/_import_progress.html", {"run": run, "progress": pages.progress(run)})


@require_POST
@of_run
@refusing
def save_mapping(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Keep the answers; `then=check` goes on to the check, an htmx request wants the form as it is now."""
    pages.take_mapping(run, request.POST)
    if request.POST.get("then") == "check":
        acts.request_check(run)
        return redirect("import", run.pk)
    if request.headers.get("HX-Request"):
        template, context = "core/_import_mapping.html", pages.mapping_context(run)
        return render(request, template, context)
    return redirect("import", run.pk)


@require_POST
@of_run
@refusing
def read_differently(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Another encoding, delimiter or sheet."""
    acts.read_differently(run, options={name: str(value)[:200] for name, value in request.POST.items()})
    return redirect("import", run.pk)


@require_POST
@of_run
@refusing
def fix(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Keep the corrected cells and check again."""
    for row, cells in pages.fixes_in(run, request.POST).items():
        acts.fix_cells(run, row=row, cells=cells)
    acts.request_check(run)
    return redirect("import", run.pk)


@require_POST
@of_run
@refusing
def check(request: HttpRequest, run: ImportRun) -> HttpResponse:
    acts.request_check(run)
    return redirect("import", run.pk)


@require_POST
@of_run
@refusing
def apply(request: HttpRequest, run: ImportRun) -> HttpResponse:
    acts.request_apply(run)
    return redirect("import", run.pk)


@require_POST
@of_run
@refusing
def cancel(request: HttpRequest, run: ImportRun) -> HttpResponse:
    acts.cancel_import(run)
    return redirect("import", run.pk)


@require_POST
@of_run
@refusing
def undo(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Take back the whole import."""
    found: Any = acts.undo_import(run, by=request.user)
    if found.conflicts:
        text = _(
            "The import was undone, except for %(count)s values that have been changed or are needed since."
        )
        messages.warning(request, filled(text, {"count": len(found.conflicts)}))
    else:
        messages.success(request, _("The import was undone. Nothing of it is left."))
    return redirect("import", run.pk)
