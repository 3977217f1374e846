"""What the calendar here is told of people's calendars elsewhere."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from kairos.activities.models import Activity
from kairos.activities.slots import BusySource, Elsewhere
from kairos.calendars.models import BusyTime, CalendarAccount

MOST = 2000
Privacy = CalendarAccount.Privacy


class TimesElsewhere(BusySource):
    """Busy times of accounts: their owner reads all of it, others what the owner lets them. Two queries, or three."""

    def times(
        self, reader: Any, people: Iterable[int], start: dt.datetime, end: dt.datetime
    ) -> list[Elsewhere]:
        rows = BusyTime.objects.filter(
            owner__in=list(people), starts_at__lt=end, ends_at__gt=start
        ).select_related("event__calendar__account")
        found = list(rows.order_by("starts_at", "pk")[:MOST])
        numbers = {row.event.activity_number for row in found} - {None}
        seen = set(Activity.objects.visible_to(reader).filter(pk__in=numbers).values_list("pk", flat=True))
        repeated = {row.event.series_number for row in found} - {None}
        times = Activity.objects.visible_to(reader).filter(series__in=repeated)
        series = set(times.values_list("series", flat=True)) if repeated else set()
        return [
            _as_seen(row, reader)
            for row in found
            if row.event.activity_number not in seen
            and row.event.series_number not in series
            and (row.owner_id == reader.pk or not row.is_free)
        ]


def _as_seen(row: BusyTime, reader: Any) -> Elsewhere:
    privacy = Privacy.ALL if row.owner_id == reader.pk else row.event.calendar.account.privacy
    return Elsewhere(
        person=row.owner_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        first_on=row.first_on,
        last_on=row.last_on,
        title=row.title if privacy != Privacy.TIMES else "",
        place=row.place if privacy == Privacy.ALL else "",
        is_free=row.is_free,
        activity=row.event.activity_number,
    )
