"""The composer: what it shows, and what it sends."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from kairos.core.editing.numbers import number_in
from kairos.core.records import RecordType
from kairos.discuss.models import Message
from kairos.discuss.reading import may_read

MOST_SUGGESTED = 8


def composer_answer(
    request: HttpRequest, record_type: RecordType, record: Any, reply_to: Message | None
) -> HttpResponse:
    """The composer for a note, or for a message with whom it could go to."""
    context: dict[str, Any] = {"record_type": record_type, "record": record, "user": request.user}
    if request.GET.get("kind") != "message":
        return render(request, "discuss/_compose_note.html", context)
    chosen = _answer_address(reply_to)
    people = _suggested(record_type, record, chosen)
    subject = _answer_subject(reply_to) if may_read(reply_to, request.user) else ""
    context |= {
        "people": people,
        "chosen": chosen[1] if chosen else (people[0][1] if people else ""),
        "reply_to": reply_to,
        "subject": subject or record_type.title(record),
        "earliest": timezone.localtime() + dt.timedelta(minutes=5),
    }
    return render(request, "discuss/_compose_message.html", context)


def read_letter(request: HttpRequest, record_type: RecordType, record: Any) -> dict[str, Any]:
    """What the form sent, as `send_message` takes it. Raises `ValidationError` for a time that is none."""
    names = {address.casefold(): name for name, address in _suggested(record_type, record, None)}
    typed = request.POST.get("to_others", "").replace(";", ",").split(",")
    addresses = [*request.POST.getlist("to"), *(one.strip() for one in typed if one.strip())]
    return {
        "text": request.POST.get("text", ""),
        "subject": request.POST.get("subject", ""),
        "to": [(names.get(address.casefold(), ""), address) for address in addresses],
        "files": request.FILES.getlist("files"),
        "reply_to": replied_to(request.POST, record_type, record),
        "at": moment_in(request.POST.get("at", "")),
    }


def replied_to(data: Mapping[str, Any], record_type: RecordType, record: Any) -> Message | None:
    """The message that is answered, if it is one of this record."""
    pk = number_in(data.get("reply_to", ""))
    if pk is None:
        return None
    return (
        Message.objects.about(record_type, record).select_related("author", "incoming").filter(pk=pk).first()
    )


def _suggested(record_type: RecordType, record: Any, first: tuple[str, str] | None) -> list[tuple[str, str]]:
    """Names and addresses the record knows, each address once; whoever is answered comes first."""
    known = record_type.thread.addresses(record) if record_type.thread else ()
    found: dict[str, tuple[str, str]] = {}
    for name, address in [*([first] if first else []), *known]:
        found.setdefault(address.casefold(), (name, address))
    return list(found.values())[:MOST_SUGGESTED]


def _answer_address(reply_to: Message | None) -> tuple[str, str] | None:
    if reply_to is None:
        return None
    if reply_to.sender_address:
        return reply_to.sender_name, reply_to.sender_address
    first = next(iter(reply_to.recipients), None)
    return (first["name"], first["address"]) if first else None


def _answer_subject(reply_to: Message | None) -> str:
    if reply_to is None or not reply_to.subject:
        return ""
    is_answer = reply_to.subject.casefold().startswith(("re:", "回覆："))
    return reply_to.subject if is_answer else f"Re: {reply_to.subject}"[:300]


def moment_in(text: str) -> dt.datetime | None:
    """A moment of the person's own day; nothing for now."""
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_("This is no date and time."))
    return timezone.make_aware(found) if timezone.is_naive(found) else found
