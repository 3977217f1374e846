"""Keeping reports: save, change, star, copy, give up."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kairos.core.editing.answers import acting, go_on
from kairos.core.editing.found import of_type
from kairos.core.history import recorded
from kairos.core.records import RecordType
from kairos.insight.actions import reports as actions
from kairos.insight.gallery import type_of_report
from kairos.insight.question import read_question
from kairos.insight.views.reports import asked, report_or_404

LONGEST_QUERY = 10_000


@require_POST
@of_type
@acting
def keep(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """Keep the question in `query` under `name`, and open it."""
    with recorded() as rows:
        made = actions.keep_report(
            record_type=record_type.name,
            name=request.POST.get("name", ""),
            query=_query(request, record_type),
            sharing=request.POST.get("sharing", "private"),
            by=request.user,
        )
    return go_on(request, reverse("report", args=[made.pk]), _("The report is kept."), undo=_last(rows))


@require_POST
@login_required
@acting
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the form holds of a report: its name, who sees it, or the question itself."""
    found = report_or_404(pk, request.user)
    values: dict[str, Any] = {
        name: request.POST[name] for name in ("name", "sharing") if name in request.POST
    }
    record_type = type_of_report(found)
    if "query" in request.POST and record_type is not None:
        values["query"] = _query(request, record_type)
    with recorded() as rows:
        actions.change_report(found, by=request.user, **values)
    return go_on(request, reverse("report", args=[pk]), _("The report is changed."), undo=_last(rows))


@require_POST
@login_required
@acting
def star(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a report among one's favourites, or take it out."""
    is_starred = request.POST.get("is_starred") == "1"
    found = report_or_404(pk, request.user)
    with recorded() as rows:
        actions.star_report(found, by=request.user, is_starred=is_starred)
    url = reverse("reports") if request.POST.get("to") == "gallery" else reverse("report", args=[pk])
    message = _("The report is among your favourites.") if rows and is_starred else _("The star is off.")
    return go_on(request, url, message, undo=_last(rows))


@require_POST
@login_required
@acting
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A private copy."""
    with recorded() as rows:
        made = actions.copy_report(report_or_404(pk, request.user), by=request.user)
    return go_on(request, reverse("report", args=[made.pk]), _("This is your copy."), undo=_last(rows))


@require_POST
@login_required
@acting
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a report; the notice brings it back."""
    with recorded() as rows:
        actions.delete_report(report_or_404(pk, request.user), by=request.user)
    return go_on(request, reverse("reports"), _("The report is deleted."), undo=_last(rows))


def _query(request: HttpRequest, record_type: RecordType) -> dict[str, str]:
    given = asked(QueryDict(request.POST.get("query", "")[:LONGEST_QUERY]))
    return read_question(record_type, given, user=request.user).params


def _last(rows: list[Any]) -> Any:
    return rows[-1] if rows else None
