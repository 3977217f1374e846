"""Taking in what the server says of one event. Each is a transaction of its own: what fails hinders no other."""

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kairos.activities.actions.activities import cancel_activity, update_activity
from kairos.activities.actions.meetings import answer_as, plan_meeting
from kairos.activities.actions.types import type_for
from kairos.activities.models import Activity, Answer, Attendee, Series
from kairos.calendars.dav.server import Given
from kairos.calendars.events import BOTH_CHANGED
from kairos.calendars.facts import TIMES, changed_in, facts_of, is_off, values_for
from kairos.calendars.ical import BadEvent, Read, read_event
from kairos.calendars.models import (
    BusyTime,
    CalendarAccount,
    Failure,
    Outcome,
    RemoteCalendar,
    RemoteEvent,
    Use,
)
from kairos.calendars.repeated import WORDS, State, changed_parts, in_plain_words, read_state
from kairos.calendars.syncing.people import invitees_of
from kairos.calendars.syncing.series import (
    Told,
    call_off_series,
    decline_days,
    end_repeating,
    follow_series,
    let_repeat,
    plan_series,
    told_to,
)
from kairos.calendars.times import busy_times
from kairos.core.history import ActionRefused, change_set, door
from kairos.core.models import Source

log = logging.getLogger(__name__)
MOST_RAW = 64 * 1024
NAMES = {
    "title": _("Title"),
    "starts": _("Time"),
    "rule": _("Time"),
    "place": _("Place"),
    "description": _("Description"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """Takes in the events of one calendar for its owner; hours without a zone are those of `zone`."""

    account: CalendarAccount
    calendar: RemoteCalendar
    zone: dt.tzinfo
    now: dt.datetime

    @property
    def owner(self) -> Any:
        return self.account.owner

    def take(self, given: Given) -> None:
        """What the server says of a resource now. Whatever is wrong with it is kept beside it."""
        try:
            with door(Source.CALENDAR), transaction.atomic():
                self._hold()
                row = self._row(given.href)
                if row.etag and row.etag == given.etag and not row.failure:
                    return
                read = read_event(given.text, self.zone)
                row = self._known(row, read.uid)
                self._take(row, read, given.etag)
        except BadEvent as bad:
            self.fail(given.href, bad.failure, bad.said, etag=given.etag, raw=given.text)
        except ActionRefused as refused:
            self.fail(given.href, Failure.CHANGED, str(refused), etag=given.etag, raw=given.text)
        except IntegrityError:
            # Somebody was faster in another of their calendars; it is looked at again the next time.
            log.info("event %s of calendar %s came twice at once", given.href, self.calendar.pk)
        except DatabaseError:
            raise
        except Exception as error:
            log.exception("event %s of calendar %s", given.href, self.calendar.pk)
            said = f"{type(error).__name__}: {error}"
            self.fail(given.href, Failure.HERE, said, etag=given.etag, raw=given.text)

    def fail(self, href: str, failure: Failure, said: str = "", *, etag: str = "", raw: str = "") -> None:
        """Keep that this could not be, and why; it is tried again when it changes, or when somebody asks."""
        raw = "".join(char for char in raw[:MOST_RAW] if char.isprintable() or char in "\r\n\t")
        with transaction.atomic():
            self._hold()
            row = self._row(href)
            row.etag, row.failure, row.failure_said, row.raw = etag[:300], failure, said[:300], raw
            if not row.activity_number and not row.series_number:
                row.outcome = Outcome.FAILED
                if self.calendar.use == Use.NOTHING:
                    # Nobody asked to know of it.
                    row.outcome, row.failure, row.failure_said, row.raw = Outcome.LEFT, "", "", ""
            row.looked_at = self.now
            row.save()
            BusyTime.objects.filter(event=row).delete()

    def take_away(self, row: RemoteEvent) -> None:
        """The server has it no more: the meeting is off, or one does not come to it. One that was moved stays."""
        try:
            with door(Source.CALENDAR), transaction.atomic():
                self._hold()
                if not RemoteEvent.objects.filter(pk=row.pk, etag=row.etag).exists():
                    return
                if row.series_number is not None and not self._moved(row):
                    told = told_to(self.owner, row.series_number)
                    if told is not None:
                        call_off_series(told, owner=self.owner)
                elif row.activity_number is not None and not self._moved(row):
                    self._call_off(row)
                row.delete()
        except ActionRefused as refused:
            self.fail(row.href, Failure.CHANGED, str(refused), etag=row.etag)

    # -- inside the transaction

    def _hold(self) -> None:
        """One at a time, whoever else is at work on the calendar."""
        RemoteCalendar.objects.select_for_update().get(pk=self.calendar.pk)

    def _row(self, href: str) -> RemoteEvent:
        row = RemoteEvent.objects.filter(calendar=self.calendar, href=href).first()
        return row or RemoteEvent(calendar=self.calendar, href=href, outcome=Outcome.FAILED)

    def _known(self, row: RemoteEvent, uid: str) -> RemoteEvent:
        """The row of this UID: moved to another address, it is still the same event. Raises `BadEvent`."""
        other = RemoteEvent.objects.filter(calendar=self.calendar, uid=uid).exclude(pk=row.pk).first()
        if other is None:
            row.uid = uid
            return row
        if other.etag:
            raise BadEvent(Failure.TWICE, other.href)
        # It only waited to be written, or has failed: here it is.
        if row.pk:
            row.delete()
        other.href = row.href
        return other

    def _take(self, row: RemoteEvent, read: Read, etag: str) -> None:
        if self._take_series(row, read):
            row.outcome, row.etag, row.looked_at = Outcome.MEETING, etag[:300], self.now
            row.failure, row.failure_said, row.raw = "", "", ""
            row.save()
            self._keep(row, busy_times(read, self.zone, self.now) if row.is_born_there else [])
            return
        times = busy_times(read, self.zone, self.now) if self.calendar.use != Use.NOTHING else []
        activity = self._activity(row, read)
        if activity is not None and self._is_ours(row, activity):
            row.outcome, row.activity_number = Outcome.MEETING, activity.pk
            self._follow(row, activity, read)
        else:
            row.outcome = Outcome.BUSY if times else Outcome.LEFT
            row.activity_number, row.here = None, {}
            if row.outcome == Outcome.BUSY and self._becomes_meeting(read):
                planned = self._planned(read)
                row.outcome, row.activity_number, row.is_born_there = Outcome.MEETING, planned.pk, True
                row.here = facts_of(planned)
        row.there = read.facts if row.outcome == Outcome.MEETING else {}
        row.etag, row.looked_at = etag[:300], self.now
        row.failure, row.failure_said, row.raw = "", "", ""
        row.save()
        is_busy = row.outcome == Outcome.BUSY or row.is_born_there
        self._keep(row, times if is_busy else [])

    def _take_series(self, row: RemoteEvent, read: Read) -> bool:
        """Where it repeats as things do here, or did: let the series follow it. False where there is none."""
        there = read_state(read, self.zone) if read.repeats and not read.is_cancelled else None
        told = told_to(self.owner, row.series_number) if row.series_number is not None else None
        if told is None and row.series_number is None and there is not None:
            told = self._found_series(row, read, there)
            if told is None:
                return False
        elif told is not None and there is None:
            self._repeats_no_more(row, told, read)
            return False
        elif told is None or there is None:
            row.series_number = None
            return False
        elif told.is_led:
            told = self._follow_series(row, told, there)
        else:
            # Who only comes to it cannot move it: what they changed is put right again.
            decline_days(told, row.there, there, owner=self.owner)
            row.here = {**row.here, **dict.fromkeys(WORDS, "")} if there != row.there else row.here
        row.there = there
        row.series_number, row.activity_number = told.series.pk, None
        return True

    def _found_series(self, row: RemoteEvent, read: Read, there: State) -> Told | None:
        """The series of an event that is met for the first time, or did not repeat before."""
        activity = self._activity(row, read)
        known = Series.objects.filter(uid=read.uid).first()
        if known is not None:
            told = told_to(self.owner, known.pk)
            others = RemoteEvent.objects.filter(calendar__owner=self.owner, series_number=known.pk)
            if told is None or others.exclude(pk=row.pk).exists():
                return None
            row.here = told.state
            return told
        series: Series | None
        if activity is not None and activity.series_id is None:
            is_mine = self._is_ours(row, activity) and activity.assignee_id == self.owner.pk
            if not is_mine or not activity.is_open:
                return None
            series = let_repeat(activity, read, there, owner=self.owner, now=self.now)
        elif activity is None and self.calendar.use == Use.MEETINGS and not read.is_free:
            series = plan_series(read, there, owner=self.owner, now=self.now)
            row.is_born_there = series is not None
        else:
            return None
        told = told_to(self.owner, series.pk) if series is not None else None
        row.here = told.state if told is not None else {}
        return told

    def _follow_series(self, row: RemoteEvent, told: Told, there: State) -> Told:
        """As `_follow`: where both have changed the same, one side's word counts."""
        was = told.state
        both = changed_parts(row.here, was) & changed_parts(row.there, there)
        but = both if self._here_wins else set()
        series = follow_series(told, row.there, there, but=but, owner=self.owner, now=self.now)
        now_told = told_to(self.owner, series.pk)
        if now_told is None:
            return told
        if clash := sorted(both & changed_parts(was, there)):
            lost = there if self._here_wins else was
            about = now_told.first_open(self.now) or now_told.rows[-1]
            self._tell_both(about, {part: in_plain_words(lost, part) for part in clash})
        if changed_parts(row.here, was):
            # What was changed here and not there is still to be written.
            return now_told
        row.here = now_told.state if not but else row.here
        return now_told

    def _repeats_no_more(self, row: RemoteEvent, told: Told, read: Read) -> None:
        row.series_number = None
        if read.is_cancelled or not told.is_led:
            call_off_series(told, owner=self.owner)
            return
        left = None if read.repeats else end_repeating(told, owner=self.owner, now=self.now)
        row.activity_number = left.pk if left is not None else None
        row.here, row.there = facts_of(left) if left is not None else {}, {}

    def _activity(self, row: RemoteEvent, read: Read) -> Activity | None:
        """The meeting this event is: by its row, else by its UID."""
        if row.activity_number is not None:
            found = Activity._base_manager.filter(pk=row.activity_number).first()
            if found is not None:
                return found
        return Activity._base_manager.filter(uid=read.uid).first()

    def _is_ours(self, row: RemoteEvent, activity: Activity) -> bool:
        """Whether this event may stand for the meeting: it is the owner's, or they are asked to come to it.

        What was called off here is not found again, and no meeting stands in two calendars of one person.
        """
        if row.activity_number is None and is_off(activity):
            return False
        rows = RemoteEvent.objects.filter(calendar__owner=self.owner, activity_number=activity.pk)
        if rows.exclude(pk=row.pk).exists():
            return False
        invited = Attendee.objects.filter(activity=activity.pk, user=self.owner)
        return activity.assignee_id == self.owner.pk or invited.exists()

    def _moved(self, row: RemoteEvent) -> bool:
        """Whether the event stands in another calendar of the owner now: then that stands for the meeting."""
        others = RemoteEvent.objects.filter(calendar__owner=self.owner, uid=row.uid).exclude(pk=row.pk)
        other = others.filter(activity_number=None, series_number=None).order_by("pk").first()
        if other is None:
            return False
        other.outcome, other.activity_number, other.is_born_there = (
            Outcome.MEETING,
            row.activity_number,
            row.is_born_there,
        )
        other.series_number = row.series_number
        other.here, other.there, other.etag, other.failure = row.here, row.there, "", ""
        other.save()
        return True

    def _becomes_meeting(self, read: Read) -> bool:
        """Whether it is planned here: an hour of its own, not over, and not known here as anything else."""
        if self.calendar.use != Use.MEETINGS or not read.is_timed or read.repeats or read.is_free:
            return False
        return read.last_moment >= self.now and not Activity._base_manager.filter(uid=read.uid).exists()

    def _planned(self, read: Read) -> Activity:
        invitees = invitees_of(read, self.owner)
        with change_set(
            by=self.owner, summary=_("Took in %(record)s from the calendar"), params={"record": ""}
        ) as changes:
            values = values_for(read.facts, set(read.facts))
            activity = plan_meeting(
                None,
                by=self.owner,
                type=type_for("meeting", changes),
                assignee=self.owner,
                known_as=read.uid,
                invitees=invitees,
                **values,
            )
            changes.name(activity)
        return activity

    def _follow(self, row: RemoteEvent, activity: Activity, read: Read) -> None:
        """Change here what has changed there since the last time; where both have, one side's word counts.

        What stays different from `row.here` is written to the server afterwards.
        """
        here = facts_of(activity)
        there_changed = changed_in(row.there if row.here else here, read.facts)
        here_changed = changed_in(row.here, here) if row.here else there_changed
        row.here = row.here or {**here, **{name: read.facts[name] for name in there_changed}}
        if activity.assignee_id != self.owner.pk:
            # Who only comes to a meeting cannot move it, but can stay away.
            row.here = {**row.here, **dict.fromkeys(there_changed)}
            if read.is_cancelled:
                self._decline(activity)
        elif read.is_cancelled:
            self._off(activity)
        elif activity.is_open and not activity.is_archived:
            both = {name for name in there_changed & here_changed if here[name] != read.facts[name]}
            taken = there_changed - (both if self._here_wins else set())
            if taken:
                update_activity(activity, values=values_for(read.facts, taken), by=self.owner)
                now = facts_of(activity)
                row.here = {**row.here, **{name: now[name] for name in taken}}
            if both:
                lost = read.facts if self._here_wins else here
                self._tell_both(activity, {name: lost[name] for name in sorted(both - (TIMES - {"starts"}))})

    @property
    def _here_wins(self) -> bool:
        return self.account.precedence == CalendarAccount.Precedence.HERE

    def _tell_both(self, activity: Activity, given_up: Mapping[str, str]) -> None:
        """Let the owner know what was changed on both sides, and what of it does not count, by its name or day."""
        told = {
            "what": activity,
            "winner": self.account.get_precedence_display(),
            "given_up": "; ".join(f"{NAMES.get(name, name)}: {said}" for name, said in given_up.items())[
                :500
            ],
            "people": self.owner.pk,
        }
        summary = _("Both sides had changed %(record)s")
        with change_set(by=self.owner, summary=summary, params={"record": activity}) as changes:
            changes.event(BOTH_CHANGED.name, activity, **told)

    def _call_off(self, row: RemoteEvent) -> None:
        activity = Activity._base_manager.filter(pk=row.activity_number or 0).first()
        if activity is None or is_off(activity):
            return
        if activity.assignee_id != self.owner.pk:
            self._decline(activity)
        elif not (self._here_wins and changed_in(row.here, facts_of(activity))):
            self._off(activity)

    def _off(self, activity: Activity) -> None:
        if activity.is_open:
            cancel_activity(activity, by=self.owner)

    def _decline(self, activity: Activity) -> None:
        coming = Attendee.objects.coming().filter(activity=activity.pk, user=self.owner)
        if activity.is_open and coming.exists():
            answer_as(activity, answer=Answer.DECLINED, by=self.owner)

    def _keep(self, row: RemoteEvent, times: list[BusyTime]) -> None:
        BusyTime.objects.filter(event=row).delete()
        for one in times:
            one.event, one.owner = row, self.owner
        BusyTime.objects.bulk_create(times, batch_size=500)
