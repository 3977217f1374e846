"""Keeping one account in step with its server.

Each event is a transaction of its own, and how far a calendar is known is noted when all of it was taken in. Whoever
dies in between has lost nothing and doubles nothing; the next one looks at what is left.
"""

import datetime as dt
import logging
import time

from django.utils import timezone

from kairos.accounts.time_zones import zones_of
from kairos.calendars.dav.connection import DavFault
from kairos.calendars.dav.server import Server, speaking
from kairos.calendars.models import CalendarAccount, Outcome, RemoteCalendar, RemoteEvent, Trouble
from kairos.calendars.syncing.looking import News, news_of, take_all
from kairos.calendars.syncing.standing import note_fault, note_success, way_of
from kairos.calendars.syncing.taking import Taker
from kairos.calendars.syncing.writing import Writer
from kairos.core.live.publish import publish_regions

log = logging.getLogger(__name__)
# A call ends after so many seconds, so that other work gets its turn.
LONGEST = 20.0
# So many meetings gone at once are asked about, if they are more than half.
MANY = 10


class MoreToDo(Exception):
    """The rest is for the next call: others wait."""


def sync_account(
    account: CalendarAccount, *, is_repair: bool = False, is_meant: bool = False, longest: float = LONGEST
) -> bool:
    """Bring both sides in step, with `is_repair` looking at every event anew.

    Says whether more is waiting, for another call without `is_repair`. With `is_meant` meetings are called
    off however many are gone from the server.
    """
    until, began_at = time.monotonic() + longest, timezone.now()
    try:
        with speaking(way_of(account)) as server:
            _Sync(server, account, began_at, until).run(is_repair=is_repair, is_meant=is_meant)
    except MoreToDo:
        return True
    except DavFault as fault:
        note_fault(account, fault)
        return False
    except Exception as error:
        log.exception("calendar account %s", account.pk)
        note_fault(account, DavFault(Trouble.HERE, f"{type(error).__name__}: {error}"))
        return False
    else:
        note_success(account, began_at=began_at)
        return False
    finally:
        publish_regions([account_region(account)])


def account_region(account: CalendarAccount) -> str:
    return f"calendaraccount-{account.pk}"


class _Sync:
    """One call: takers of the calendars that are used, and what they have found."""

    def __init__(self, server: Server, account: CalendarAccount, now: dt.datetime, until: float) -> None:
        self.server, self.account, self.now, self.until = server, account, now, until
        self.told_at = 0.0
        zone = zones_of([account.owner])[account.owner_id]
        used = RemoteCalendar.objects.filter(account=account).order_by("pk")
        self.takers = {
            one.pk: Taker(account=account, calendar=one, zone=zone, now=now) for one in used if one.is_used
        }

    def run(self, *, is_repair: bool, is_meant: bool) -> None:
        """Everything that is there first, then what has gone, then what is to be written; then it is counted."""
        if is_repair:
            self._forget_versions()
        news = {pk: self._taken(taker) for pk, taker in self.takers.items()}
        self._check_gone([row for one in news.values() if one for row in one.gone], is_meant=is_meant)
        for pk, found in news.items():
            if found is not None:
                self._settle(self.takers[pk], found)
        writer = Writer(server=self.server, takers=self.takers, owner=self.account.owner, now=self.now)
        written = set()
        for pk in writer.write_all():
            written.add(pk)
            self._breathe()
        for pk, found in news.items():
            if found is not None and (found.is_to_be_counted or pk in written):
                self._count(self.takers[pk].calendar)

    def _forget_versions(self) -> None:
        """Have every event looked at anew: those that repeat, or come nearer, have other times now."""
        rows = RemoteEvent.objects.filter(calendar__in=list(self.takers), failure="")
        rows.exclude(outcome=Outcome.MEETING, is_born_there=False).update(etag="")
        RemoteCalendar.objects.filter(pk__in=list(self.takers)).update(compared_at=None)
        for taker in self.takers.values():
            taker.calendar.compared_at = None

    def _taken(self, taker: Taker) -> News | None:
        """What is new of a calendar, all of it taken in; None for a calendar that is not there any more."""
        calendar = taker.calendar
        try:
            found = news_of(self.server, calendar)
        except DavFault as fault:
            if fault.status not in (404, 410):
                raise
            RemoteCalendar.objects.filter(pk=calendar.pk).update(is_gone=True)
            return None
        for _count in take_all(self.server, taker, found.wanted):
            self._breathe()
        return found

    def _settle(self, taker: Taker, found: News) -> None:
        for row in found.gone:
            taker.take_away(row)
            self._breathe()
        values = {"token": found.token, "tag": found.tag, "checked_at": timezone.now(), "is_gone": False}
        if found.on_server is not None:
            values |= {"on_server": found.on_server, "compared_at": timezone.now()}
        RemoteCalendar.objects.filter(pk=taker.calendar.pk).update(**values)

    def _count(self, calendar: RemoteCalendar) -> None:
        """What lies on the server now, by its own word: also what we have just written there."""
        on_server = len(self.server.listing(calendar.url))
        RemoteCalendar.objects.filter(pk=calendar.pk).update(on_server=on_server)

    def _check_gone(self, gone: list[RemoteEvent], *, is_meant: bool) -> None:
        """A server that has lost its calendars does not call off a month of meetings. Raises `DavFault`."""
        meetings = sum(row.outcome == Outcome.MEETING for row in gone)
        known = RemoteEvent.objects.filter(calendar__in=list(self.takers), outcome=Outcome.MEETING).count()
        if meetings >= MANY and meetings * 2 > known and not is_meant:
            raise DavFault(Trouble.EMPTIED)

    def _breathe(self) -> None:
        """Raises `MoreToDo` when the time of this call is over."""
        if time.monotonic() > self.told_at + 1:
            self.told_at = time.monotonic()
            publish_regions([account_region(self.account)])
        if time.monotonic() > self.until:
            raise MoreToDo
