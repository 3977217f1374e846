"""Mail to those who are asked to come to a meeting, with what their calendar program reads of it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from kairos.accounts.time_zones import zones_of
from kairos.activities.attending import span_in_words
from kairos.activities.ical import invitation_calendar
from kairos.activities.models import Activity, Invitation
from kairos.activities.recurrence import Rule
from kairos.activities.repeating import in_words
from kairos.mail.reply_address import reply_address
from kairos.mail.way import house_sender

Facts = Mapping[str, Any]


def facts_of(activity: Activity) -> dict[str, str]:
    """What must be told when it changes: what, when and where."""
    return {
        "title": activity.summary,
        "place": activity.place,
        "day": activity.due_on.isoformat(),
        "starts": activity.starts_at.astimezone(dt.UTC).isoformat() if activity.starts_at else "",
        "ends": activity.ends_at.astimezone(dt.UTC).isoformat() if activity.ends_at else "",
    }


def invitation_mail(
    row: Invitation, activity: Activity | None, facts: Facts, *, kind: str, attendee: Any, now: dt.datetime
) -> dict[str, Any]:
    """What `queue_mail` needs: an invitation, what has changed about it, or that it is off
    (`kind` is "invited", "changed" or "cancelled").

    The organiser's address is one that only this invitation has, so that nobody answers for somebody else.
    """
    organiser = (activity.assignee or activity.created_by) if activity is not None else None
    answers_to = reply_address(row)
    calendar = invitation_calendar(
        row,
        facts,
        is_off=kind == "cancelled",
        description=activity.description if activity is not None and kind != "cancelled" else "",
        organiser=(str(organiser or ""), answers_to or house_sender()[1]),
        now=now,
    )
    person = getattr(attendee, "user", None) or getattr(attendee, "contact", None)
    subject, text, html = _words(kind, facts, activity, organiser, getattr(person, "language", ""))
    return {
        "to": row.email,
        "to_name": row.name,
        "subject": subject,
        "text": text,
        "html": html,
        "calendar": calendar,
        "by": organiser,
        "sender": str(organiser or "") or house_sender()[0],
        "reply_to": answers_to,
        "about": activity,
    }


def reminder_mail(activity: Activity, person: Any) -> dict[str, Any]:
    """What `queue_mail` needs to remind a colleague of what begins soon, by their own clock."""
    subject, text, html = _words("reminder", facts_of(activity), activity, person, person.language)
    return {
        "to": person.email,
        "to_name": person.name,
        "subject": subject,
        "text": text,
        "html": html,
        "headers": {"Auto-Submitted": "auto-generated"},
        "by": None,
        "about": activity,
    }


def _words(kind: str, facts: Facts, activity: Any, organiser: Any, language: str) -> tuple[str, str, str]:
    """Subject, text and page, in the language of the one who is invited and the zone of the organiser."""
    known = {code for code, _name in settings.LANGUAGES}
    zone = zones_of([organiser])[organiser.pk] if organiser is not None else timezone.get_default_timezone()
    with (
        translation.override(language if language in known else settings.LANGUAGE_CODE),
        timezone.override(zone),
    ):
        context = {
            "kind": kind,
            "facts": facts,
            "when": span_in_words(_Span(facts)),
            "zone": str(zone).replace("_", " ") if facts["starts"] else "",
            "repeats": _repeats(facts),
            "organiser": organiser,
            "description": activity.description if activity is not None else "",
        }
        subject, text, html = (
            render_to_string(f"activities/email/invitation{end}", context)
            for end in ("_subject.txt", ".txt", ".html")
        )
    return " ".join(subject.split()), text.strip() + "\n", html


def _repeats(facts: Facts) -> str:
    """How a series repeats, in words."""
    return in_words(Rule.read(facts["rule"]), dt.date.fromisoformat(facts["day"])) if "rule" in facts else ""


class _Span:
    """Times that were told once, as those of an activity."""

    def __init__(self, facts: Facts) -> None:
        self.due_on = dt.date.fromisoformat(facts["day"])
        self.starts_at = dt.datetime.fromisoformat(facts["starts"]) if facts["starts"] else None
        self.ends_at = dt.datetime.fromisoformat(facts["ends"]) if facts["ends"] else None
