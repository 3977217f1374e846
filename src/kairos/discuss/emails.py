"""Mail that tells people what waits in their inbox, in their own language and time zone."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from kairos.accounts.time_zones import zones_of
from kairos.discuss.inbox_page import Line
from kairos.mail.actions.outbox import queue_mail

_signer = signing.Signer(salt="kairos.discuss.notices")
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class NoticesMail:
    subject: str
    text: str
    html: str


def queue_notices(person: Any, lines: list[Line]) -> None:
    """Put one mail with these lines into the outbox. Raises what `queue_mail` does."""
    mail = notices_mail(person, lines)
    queue_mail(
        to=person.email,
        to_name=person.name,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop_url(person)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        is_bulk=True,
        by=None,
    )


def notices_mail(person: Any, lines: list[Line]) -> NoticesMail:
    """The mail as it is sent: what waits, record by record."""
    context = {
        "person": person,
        "groups": _by_record(lines[:MOST_SHOWN]),
        "count": len(lines),
        "more": max(0, len(lines) - MOST_SHOWN),
        "first": lines[0],
        "house": settings.PUBLIC_URL,
        "stop_url": stop_url(person),
    }
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(zones_of([person])[person.pk]):
        subject, text, html = (
            render_to_string(f"discuss/email/notices{end}", context)
            for end in ("_subject.txt", ".txt", ".html")
        )
    return NoticesMail(" ".join(subject.split()), text.strip() + "\n", html)


def stop_url(person: Any) -> str:
    """The address by which whoever got the mail ends it, without signing in."""
    return settings.PUBLIC_URL + reverse("notices-stop", args=[_signer.sign(person.pk)])


def whom_to_stop(token: str) -> int | None:
    """The person whose mail this address ends, or None for one that we did not make."""
    try:
        return int(_signer.unsign(token))
    except signing.BadSignature:
        return None


def _by_record(lines: list[Line]) -> list[list[Line]]:
    groups: dict[tuple[str, int], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.row.record_type, line.row.record_id), []).append(line)
    return list(groups.values())
