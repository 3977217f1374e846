"""All change sets, one of them in words, and taking one back."""

import json

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kairos.core.editing.answers import CHANGED, acting, go_on, notice
from kairos.core.editing.browse import (
    history_page,
    line_of,
    out_of_sight,
    people_who_changed,
    touched_records,
)
from kairos.core.editing.conflicts import conflict_rows
from kairos.core.editing.moving import where_page_is_now
from kairos.core.editing.undoing import change_sets_for, undo_for
from kairos.core.fields.format import filled
from kairos.core.history.undo import UndoReport
from kairos.core.models import Source
from kairos.core.records import all_types
from kairos.core.views.frame import render_page

ACTED = json.dumps({CHANGED: "", "record-acted": ""})


@login_required
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Newest first; one's own for salespeople, everybody's for leaders and administrators."""
    page = history_page(request.user, request.GET)
    context = {
        "page": page,
        "user": request.user,
        "people": people_who_changed(request.user),
        "sources": Source.choices,
        "types": sorted(((one.name, str(one.label_plural)) for one in all_types()), key=lambda pair: pair[1]),
    }
    if request.GET.get("after") and request.headers.get("HX-Request"):
        return render(request, "core/_history_lines.html", context)
    return render_page(request, "core/history.html", context, active="history")


@login_required
@require_safe
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One change set, record by record; values of records this person may not see are left out."""
    found = get_object_or_404(
        change_sets_for(request.user).select_related("by", "undone_by__by", "undoes"), pk=pk
    )
    touched, hidden = touched_records(found, request.user)
    line = line_of(found, request.user, is_hidden=bool(out_of_sight([found], request.user)))
    context = {"line": line, "change_set": found, "touched": touched, "hidden": hidden, "user": request.user}
    return render_page(request, "core/history_change.html", context, active="history")


@require_POST
@login_required
@acting
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a change set back; what could not be is told value by value."""
    found = get_object_or_404(change_sets_for(request.user), pk=pk)
    return undone(request, undo_for(found, by=request.user))


def undone(request: HttpRequest, report: UndoReport) -> HttpResponse:
    """The answer to an undo: a notice, on the page where the record is now, or what was left as it is and why."""
    if report.conflicts:
        rows = conflict_rows(report.conflicts, user=request.user)
        context = {"report": report, "rows": rows, "change_set": report.target}
        response = render(request, "core/_undo_conflicts.html", context)
    elif report.change_set is None:
        response = notice(request, _("There was nothing left to undo."), kind="info", trigger="")
    else:
        message = filled(
            ngettext("Undone: %(count)s value", "Undone: %(count)s values", report.restored),
            {"count": report.restored},
        )
        if url := where_page_is_now(request, request.user):
            return go_on(request, url, message, undo=report.change_set)
        response = notice(request, message, undo=report.change_set)
    response.headers["HX-Trigger"] = ACTED
    return response
