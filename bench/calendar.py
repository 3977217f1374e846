"""A thousand events taken in for the first time from a real calendar server, and a thousand meetings written to it."""

import datetime as dt
import time
from typing import Any

EVENTS = 1_000


def measure(boss: Any, *, events: int = EVENTS) -> dict[str, float]:
    """Events per second each way; server, rows and meetings must count the same in the end."""
    from kairos.activities.models import Activity
    from kairos.calendars.models import RemoteCalendar, RemoteEvent
    from kairos.calendars.tests.accounts import account_at, synced, use
    from kairos.calendars.tests.radicale import Phone, event, radicale

    day = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    before = Activity.objects.count()
    with radicale() as server:
        Phone(server).make()
        for number in range(events):
            at = day + dt.timedelta(days=number % 60)
            lines = (f"DTSTART:{at:%Y%m%dT%H}0000Z", f"DTEND:{at:%Y%m%dT%H}3000Z", f"SUMMARY:Event {number}")
            server.put_file("work", f"{number}.ics", event(*lines, uid=f"bench-{number}"))
        account = account_at(server, boss)
        use(account, Work="meetings")
        started = time.perf_counter()
        synced(account)
        taken = time.perf_counter() - started
        _plan(events, day, boss)
        use(account, Work="meetings", written="Work")
        started = time.perf_counter()
        synced(account)
        written = time.perf_counter() - started
        rows = RemoteEvent.objects.filter(calendar__account=account, outcome="meeting", failure="").count()
        made = Activity.objects.count() - before
        found = (RemoteCalendar.objects.get(account=account).on_server, rows, made)
        if found != (2 * events,) * 3:
            raise SystemExit(f"the counts differ: {found}")
    return {
        "per_second": round(events / taken, 1),
        "written_per_second": round(events / written, 1),
        "seconds": round(taken + written, 1),
    }


def _plan(count: int, day: dt.datetime, boss: Any) -> None:
    from kairos.activities.actions.activities import plan_activity

    for number in range(count):
        plan_activity(by=boss, summary=f"Ours {number}", starts_at=day + dt.timedelta(days=number % 60))
