"""Likely duplicates on screen: while typing, beside a record, and as a queue."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairos.core.actions.duplicates import mark_different, request_search
from kairos.core.duplicates.queue import progress as how_far
from kairos.core.duplicates.queue import queue, queues
from kairos.core.duplicates.typed import similar_to_typed
from kairos.core.editing.answers import acting, notice
from kairos.core.editing.found import of_type
from kairos.core.editing.once import once
from kairos.core.records import RecordType
from kairos.core.views.actions import ACTED
from kairos.core.views.frame import render_page


@login_required
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """The queue of one kind of record, and how many wait of each."""
    kinds = queues(request.user)
    if not kinds:
        raise Http404
    wanted = request.GET.get("type", "")
    chosen = next((one for one, _count in kinds if one.plural == wanted), kinds[0][0])
    context = {"kinds": kinds, "queue": queue(chosen, request.user), "progress": how_far()}
    return render_page(request, "core/duplicates.html", context, active="duplicates")


@login_required
@require_POST
@acting
def find(request: HttpRequest) -> HttpResponse:
    """Look through everything in the background."""
    request_search()
    return progress(request)


@login_required
def progress(request: HttpRequest) -> HttpResponse:
    """How far the search is; the page is fetched again when it has ended."""
    found = how_far()
    response = render(request, "core/_duplicates_progress.html", {"progress": found})
    if not found.is_running:
        response.headers["HX-Refresh"] = "true"
    return response


@require_safe
@of_type
def similar(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """What is similar to what stands in the form so far; never stands in the way."""
    found = similar_to_typed(record_type, request.GET, user=request.user)
    return render(request, "core/_similar_typed.html", {"similar": found})


@require_POST
@of_type
@acting
def different(request: HttpRequest, record_type: RecordType, pk: int, other: int) -> HttpResponse:
    """Remember that two records are not the same."""
    one, two = _both_or_404(record_type, pk, other, request.user)
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        mark_different(record_type, one, two, by=request.user)
    message = _("“%(record)s” and “%(other)s” are not the same")
    params = {"record": record_type.title(one), "other": record_type.title(two)}
    return notice(request, message % params, undo=attempt.written, trigger=ACTED)


def _both_or_404(record_type: RecordType, pk: int, other: int, user: Any) -> list[Any]:
    found = record_type.known_to(user).in_bulk([one for one in (pk, other) if one < 2**63])
    if len(found) != 2 or record_type.duplicates is None:
        raise Http404
    return [found[pk], found[other]]
