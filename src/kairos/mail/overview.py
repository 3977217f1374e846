"""What the outbox shows."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from kairos.mail.models import OutgoingMail, State

PAGE = 50
# What people look for, each with the states it is made of.
SHELVES: Mapping[str, tuple[State, ...]] = {
    "waiting": (State.QUEUED, State.CLAIMED, State.HANDOVER),
    "trouble": (State.FAILED, State.UNKNOWN),
    "sent": (State.SENT,),
    "cancelled": (State.CANCELLED,),
}


def outbox_context(wanted: str, before: str) -> dict[str, Any]:
    """One shelf of the outbox, the newest first; `before` is the number of the last mail of the page before."""
    counts = dict(OutgoingMail.objects.order_by().values_list("state").annotate(count=Count("pk")))
    shelf = wanted if wanted in SHELVES else "trouble" if _sum(counts, "trouble") else "waiting"
    mails = OutgoingMail.objects.filter(state__in=SHELVES[shelf]).select_related("created_by").order_by("-pk")
    if before.isascii() and before.isdigit() and len(before) < 19:
        mails = mails.filter(pk__lt=int(before))
    page = list(mails.defer("text", "html", "headers")[: PAGE + 1])
    more = len(page) > PAGE
    return {
        "mails": page[:PAGE],
        "tabs": [
            {
                "label": label,
                "url": f"{reverse('outbox')}?shelf={name}",
                "active": name == shelf,
                "count": _sum(counts, name),
            }
            for name, label in _labels().items()
        ],
        "next_url": f"{reverse('outbox')}?shelf={shelf}&before={page[PAGE - 1].pk}" if more else "",
        "way": _way(),
    }


def _sum(counts: Mapping[str, int], shelf: str) -> int:
    return sum(counts.get(state, 0) for state in SHELVES[shelf])


def _labels() -> dict[str, str]:
    return {
        "trouble": _("In trouble"),
        "waiting": _("Waiting"),
        "sent": _("Sent"),
        "cancelled": _("Cancelled"),
    }


def _way() -> str:
    """Where mail goes, in words; the password stays unsaid."""
    backend = settings.EMAIL_BACKEND.rpartition(".")[0].rpartition(".")[2]
    if backend == "smtp":
        return _("Through %(host)s, port %(port)s, as %(sender)s.") % {
            "host": settings.EMAIL_HOST,
            "port": settings.EMAIL_PORT,
            "sender": settings.DEFAULT_FROM_EMAIL,
        }
    return _("Nothing leaves this machine: mail is written to files or the console until a server is set.")


def longest_wait(now: dt.datetime) -> dt.timedelta | None:
    """For how long the oldest mail that should have left has been waiting; None where nothing waits."""
    first = OutgoingMail.objects.due(now).order_by("due_at").values_list("due_at", flat=True).first()
    return now - first if first else None
