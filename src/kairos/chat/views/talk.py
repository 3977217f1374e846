"""What is said in a channel: older, new, one's own, and the replies to one message."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kairos.chat.actions.messages import say_in_channel
from kairos.chat.commands import is_command, run_command
from kairos.chat.lines import following, latest, thread_of
from kairos.chat.lines import news as new_lines
from kairos.chat.models import Channel
from kairos.chat.slots import Answer
from kairos.chat.views.found import of_channel, of_said
from kairos.core.editing.answers import acting, undo_url
from kairos.core.editing.numbers import number_in
from kairos.core.editing.once import created_id, once
from kairos.core.history.canonical import type_name
from kairos.core.records import type_of
from kairos.discuss.models import Message, waiting_for
from kairos.discuss.thread import Line
from kairos.discuss.views.found import line_answer


@require_safe
@of_channel
def lines(request: HttpRequest, channel: Channel) -> HttpResponse:
    """The stretch before a mark, or from one on."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    stretch = (
        following(channel, request.user, after=after)
        if after
        else latest(channel, request.user, before=before)
    )
    return _lines(request, channel, stretch=stretch)


@require_safe
@of_channel
def news(request: HttpRequest, channel: Channel) -> HttpResponse:
    """What is new or different since a moment; the answer says from which moment to ask next."""
    now = timezone.now()
    since = _moment(request.GET.get("since", ""))
    response = _lines(request, channel, lines=new_lines(channel, request.user, since=since))
    response.headers["X-Since"] = str(now.timestamp())
    return response


@require_POST
@of_channel
@acting
def say(request: HttpRequest, channel: Channel) -> HttpResponse:
    """Write a message, with files and perhaps in reply, or do what a command says; the same form sent twice is one."""
    text = request.POST.get("text", "")
    if is_command(text):
        return _done(request, channel, text)
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is None:
            say_in_channel(
                channel,
                text=text,
                reply_to=_replied_to(request, channel),
                files=request.FILES.getlist("files"),
                by=request.user,
            )
    row = attempt.earlier or attempt.written
    pk = created_id(row, type_name(Message)) if row else None
    return line_answer(request, type_of(Channel), channel, Message.objects.filter(pk__in=[pk]).first())


@require_safe
@of_said
def thread(request: HttpRequest, channel: Channel, message: Message) -> HttpResponse:
    """The replies to a message, beside the conversation."""
    top = message.reply_to or message
    shown = {
        "top": top,
        "words": Line(top, request.user).body,
        "lines": thread_of(top, request.user),
        "is_in": channel.members.filter(pk=request.user.pk).exists() and not channel.is_archived,
        "has_news": (type_of(Channel).stored_name, channel.pk) in waiting_for(request.user),
    }
    return _lines(request, channel, "chat/_thread.html", **shown)


def _done(request: HttpRequest, channel: Channel, text: str) -> HttpResponse:
    """What came of a command: words for whoever gave it, or another page."""
    key = request.POST.get("key", "")[:40]
    with once(by=request.user, key=key) as attempt:
        answer = run_command(channel, text, by=request.user) if attempt.earlier is None else Answer()
    if answer.go_to:
        return HttpResponse(headers={"HX-Redirect": answer.go_to})
    undo = undo_url(attempt.written or attempt.earlier)
    at = f"{timezone.now().timestamp():.6f}"
    return render(request, "chat/_answer.html", {"answer": answer, "key": key, "at": at, "undo_url": undo})


def _lines(
    request: HttpRequest, channel: Channel, template: str = "chat/_lines.html", **context: object
) -> HttpResponse:
    context |= {"channel": channel, "record": channel, "record_type": type_of(Channel), "user": request.user}
    return render(request, template, context)


def _replied_to(request: HttpRequest, channel: Channel) -> Message | None:
    pk = number_in(request.POST.get("reply_to", ""))
    if pk is None:
        return None
    return Message.objects.about(type_of(Channel), channel).select_related("author").filter(pk=pk).first()


def _moment(text: str) -> dt.datetime:
    """The moment a page gave; now for anything else."""
    try:
        return dt.datetime.fromtimestamp(float(text), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return timezone.now()
