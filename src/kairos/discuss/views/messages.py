"""Saying something about a record, and what one can do with what was said."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kairos.core.editing.answers import acting
from kairos.core.editing.once import once
from kairos.core.history import recorded
from kairos.core.records import RecordType
from kairos.discuss.actions import messages as actions
from kairos.discuss.models import Message
from kairos.discuss.views.found import of_message, of_thread, thread_answer


@require_POST
@of_thread
@acting
def post(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """Write a note, with files and perhaps as a reply; the same form sent twice writes one."""
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is None:
            actions.post_note(
                record,
                text=request.POST.get("text", ""),
                reply_to=_replied_to(request, record_type, record),
                files=request.FILES.getlist("files"),
                by=request.user,
            )
    return thread_answer(request, record_type, record)


@require_http_methods(["GET", "POST"])
@of_message
@acting
def edit(request: HttpRequest, record_type: RecordType, record: Any, message: Message) -> HttpResponse:
    """GET gives one's own words to change; POST keeps them."""
    if request.method == "POST":
        actions.edit_message(message, text=request.POST.get("text", ""), by=request.user)
        return thread_answer(request, record_type, record)
    if message.author_id != request.user.pk or message.is_deleted:
        raise actions.NotYourMessage()
    context = {"record_type": record_type, "record": record, "message": message}
    return render(request, "discuss/_message_edit.html", context)


@require_POST
@of_message
@acting
def delete(request: HttpRequest, record_type: RecordType, record: Any, message: Message) -> HttpResponse:
    """Take one's own words back; the notice brings them again."""
    with recorded() as rows:
        actions.delete_message(message, by=request.user)
    return thread_answer(request, record_type, record, notice=_("The note is deleted."), undo=rows[-1])


@require_POST
@of_message
@acting
def pin(request: HttpRequest, record_type: RecordType, record: Any, message: Message) -> HttpResponse:
    """Pin it for everybody, or unpin it."""
    actions.pin_message(message, by=request.user, is_pinned=request.POST.get("on") == "1")
    return thread_answer(request, record_type, record)


@require_POST
@of_message
@acting
def star(request: HttpRequest, record_type: RecordType, record: Any, message: Message) -> HttpResponse:
    """Star it for oneself, or take the star off."""
    actions.star_message(message, by=request.user, is_starred=request.POST.get("on") == "1")
    return thread_answer(request, record_type, record)


@require_POST
@of_message
@acting
def react(request: HttpRequest, record_type: RecordType, record: Any, message: Message) -> HttpResponse:
    """Put a sign to it, or take it away."""
    actions.react(message, sign=request.POST.get("sign", ""), by=request.user)
    return thread_answer(request, record_type, record)


def _replied_to(request: HttpRequest, record_type: RecordType, record: Any) -> Message | None:
    pk = request.POST.get("reply_to", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return Message.objects.about(record_type, record).select_related("author").filter(pk=pk).first()
