"""Writing to the server what it does not know: new meetings, changes, and that something is off.

A row is kept before an event is written, so that whoever dies in between finds it again and writes no second one. An
event is written over the version that was read, and by its lines: what somebody added to it on the phone stays.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from kairos.activities.models import Activity, Attendee, Status
from kairos.calendars.dav.connection import DavFault
from kairos.calendars.dav.server import Given, Server, Stale
from kairos.calendars.facts import changed_in, facts_of, is_off
from kairos.calendars.ical import BadEvent, changed_text, new_text, read_event
from kairos.calendars.models import BusyTime, Failure, Outcome, RemoteCalendar, RemoteEvent
from kairos.calendars.syncing.series_writing import SeriesWriter, href_for
from kairos.calendars.syncing.taking import MOST_RAW, Taker


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes one person's meetings through one account; `takers` are those of its calendars, by number."""

    server: Server
    takers: dict[int, Taker]
    owner: Any
    now: dt.datetime

    def write_all(self) -> Iterator[int]:
        """Everything that the server does not know yet; gives the calendar's number after each. Raises `DavFault`."""
        rows = RemoteEvent.objects.filter(
            calendar__in=list(self.takers), outcome=Outcome.MEETING, activity_number__isnull=False
        ).select_related("calendar")
        linked = {row.activity_number: row for row in rows}
        activities = Activity._base_manager.in_bulk(list(linked))
        attended = self._attended()
        for number, row in linked.items():
            activity = activities.get(number)
            if activity is not None and self._is_wanted(activity, attended):
                if changed_in(row.here, facts_of(activity)) or (not row.etag and not row.failure):
                    self._guarded(row, activity)
                    yield row.calendar_id
            elif not (row.failure and row.etag and not row.here):
                self._guarded(row, None)
                yield row.calendar_id
        written = next((one for one in self.takers.values() if one.calendar.is_written), None)
        if written is not None:
            for activity in self._new(attended):
                self._add(written.calendar, activity)
                yield written.calendar.pk
        yield from SeriesWriter(self).write_all(written.calendar if written is not None else None)

    # -- which

    def _attended(self) -> set[int]:
        coming = Attendee.objects.coming().filter(user=self.owner)
        return set(coming.values_list("activity", flat=True))

    def _is_wanted(self, activity: Activity, attended: set[int]) -> bool:
        if is_off(activity):
            return False
        return activity.assignee_id == self.owner.pk or activity.pk in attended

    def _new(self, attended: set[int]) -> list[Activity]:
        """Open meetings with an hour that stand in no calendar of this person yet."""
        known = RemoteEvent.objects.filter(calendar__owner=self.owner)
        linked = known.filter(activity_number__isnull=False).values("activity_number")
        named = known.filter(uid__isnull=False).values("uid")
        whose = Q(assignee=self.owner) | Q(pk__in=attended)
        timed = Activity.objects.active().filter(
            whose,
            series=None,
            status=Status.OPEN,
            starts_at__isnull=False,
            ends_at__gt=self.now - BusyTime.BACK,
        )
        return list(timed.exclude(pk__in=linked).exclude(uid__in=named).order_by("starts_at", "pk"))

    # -- one of them

    def _add(self, calendar: RemoteCalendar, activity: Activity) -> None:
        facts = facts_of(activity)
        try:
            with transaction.atomic():
                row = RemoteEvent.objects.create(
                    calendar=calendar,
                    href=href_for(calendar, activity.uid),
                    uid=activity.uid,
                    outcome=Outcome.MEETING,
                    activity_number=activity.pk,
                    here=facts,
                    there=facts,
                    looked_at=self.now,
                )
        except IntegrityError:
            # The calendar has an event of this UID that cannot be read as this meeting; it is in the list of errors.
            return
        self._guarded(row, activity)

    def guarded(self, row: RemoteEvent, here: dict[str, Any], write: Callable[[list[str]], None]) -> None:
        """As `_guarded`, of what writes `here` and keeps in the list what it tried. Raises `DavFault`."""
        tried: list[str] = []
        try:
            write(tried)
        except Stale:
            self._read_again(row)
        except BadEvent as bad:
            self._fail(row, here, bad.failure, bad.said, tried)
        except DavFault as fault:
            if not 400 <= fault.status < 600 or fault.status in (401, 429, 503):
                raise
            self._fail(row, here, Failure.REFUSED, fault.said, tried)

    def _guarded(self, row: RemoteEvent, activity: Activity | None) -> None:
        """Write one; what the server refuses is kept with the reason, and the others go on. Raises `DavFault`."""
        here = facts_of(activity) if activity is not None else {}

        def write(tried: list[str]) -> None:
            if activity is None:
                self._take_off(row)
            elif row.etag:
                self._change(row, activity, tried)
            else:
                self._create(row, activity, tried)

        self.guarded(row, here, write)

    def _create(self, row: RemoteEvent, activity: Activity, tried: list[str]) -> None:
        facts = facts_of(activity)
        tried.append(new_text(activity, facts, now=self.now))
        etag = self.server.put(row.calendar.url, row.href, tried[-1], etag="")
        self._written(row, facts, tried[-1], etag)

    def _change(self, row: RemoteEvent, activity: Activity, tried: list[str]) -> None:
        given = self.server.text(row.calendar.url, row.href)
        if given is None:
            self.takers[row.calendar_id].take_away(row)
            return
        if given.etag and given.etag != row.etag:
            self.takers[row.calendar_id].take(given)
            row.refresh_from_db()
            activity.refresh_from_db()
        facts = facts_of(activity)
        if not row.etag or not changed_in(row.here, facts):
            return
        tried.append(changed_text(given.text, row.here, facts, now=self.now))
        etag = self.server.put(row.calendar.url, row.href, tried[-1], etag=row.etag)
        self._written(row, facts, tried[-1], etag)

    def _written(self, row: RemoteEvent, facts: dict[str, str], text: str, etag: str) -> None:
        """Both sides know it. Where the server names no version, what it made of it is read the next time."""
        there = read_event(text, self.takers[row.calendar_id].zone).facts
        RemoteEvent.objects.filter(pk=row.pk).update(
            here=facts, there=there, etag=etag, failure="", failure_said="", raw="", looked_at=self.now
        )

    def _take_off(self, row: RemoteEvent) -> None:
        """The event goes; one that was there first and is only somebody else's now stays, as a busy time."""
        activity = Activity._base_manager.filter(pk=row.activity_number or 0).first()
        if row.is_born_there and not is_off(activity):
            RemoteEvent.objects.filter(pk=row.pk).update(
                activity_number=None, is_born_there=False, etag="", here={}
            )
            return
        if row.etag:
            self.server.delete(row.calendar.url, row.href, etag=row.etag)
        row.delete()

    def _read_again(self, row: RemoteEvent) -> None:
        """Somebody was faster: take in what is there now; the rest is for the next time."""
        given: Given | None = self.server.text(row.calendar.url, row.href)
        if given is not None:
            self.takers[row.calendar_id].take(given)

    def _fail(
        self, row: RemoteEvent, here: dict[str, Any], failure: Failure, said: str, tried: list[str]
    ) -> None:
        """It is not tried again until it changes, or somebody asks."""
        RemoteEvent.objects.filter(pk=row.pk).update(
            failure=failure,
            failure_said=said[:300],
            raw="".join(tried[-1:])[:MOST_RAW],
            here=here,
            looked_at=self.now,
        )
