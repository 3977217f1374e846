"""Invitations as calendar programs write and read them: iTIP (RFC 5546) in iCalendar (RFC 5545)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vText

from kairos.activities.models import Answer, Invitation

LARGEST = 64 * 1024
MOST_EVENTS = 20
CALENDARS = ("text/calendar", "application/ics")
ANSWERS = {"ACCEPTED": Answer.ACCEPTED, "TENTATIVE": Answer.TENTATIVE, "DECLINED": Answer.DECLINED}


def invitation_calendar(
    row: Invitation,
    facts: Mapping[str, str],
    *,
    is_off: bool,
    description: str,
    organiser: tuple[str, str],
    now: dt.datetime,
) -> str:
    """One invitation, its change, or that it is off; it names nobody but the organiser and the one who is invited."""
    event = Event()
    event.add("uid", row.uid)
    event.add("dtstamp", now)
    event.add("sequence", row.sequence)
    event.add("summary", facts["title"])
    if facts["starts"]:
        event.add("dtstart", dt.datetime.fromisoformat(facts["starts"]).astimezone(dt.UTC))
        event.add("dtend", dt.datetime.fromisoformat(facts["ends"]).astimezone(dt.UTC))
    else:
        day = dt.date.fromisoformat(facts["day"])
        event.add("dtstart", day)
        event.add("dtend", day + dt.timedelta(days=1))
    if facts["place"]:
        event.add("location", facts["place"])
    if description:
        event.add("description", description)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("organizer", _person(*organiser), encode=False)
    attendee = _person(row.name, row.email)
    attendee.params |= {
        "CUTYPE": vText("INDIVIDUAL"),
        "ROLE": vText("REQ-PARTICIPANT"),
        "PARTSTAT": vText("NEEDS-ACTION"),
        "RSVP": vText("FALSE" if is_off else "TRUE"),
    }
    event.add("attendee", attendee, encode=False)
    made = Calendar()
    made.add("prodid", "-//Kairos//Meetings//EN")
    made.add("version", "2.0")
    made.add("method", "CANCEL" if is_off else "REQUEST")
    made.add_component(event)
    return bytes(made.to_ical()).decode()


def _person(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    if name:
        found.params["CN"] = vText(name.replace('"', "'"))
    return found


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody's calendar program answers: to which meeting and revision, in whose name, when, and what."""

    uid: str
    attendee: str
    answer: str
    sequence: int
    stamped_at: dt.datetime | None


def read_reply(parts: Any) -> Reply | None:
    """The answer among the parts of a mail; None where there is none, or none that can be read. Never raises."""
    for part in parts:
        if part.content_type in CALENDARS and len(part.content) <= LARGEST:
            try:
                found = _read(part.content)
            except Exception:  # noqa: S112 - whatever a stranger's calendar breaks, it is no answer
                continue
            if found is not None:
                return found
    return None


def _read(content: bytes) -> Reply | None:
    calendar: Any = Calendar.from_ical(content)
    if str(calendar.get("METHOD", "")).upper() != "REPLY":
        return None
    for event in calendar.walk("VEVENT")[:MOST_EVENTS]:
        attendee = event.get("ATTENDEE")
        attendee = attendee[0] if isinstance(attendee, list) else attendee
        if attendee is None or not event.get("UID"):
            continue
        said = str(attendee.params.get("PARTSTAT", "")).upper()
        address = str(attendee).strip().lower().removeprefix("mailto:")
        sequence = int(event.get("SEQUENCE", 0))
        return Reply(
            str(event["UID"])[:255], address[:254], str(ANSWERS.get(said, "")), sequence, _stamp(event)
        )
    return None


def _stamp(event: Any) -> dt.datetime | None:
    moment = getattr(event.get("DTSTAMP"), "dt", None)
    if not isinstance(moment, dt.datetime):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
