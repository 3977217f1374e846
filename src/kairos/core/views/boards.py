"""The board of a kind: one column, a card that moves, columns in a new order."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kairos.core.editing.answers import acting, undo_url
from kairos.core.editing.found import of_bare_record, of_type
from kairos.core.history import recorded
from kairos.core.listing import Listing, read_listing
from kairos.core.listing.board import BoardView
from kairos.core.listing.moving import key_before, move, reorder
from kairos.core.records import RecordType

MOST_CARDS = 100_000
LONGEST = 10_000


def board_context(listing: Listing) -> dict[str, Any]:
    board = BoardView(listing)
    return {**_of(board), "columns": board.columns()}


def _of(board: BoardView) -> dict[str, Any]:
    listing = board.listing
    return {"listing": listing, "record_type": listing.record_type, "board": board, "moment": listing.now}


@require_safe
@of_type
def column(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """More cards of one column, from a place counted in cards."""
    listing = _board_listing(request, record_type)
    try:
        start = int(request.GET.get("from", "0")[:9])
        board = BoardView(listing)
        found = board.more(request.GET.get("key", ""), after=min(max(start, 0), MOST_CARDS))
    except ValueError as error:
        raise Http404 from error
    return render(request, "core/_board_more.html", {**_of(board), "column": found})


@require_http_methods(["GET", "POST"])
@of_bare_record
@acting
def move_card(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """GET asks for the column; POST moves the card there and answers with both columns' heads, or says why not."""
    board = BoardView(_board_listing(request, record_type))
    before = key_before(board, record)
    if request.method != "POST":
        return _choose(request, board, record, before)
    with recorded() as written:
        moved, message = move(board, record, key=request.POST.get("column", ""), by=request.user)
    after = key_before(board, moved or record)
    undo = undo_url(written[-1]) if written else ""
    context = {"record_key": record.pk, "message": message if written else "", "undo_url": undo, "key": after}
    return _moved(request, board, moved, dict.fromkeys([before, after]), context)


def _moved(
    request: HttpRequest, board: BoardView, record: Any, keys: Iterable[str], context: dict[str, Any]
) -> HttpResponse:
    columns = board.columns(only=keys, with_cards=False)
    is_dragged = "before" in request.POST
    context |= {**_of(board), "columns": columns, "record": record, "is_dragged": is_dragged}
    response = render(request, "core/_board_moved.html", context)
    news: dict[str, Any] = {} if is_dragged else {"dialog:close": ""}
    if record is not None and context["message"] and (sentence := board.listing.record_type.applause(record)):
        news["celebrate"] = {"sentence": sentence}
    if news:
        response.headers["HX-Trigger"] = json.dumps(news)
    return response


def _choose(request: HttpRequest, board: BoardView, record: Any, here: str) -> HttpResponse:
    columns = board.columns(with_cards=False)
    context = {
        **_of(board),
        "columns": columns,
        "record": record,
        "here": here,
        "move_url": request.get_full_path(),
    }
    return render(request, "core/_board_choose.html", context)


@require_POST
@of_type
@acting
def reorder_columns(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """Store the order the columns were dragged into."""
    listing = _board_listing(request, record_type)
    keys = request.POST.getlist("columns") or request.POST.get("order", "").split(",")
    reorder(listing, keys, by=request.user)
    return HttpResponse(status=204)


def _board_listing(request: HttpRequest, record_type: RecordType) -> Listing:
    """The board of the address, whatever the record type opens with. 404 for a kind that has none."""
    if record_type.board is None:
        raise Http404
    given = QueryDict(request.GET["listing"][:LONGEST]) if "listing" in request.GET else request.GET
    params = {**given.dict(), "view": "board"}
    listing = read_listing(record_type, params, user=request.user)
    if request.method == "POST" and not listing.is_editable:
        raise PermissionDenied(_("Nothing can be changed in the past."))
    return listing
