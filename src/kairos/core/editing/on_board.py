"""The card of a new record, put into its column while the short form stays open."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from kairos.core.editing.answers import undo_url
from kairos.core.editing.once import new_key
from kairos.core.listing import read_listing
from kairos.core.listing.board import BoardView
from kairos.core.listing.moving import key_before
from kairos.core.models import ChangeSet
from kairos.core.records import RecordType

LONGEST = 10_000


def card_answer(
    request: HttpRequest, record_type: RecordType, record: Any, *, message: str, undo: ChangeSet | None
) -> HttpResponse:
    """The card at the top of its column, the column's head, a notice, and a fresh key for the next form."""
    params = QueryDict(request.POST.get("listing", "")[:LONGEST]).dict()
    listing = read_listing(record_type, {**params, "view": "board"}, user=request.user)
    board = BoardView(listing)
    key = key_before(board, record)
    used = request.POST.get("key", "")
    context = {
        "listing": listing,
        "record_type": record_type,
        "board": board,
        "moment": listing.now,
        "columns": board.columns(only=[key], with_cards=False),
        "record": record,
        "record_key": record.pk,
        "key": key,
        "is_dragged": False,
        "message": message,
        "undo_url": undo_url(undo),
        "used_key": used if used.isalnum() else "",
        "fresh_key": new_key(),
    }
    return render(request, "core/_quick_card_done.html", context)
