"""Saying something about a record, and what one can do with what was said."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kairos.core.editing.answers import acting
from kairos.core.editing.once import Attempt, created_id, once
from kairos.core.history import recorded
from kairos.core.history.canonical import type_name
from kairos.core.records import RecordType
from kairos.discuss.actions import letters
from kairos.discuss.actions import messages as actions
from kairos.discuss.models import Message
from kairos.discuss.views.composing import composer_answer, moment_in, read_letter, replied_to
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
                reply_to=replied_to(request.POST, record_type, record),
                files=request.FILES.getlist("files"),
                by=request.user,
            )
    return thread_answer(request, record_type, record, message=_written(attempt))


@require_safe
@of_thread
def compose(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """Where one writes: a note, or with `kind=message` to the customer, perhaps as an answer to one (`reply_to`)."""
    return composer_answer(request, record_type, record, replied_to(request.GET, record_type, record))


@require_POST
@of_thread
@acting
def send(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """Write to the customer; it leaves in a moment, and until then the notice takes it back."""
    if not record_type.access.can_edit(request.user, record):
        raise PermissionDenied(_("You may not write to the customer of this record."))
    letter = read_letter(request, record_type, record)
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is None:
            letters.send_message(record, by=request.user, **letter)
    said = (
        _("The message leaves at the time you chose.")
        if letter["at"]
        else _("The message leaves in ten seconds.")
    )
    row = attempt.written or attempt.earlier
    return thread_answer(request, record_type, record, message=_written(attempt), notice=said, undo=row)


@require_POST
@of_message
@acting
def send_again(request: HttpRequest, record_type: RecordType, record: Any, message: Message) -> HttpResponse:
    """Once more: a message that was held back, or those of its letters that did not arrive."""
    letters.try_again(message, by=request.user)
    return thread_answer(request, record_type, record, message=message)


@require_http_methods(["GET", "POST"])
@of_message
@acting
def leave(request: HttpRequest, record_type: RecordType, record: Any, message: Message) -> HttpResponse:
    """GET asks when one's own message that waits should leave; POST lets it leave then, without a time at once."""
    if request.method == "POST":
        letters.reschedule_message(message, by=request.user, at=moment_in(request.POST.get("at", "")))
        return thread_answer(request, record_type, record, message=message)
    leaves = timezone.localtime(message.send_at).strftime("%Y-%m-%dT%H:%M") if message.send_at else ""
    context = {"record_type": record_type, "record": record, "message": message, "leaves": leaves}
    return render(request, "discuss/_message_leave.html", context)


@require_safe
@of_message
def message(request: HttpRequest, record_type: RecordType, record: Any, message: Message) -> HttpResponse:
    """A message as it stands, after one did not change it after all."""
    return thread_answer(request, record_type, record, message=message)


@require_http_methods(["GET", "POST"])
@of_message
@acting
def edit(request: HttpRequest, record_type: RecordType, record: Any, message: Message) -> HttpResponse:
    """GET gives one's own words to change; POST keeps them."""
    if request.method == "POST":
        actions.edit_message(message, text=request.POST.get("text", ""), by=request.user)
        return thread_answer(request, record_type, record, message=message)
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
    said = _("The note is deleted.")
    return thread_answer(request, record_type, record, message=message, notice=said, undo=rows[-1])


@require_POST
@of_message
@acting
def pin(request: HttpRequest, record_type: RecordType, record: Any, message: Message) -> HttpResponse:
    """Pin it for everybody, or unpin it."""
    actions.pin_message(message, by=request.user, is_pinned=request.POST.get("on") == "1")
    return thread_answer(request, record_type, record, message=message)


@require_POST
@of_message
@acting
def star(request: HttpRequest, record_type: RecordType, record: Any, message: Message) -> HttpResponse:
    """Star it for oneself, or take the star off."""
    actions.star_message(message, by=request.user, is_starred=request.POST.get("on") == "1")
    return thread_answer(request, record_type, record, message=message)


@require_POST
@of_message
@acting
def react(request: HttpRequest, record_type: RecordType, record: Any, message: Message) -> HttpResponse:
    """Put a sign to it, or take it away."""
    actions.react(message, sign=request.POST.get("sign", ""), by=request.user)
    return thread_answer(request, record_type, record, message=message)


def _written(attempt: Attempt) -> Message | None:
    """The message that the form has written, now or when it was sent before."""
    row = attempt.earlier or attempt.written
    pk = created_id(row, type_name(Message)) if row else None
    return Message.objects.filter(pk__in=[pk]).first() if pk else None
