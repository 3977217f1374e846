"""Events as calendars write them (RFC 5545): read without trust, and changed without losing what is not ours."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from icalendar import Calendar, Event

from kairos.activities.models import Activity
from kairos.calendars.facts import Facts, changed_in, cleaned, told
from kairos.calendars.models import Failure
from kairos.core.records import type_of

LARGEST = 256 * 1024
MOST_ATTENDEES = 50
EARLIEST, LATEST = dt.date(1970, 1, 1), dt.date(2200, 1, 1)
DAY = dt.timedelta(days=1)


class BadEvent(Exception):
    """An event that cannot be read: why."""

    def __init__(self, failure: Failure, said: object = "") -> None:
        super().__init__(failure.value)
        self.failure, self.said = failure, str(said)


@dataclass(frozen=True, slots=True)
class Read:
    """One event of a resource: its master, or what there is of it."""

    uid: str
    facts: Facts
    is_cancelled: bool
    is_free: bool
    repeats: bool
    attendees: tuple[tuple[str, str], ...]
    organiser: str
    calendar: Any = field(repr=False)

    @property
    def is_timed(self) -> bool:
        return bool(self.facts["ends"])

    @property
    def last_moment(self) -> dt.datetime:
        """When it is over; of whole days the UTC midnight after."""
        if self.is_timed:
            return dt.datetime.fromisoformat(self.facts["ends"])
        day = dt.date.fromisoformat(self.facts["starts"])
        return dt.datetime.combine(day + DAY, dt.time.min, dt.UTC)


def read_event(text: str, zone: dt.tzinfo) -> Read:
    """What a resource says; hours without a zone are those of `zone`. Raises `BadEvent`."""
    if len(text) > LARGEST:
        raise BadEvent(Failure.LARGE)
    try:
        calendar: Any = Calendar.from_ical(text)
        events = [one for one in calendar.walk("VEVENT") if isinstance(one, Event)]
    except Exception as error:
        raise BadEvent(Failure.UNREADABLE, type(error).__name__) from error
    if not events:
        raise BadEvent(Failure.NO_EVENT)
    master = next((one for one in events if "RECURRENCE-ID" not in one), events[0])
    uid = cleaned_uid(master)
    facts = facts_in(master, zone)
    return Read(
        uid=uid,
        facts=facts,
        is_cancelled=str(master.get("STATUS", "")).upper() == "CANCELLED",
        is_free=str(master.get("TRANSP", "")).upper() == "TRANSPARENT",
        repeats=any(name in master for name in ("RRULE", "RDATE")) or len(events) > 1,
        attendees=tuple(_people(master.get("ATTENDEE")))[:MOST_ATTENDEES],
        organiser=next((address for _name, address in _people(master.get("ORGANIZER"))), ""),
        calendar=calendar,
    )


def facts_in(event: Any, zone: dt.tzinfo) -> Facts:
    """What one event says. Raises `BadEvent`."""
    try:
        starts, ends = span_of(event, zone)
    except BadEvent:
        raise
    except Exception as error:
        raise BadEvent(Failure.UNREADABLE, type(error).__name__) from error
    return {
        "title": cleaned("title", event.get("SUMMARY", "")),
        "starts": told(starts) if isinstance(starts, dt.datetime) else starts.isoformat(),
        "ends": told(ends) if isinstance(ends, dt.datetime) else "",
        "place": cleaned("place", _one(event, "LOCATION")),
        "description": cleaned("description", _one(event, "DESCRIPTION")),
    }


def cleaned_uid(event: Any) -> str:
    """Raises `BadEvent`."""
    uid = str(event.get("UID", ""))
    if not uid or not uid.isprintable():
        raise BadEvent(Failure.NO_NAME)
    if len(uid) > 255:
        raise BadEvent(Failure.LARGE, "UID")
    return uid


def span_of(event: Any, zone: dt.tzinfo) -> tuple[Any, Any]:
    """When it begins and ends: two moments, or two days of which the last is within it. Raises `BadEvent`."""
    if "DTSTART" not in event:
        raise BadEvent(Failure.NO_START)
    starts = _moment(event["DTSTART"], zone)
    if "DTEND" in event:
        ends = _moment(event["DTEND"], zone)
    elif "DURATION" in event:
        ends = starts + event["DURATION"].dt
    else:
        ends = starts
    if isinstance(starts, dt.datetime) != isinstance(ends, dt.datetime):
        raise BadEvent(Failure.UNREADABLE, "DTEND")
    if ends < starts:
        raise BadEvent(Failure.BACKWARDS)
    if isinstance(starts, dt.datetime):
        return starts, ends
    return starts, max(starts, ends - DAY)


def _moment(value: Any, zone: dt.tzinfo) -> Any:
    found = value.dt
    if isinstance(found, dt.datetime):
        if found.tzinfo is None:
            if "TZID" in value.params:
                raise BadEvent(Failure.ZONE, value.params["TZID"])
            found = found.replace(tzinfo=zone)
        if EARLIEST <= found.date() <= LATEST:
            return found.astimezone(dt.UTC)
    elif isinstance(found, dt.date) and EARLIEST <= found <= LATEST:
        return found
    raise BadEvent(Failure.ABSURD, str(found)[:40])


def _one(event: Any, name: str) -> Any:
    found = event.get(name, "")
    return found[0] if isinstance(found, list) and found else found


def _people(found: Any) -> Iterator[tuple[str, str]]:
    """Name and address, in small letters, of each who is named by one."""
    for one in found if isinstance(found, list) else [found] if found else []:
        address = str(one).strip().lower()
        if address.startswith("mailto:") and "@" in address:
            name = one.params.get("CN", "") if hasattr(one, "params") else ""
            yield cleaned("title", name), address.removeprefix("mailto:")[:254]


# -- writing


def new_text(activity: Activity, facts: Facts, *, now: dt.datetime) -> str:
    """A meeting as an event of its own. Who is invited hears of it from Kairos, so nobody is named in it."""
    made = Calendar()
    made.add("prodid", "-//Kairos//Calendars//EN")
    made.add("version", "2.0")
    event = Event()
    event.add("uid", activity.uid)
    event.add("url", f"{settings.PUBLIC_URL}{type_of(Activity).url_of(activity)}")
    write_facts(event, facts, set(facts), now)
    made.add_component(event)
    return bytes(made.to_ical()).decode()


def changed_text(text: str, before: Mapping[str, str], facts: Facts, *, now: dt.datetime) -> str:
    """The event with what has changed since `before`; alarms, people and all else stay. Raises `BadEvent`."""
    try:
        calendar: Any = Calendar.from_ical(text)
        events = calendar.walk("VEVENT")
        master = next(one for one in events if "RECURRENCE-ID" not in one)
        write_facts(master, facts, changed_in(before, facts), now)
        return bytes(calendar.to_ical()).decode()
    except BadEvent:
        raise
    except Exception as error:
        raise BadEvent(Failure.UNREADABLE, type(error).__name__) from error


def write_facts(event: Any, facts: Mapping[str, Any], names: Iterable[str], now: dt.datetime) -> None:
    """Put these of the facts into the event, as its next revision."""
    for name, line in (("title", "SUMMARY"), ("place", "LOCATION"), ("description", "DESCRIPTION")):
        if name in names:
            event.pop(line, None)
            if facts[name]:
                event.add(line, facts[name])
    if "starts" in names:
        for line in ("DTSTART", "DTEND", "DURATION"):
            event.pop(line, None)
        if facts["ends"]:
            event.add("dtstart", dt.datetime.fromisoformat(facts["starts"]))
            event.add("dtend", dt.datetime.fromisoformat(facts["ends"]))
        else:
            day = dt.date.fromisoformat(facts["starts"])
            event.add("dtstart", day)
            event.add("dtend", day + DAY)
    sequence = event.pop("SEQUENCE", None)
    event.add("sequence", int(sequence) + 1 if sequence is not None else 0)
    for line in ("DTSTAMP", "LAST-MODIFIED"):
        event.pop(line, None)
        event.add(line, now.astimezone(dt.UTC))
