"""Following a record."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kairos.core.editing.answers import acting, notice
from kairos.core.history import recorded
from kairos.core.records import RecordType
from kairos.discuss.actions import follows as actions
from kairos.discuss.thread import Conversation
from kairos.discuss.views.found import of_thread


@require_POST
@of_thread
@acting
def follow(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """Follow, stop, or choose the kinds: `kinds` holds what to hear, `stop` ends it."""
    kinds = request.POST.getlist("kinds")
    if "stop" in request.POST:
        actions.unfollow_record(record, by=request.user)
    elif "choose" in request.POST:
        actions.choose_what_to_hear(
            record,
            by=request.user,
            notes="notes" in kinds,
            messages="messages" in kinds,
            events="events" in kinds,
            is_muted="muted" in kinds,
        )
    else:
        actions.follow_record(record, by=request.user)
    return _answer(request, record_type, record)


@require_POST
@of_thread
@acting
def mute(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """Be told nothing of it any more, or again."""
    with recorded() as rows:
        actions.mute_record(record, by=request.user, is_muted=request.POST.get("on", "1") == "1")
    if request.POST.get("from") == "inbox":
        message = _("You will be told nothing more of “%(record)s”.") % {"record": record_type.title(record)}
        return notice(request, message, undo=rows[-1] if rows else None)
    return _answer(request, record_type, record)


def _answer(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    context = Conversation().context(request.user, record_type, record)
    context |= {"record_type": record_type, "record": record, "user": request.user}
    return render(request, "discuss/_followers.html", context)
