"""Saved views on screen: keep what the address says, change a view, give it up."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kairos.core.actions.saved_views import change_view, delete_view, save_view
from kairos.core.editing.answers import acting
from kairos.core.editing.found import of_type
from kairos.core.listing import read_listing
from kairos.core.models import SavedView
from kairos.core.records import RecordType

LONGEST_QUERY = 10_000
NOT_SAVED = ("as_of",)


@require_POST
@of_type
@acting
def save(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """Keep the list in `query` under `name`, and open it."""
    view = save_view(
        record_type=record_type.name,
        name=request.POST.get("name", ""),
        query=_query(request, record_type),
        sharing=request.POST.get("sharing", "private"),
        by=request.user,
    )
    return _open(request, f"{record_type.url}?saved={view.pk}")


@require_POST
@of_type
@acting
def change(request: HttpRequest, record_type: RecordType, pk: int) -> HttpResponse:
    """Write what the form holds of a view: its name, sharing, marks, or the list it stands for."""
    view = _view_or_404(request, record_type, pk)
    values: dict[str, Any] = {n: request.POST[n] for n in ("name", "sharing") if n in request.POST}
    values |= {n: request.POST[n] == "1" for n in ("is_favourite", "is_default") if n in request.POST}
    if "query" in request.POST:
        values["query"] = _query(request, record_type)
    change_view(view, by=request.user, **values)
    return _open(request, f"{record_type.url}?saved={view.pk}")


@require_POST
@of_type
@acting
def delete(request: HttpRequest, record_type: RecordType, pk: int) -> HttpResponse:
    """Give up a view; the list itself stays."""
    delete_view(_view_or_404(request, record_type, pk), by=request.user)
    return _open(request, record_type.url)


def _view_or_404(request: HttpRequest, record_type: RecordType, pk: int) -> SavedView:
    visible = SavedView.objects.visible_to(request.user).filter(record_type=record_type.name)
    view = visible.filter(pk=pk).first() if pk < 2**63 else None
    if view is None:
        raise Http404(_("This saved view is no longer there."))
    return view


def _query(request: HttpRequest, record_type: RecordType) -> dict[str, str]:
    """What of the address a view keeps: everything that makes sense but the day that is shown."""
    given = QueryDict(request.POST.get("query", "")[:LONGEST_QUERY]).dict()
    listing = read_listing(record_type, given, user=request.user)
    return {name: value for name, value in listing.params.items() if name not in NOT_SAVED}


def _open(request: HttpRequest, url: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
