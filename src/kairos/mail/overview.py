"""What the pages of mail show: the outbox, and what came in."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kairos.core.editing.numbers import number_in
from kairos.core.records import type_named
from kairos.mail.models import Came, IncomingMail, OutgoingMail, State
from kairos.mail.shown import shown_parts
from kairos.mail.way import SMTP, chosen_way, is_free

PAGE = 50
# What people look for, each with the states it is made of.
SHELVES: Mapping[str, tuple[State, ...]] = {
    "waiting": (State.QUEUED, State.CLAIMED, State.HANDOVER),
    "trouble": (State.FAILED, State.UNKNOWN),
    "sent": (State.SENT,),
    "cancelled": (State.CANCELLED,),
}
CAME: Mapping[str, tuple[Came, ...]] = {
    "quarantined": (Came.QUARANTINED, Came.NEW),
    "unclaimed": (Came.UNCLAIMED,),
    "taken": (Came.TAKEN,),
    "ignored": (Came.IGNORED,),
}


def outbox_context(wanted: str, before: str) -> dict[str, Any]:
    """One shelf of the outbox, the newest first; `before` is the number of the last mail of the page before."""
    mails = OutgoingMail.objects.select_related("created_by").defer("text", "html", "headers")
    return {
        **_shelf("outbox", mails, SHELVES, _labels(), wanted, before),
        "way": _way(),
        "is_free": is_free(),
    }


def incoming_context(wanted: str, before: str, *, user: Any) -> dict[str, Any]:
    """One shelf of what came in; each mail as far as this person may read it, with the way to its record."""
    found = _shelf("incoming-mail", IncomingMail.objects.all(), CAME, _came_labels(), wanted, before)
    shown = shown_parts(found["mails"], user)
    for mail in found["mails"]:
        mail.shown, mail.about_url = shown[mail.pk], _about_url(mail)
    return found


def _shelf(
    page: str,
    mails: Any,
    shelves: Mapping[str, Sequence[str]],
    labels: Mapping[str, str],
    wanted: str,
    before: str,
) -> dict[str, Any]:
    """What both pages show: shelves with their counts, and one page of the chosen one."""
    rows = mails.model._base_manager.order_by().values_list("state").annotate(count=Count("pk"))
    by_state = dict(rows)
    counts = {name: sum(by_state.get(state, 0) for state in states) for name, states in shelves.items()}
    shelf = (
        wanted if wanted in shelves else next((name for name in labels if counts[name]), next(iter(labels)))
    )
    found = mails.filter(state__in=shelves[shelf]).order_by("-pk")
    if (place := number_in(before)) is not None:
        found = found.filter(pk__lt=place)
    shown = list(found[: PAGE + 1])
    address = f"{reverse(page)}?shelf="
    return {
        "mails": shown[:PAGE],
        "tabs": [
            {"label": label, "url": address + name, "active": name == shelf, "count": counts[name]}
            for name, label in labels.items()
        ],
        "next_url": f"{address}{shelf}&before={shown[PAGE - 1].pk}" if len(shown) > PAGE else "",
    }


def _about_url(mail: IncomingMail) -> str:
    """Where the record is; who may not see it is told so there."""
    try:
        return str(reverse("record", args=[type_named(mail.about_type).plural, mail.about_id]))
    except (KeyError, NoReverseMatch):
        return ""


def _labels() -> dict[str, str]:
    return {
        "trouble": _("In trouble"),
        "waiting": _("Waiting"),
        "sent": _("Sent"),
        "cancelled": _("Cancelled"),
    }


def _came_labels() -> dict[str, str]:
    return {
        "quarantined": _("In quarantine"),
        "unclaimed": _("Unclaimed"),
        "taken": _("Taken"),
        "ignored": _("Ignored"),
    }


def _way() -> str:
    """Where mail goes, in words; the password stays unsaid."""
    way = chosen_way()
    if way is not None and not way.is_smtp:
        return _("Through %(provider)s, as %(sender)s.") % {"provider": way, "sender": way.sender}
    words = _("Through %(host)s, port %(port)s, as %(sender)s.")
    if way is not None:
        return words % {"host": way.host, "port": way.port, "sender": way.sender}
    if settings.EMAIL_BACKEND == SMTP:
        sender = settings.DEFAULT_FROM_EMAIL
        return words % {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT, "sender": sender}
    return _("Nothing leaves this machine: mail is written to files or the console until a server is set.")
