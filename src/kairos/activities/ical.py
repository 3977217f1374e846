"""Invitations as calendar programs write and read them: iTIP (RFC 5546) in iCalendar (RFC 5545)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vRecur, vText

from kairos.accounts.time_zones import zone_named
from kairos.activities.models import Answer, Invitation
from kairos.activities.recurrence import Rule

LARGEST = 64 * 1024
MOST_EVENTS = 20
CALENDARS = ("text/calendar", "application/ics")
ANSWERS = {"ACCEPTED": Answer.ACCEPTED, "TENTATIVE": Answer.TENTATIVE, "DECLINED": Answer.DECLINED}


def invitation_calendar(
    row: Invitation,
    facts: Mapping[str, Any],
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
    _add_times(event, facts)
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
    if "zone" in facts and facts["starts"]:
        made.add_missing_timezones(
            first_date=now.date(), last_date=now.date().replace(year=now.year + 5, day=1)
        )
    return bytes(made.to_ical()).decode()


def _add_times(event: Event, facts: Mapping[str, Any]) -> None:
    """When it is: a single one in UTC, what repeats in its zone, so that it keeps its hour when the clocks change."""
    zone = (zone_named(facts["zone"]) if "zone" in facts else None) or dt.UTC
    if facts["starts"]:
        event.add("dtstart", dt.datetime.fromisoformat(facts["starts"]).astimezone(zone))
        event.add("dtend", dt.datetime.fromisoformat(facts["ends"]).astimezone(zone))
    else:
        day = dt.date.fromisoformat(facts["day"])
        event.add("dtstart", day)
        event.add("dtend", day + dt.timedelta(days=1))
    if "recurs" in facts:
        event.add("recurrence-id", _time_of(facts["recurs"], zone))
    if "rule" in facts:
        start = event.decoded("dtstart")
        event.add("rrule", vRecur.from_ical(rrule_beside(facts["rule"], start)))
        for day in facts["gone"]:
            event.add("exdate", _on(dt.date.fromisoformat(day), start))


def _time_of(text: str, zone: dt.tzinfo) -> dt.date:
    return dt.datetime.fromisoformat(text).astimezone(zone) if "T" in text else dt.date.fromisoformat(text)


def _on(day: dt.date, start: dt.date) -> dt.date:
    """The moment of that day at which the rule begins it; the day itself where it has no hour."""
    return (
        dt.datetime.combine(day, start.time(), tzinfo=start.tzinfo) if isinstance(start, dt.datetime) else day
    )


def rrule_beside(text: str, start: dt.date) -> str:
    """A rule as it is written beside this beginning: where that has an hour, the end of the rule has one, in UTC."""
    until = Rule.read(text).until
    if until is None or not isinstance(start, dt.datetime):
        return text
    last = dt.datetime.combine(until, start.time(), tzinfo=start.tzinfo).astimezone(dt.UTC)
    return text.replace(f"UNTIL={until:%Y%m%d}", f"UNTIL={last:%Y%m%dT%H%M%SZ}")


def _person(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    if name:
        found.params["CN"] = vText(name.replace('"', "'"))
    return found


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody's calendar program answers: to which meeting and revision, in whose name, when, and what.

    `recurs_at` names one time of what repeats: the moment, or the day, at which the rule puts it.
    """

    uid: str
    attendee: str
    answer: str
    sequence: int
    stamped_at: dt.datetime | None
    recurs_at: dt.date | None = None


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
        answer = str(ANSWERS.get(said, ""))
        recurs_at = event.decoded("RECURRENCE-ID") if event.get("RECURRENCE-ID") else None
        return Reply(str(event["UID"])[:255], address[:254], answer, sequence, _stamp(event), recurs_at)
    return None


def _stamp(event: Any) -> dt.datetime | None:
    moment = getattr(event.get("DTSTAMP"), "dt", None)
    if not isinstance(moment, dt.datetime):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
