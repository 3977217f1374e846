"""From an address to a record that people talk about, and what was said there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from kairos.core.editing.answers import undo_url
from kairos.core.editing.found import of_bare_record
from kairos.core.editing.looks import Look
from kairos.core.editing.timeline import timeline
from kairos.core.models import ChangeSet
from kairos.core.records import RecordType, Room
from kairos.discuss.models import Message

View = Callable[..., HttpResponse]


def of_thread(view: View) -> View:
    """The view receives record type and record; 404 for a record out of sight, and for a kind nobody talks about."""

    @of_bare_record
    @wraps(view)
    def found(request: HttpRequest, record_type: RecordType, record: Any, **kwargs: Any) -> HttpResponse:
        if record_type.thread is None:
            raise Http404
        return view(request, record_type, record, **kwargs)

    return found


def of_message(view: View) -> View:
    """As `of_thread`, with one message of the record."""

    @of_thread
    @wraps(view)
    def found(
        request: HttpRequest, record_type: RecordType, record: Any, message: int, **kwargs: Any
    ) -> HttpResponse:
        about = Message.objects.about(record_type, record).select_related("author", "reply_to")
        return view(request, record_type, record, get_object_or_404(about, pk=message), **kwargs)

    return found


def thread_answer(
    request: HttpRequest,
    record_type: RecordType,
    record: Any,
    *,
    message: Message | None = None,
    notice: Any = "",
    undo: ChangeSet | None = None,
) -> HttpResponse:
    """The thread as it is now, by what the page looks at, and a notice. Of a room it is the line of the message."""
    if isinstance(record_type.thread, Room):
        return line_answer(request, record_type, record, message, notice=notice, undo=undo)
    look = Look.read({name: request.POST.get(name, "") for name in ("show", "q")})
    context = {
        "record_type": record_type,
        "record": record,
        "user": request.user,
        "timeline": timeline(record_type, record, user=request.user, look=look, has_heads=False),
        "notice": notice,
        "undo_url": undo_url(undo),
    }
    return render(request, "discuss/_thread_answer.html", context)


def line_answer(
    request: HttpRequest,
    record_type: RecordType,
    record: Any,
    message: Message | None,
    *,
    notice: Any = "",
    undo: ChangeSet | None = None,
) -> HttpResponse:
    """One message of a room as it is now, if there is one, and a notice."""
    room = record_type.thread
    messages = Message.objects.filter(pk__in=[message.pk] if message else [])
    context = {
        "record_type": record_type,
        "record": record,
        "user": request.user,
        "lines": room.lines(messages, request.user) if isinstance(room, Room) else (),
        "notice": notice,
        "undo_url": undo_url(undo),
    }
    return render(request, "discuss/_line_answer.html", context)
