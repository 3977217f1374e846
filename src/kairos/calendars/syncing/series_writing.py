"""Writing what repeats to the server: one event with its rule, its own lines only."""

import datetime as dt
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from icalendar import Calendar, Event

from kairos.activities.models import Activity, Attendee, Series, Status
from kairos.calendars.ical import BadEvent, read_event
from kairos.calendars.models import Failure, Outcome, RemoteCalendar, RemoteEvent
from kairos.calendars.repeated import State, changed_parts, read_state, write_state
from kairos.calendars.syncing.series import Told, told_to
from kairos.core.records import type_of

PLAIN = re.compile(r"[A-Za-z0-9._@+-]{1,120}")


class SeriesWriter:
    """Writes the series of one person; `writer` is the one for their other meetings."""

    def __init__(self, writer: Any) -> None:
        self.writer = writer

    def write_all(self, calendar: RemoteCalendar | None) -> Iterator[int]:
        """Everything that the server does not know of series; gives the calendar's number after each."""
        rows = RemoteEvent.objects.filter(
            calendar__in=list(self.writer.takers), series_number__isnull=False
        ).select_related("calendar")
        for row in list(rows):
            told = told_to(self.writer.owner, row.series_number or 0)
            if told is None or not any(one.is_open for one in told.rows):
                self.writer.guarded(row, {}, lambda tried, row=row: self._take_off(row))
                yield row.calendar_id
            elif (not row.etag and not row.failure) or changed_parts(row.here, told.state):
                self.writer.guarded(
                    row, told.state, lambda tried, row=row, told=told: self._write(row, told, tried)
                )
                yield row.calendar_id
        for series in self._new() if calendar is not None else ():
            told = told_to(self.writer.owner, series.pk)
            if told is not None and calendar is not None and (row := self._row(calendar, told)):
                self.writer.guarded(
                    row, told.state, lambda tried, row=row, told=told: self._write(row, told, tried)
                )
                yield calendar.pk

    def _new(self) -> list[Series]:
        """Series with a time still to come that stand in no calendar of this person yet."""
        owner, now = self.writer.owner, self.writer.now
        known = RemoteEvent.objects.filter(calendar__owner=owner)
        coming = Attendee.objects.coming().filter(user=owner).values("activity")
        ahead = Activity.objects.active().filter(
            Q(assignee=owner) | Q(pk__in=coming), status=Status.OPEN, ends_at__gt=now
        )
        found = Series.objects.filter(pk__in=ahead.exclude(series=None).values("series"))
        found = found.exclude(pk__in=known.filter(series_number__isnull=False).values("series_number"))
        return list(found.exclude(uid__in=known.filter(uid__isnull=False).values("uid")).order_by("pk"))

    def _row(self, calendar: RemoteCalendar, told: Told) -> RemoteEvent | None:
        try:
            with transaction.atomic():
                found: RemoteEvent = RemoteEvent.objects.create(
                    calendar=calendar,
                    href=href_for(calendar, told.series.uid),
                    uid=told.series.uid,
                    outcome=Outcome.MEETING,
                    series_number=told.series.pk,
                    here=told.state,
                    there=told.state,
                    looked_at=self.writer.now,
                )
                return found
        except IntegrityError:
            return None

    def _write(self, row: RemoteEvent, told: Told, tried: list[str]) -> None:
        server, etag, before = self.writer.server, row.etag, row.here
        text = ""
        if etag:
            given = server.text(row.calendar.url, row.href)
            if given is None:
                self.writer.takers[row.calendar_id].take_away(row)
                return
            if given.etag and given.etag != etag:
                self.writer.takers[row.calendar_id].take(given)
                row.refresh_from_db()
                now_told = told_to(self.writer.owner, row.series_number or 0)
                if now_told is None or not changed_parts(row.here, now_told.state):
                    return
                told, etag, before = now_told, row.etag, row.here
            text = given.text
        tried.append(
            _text(text, before if etag else {}, told, uid=row.uid or told.series.uid, now=self.writer.now)
        )
        etag = server.put(row.calendar.url, row.href, tried[-1], etag=etag)
        zone = self.writer.takers[row.calendar_id].zone
        RemoteEvent.objects.filter(pk=row.pk).update(
            here=told.state,
            there=read_state(read_event(tried[-1], zone), zone) or told.state,
            etag=etag,
            failure="",
            failure_said="",
            raw="",
            looked_at=self.writer.now,
        )

    def _take_off(self, row: RemoteEvent) -> None:
        if row.etag:
            self.writer.server.delete(row.calendar.url, row.href, etag=row.etag)
        row.delete()


def _text(text: str, before: State, told: Told, *, uid: str, now: dt.datetime) -> str:
    """The event with what has changed since `before`, or a new one. Raises `BadEvent`."""
    try:
        calendar: Any = Calendar.from_ical(text) if text else _new_calendar(told)
        write_state(calendar, before, told.state, uid=uid, now=now)
        return bytes(calendar.to_ical()).decode()
    except BadEvent:
        raise
    except Exception as error:
        raise BadEvent(Failure.UNREADABLE, type(error).__name__) from error


def _new_calendar(told: Told) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Kairos//Calendars//EN")
    made.add("version", "2.0")
    event = Event()
    event.add("uid", told.series.uid)
    event.add("url", f"{settings.PUBLIC_URL}{type_of(Activity).url_of(told.rows[0])}")
    made.add_component(event)
    return made


def href_for(calendar: RemoteCalendar, uid: str) -> str:
    """Where an event is written: under its UID, or what stands for one that is no name of a file."""
    name = uid if PLAIN.fullmatch(uid) else sha256(uid.encode()).hexdigest()
    return f"{unquote(urlsplit(calendar.url).path).rstrip('/')}/{name}.ics"
