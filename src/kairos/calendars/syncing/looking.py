"""Finding out what has changed in one calendar, by as little as the server makes possible, and fetching it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kairos.calendars.dav.connection import DavFault
from kairos.calendars.dav.server import MOST_EVENTS, Changed, Listed, NoToken, Server
from kairos.calendars.ical import LARGEST
from kairos.calendars.models import Failure, Outcome, RemoteCalendar, RemoteEvent, Trouble
from kairos.calendars.syncing.taking import Taker

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class News:
    """What is to be fetched of a calendar, what has gone from it, and its marks once both is done.

    `on_server` is how many lie there, where all were listed; else `is_to_be_counted` says whether something changed.
    """

    wanted: list[Listed]
    gone: list[RemoteEvent]
    token: str
    tag: str
    on_server: int | None
    is_to_be_counted: bool


def news_of(server: Server, calendar: RemoteCalendar) -> News:
    """What is new on the server; all of it is compared where it was never compared. Raises `DavFault`."""
    tag, token = server.marks(calendar.url)
    rows = {row.href: row for row in RemoteEvent.objects.filter(calendar=calendar)}
    again = [Listed(row.href, "") for row in rows.values() if not row.etag and not row.failure]
    if calendar.compared_at is not None:
        if tag and tag == calendar.tag:
            return News(again, [], calendar.token, tag, None, is_to_be_counted=False)
        if calendar.token:
            try:
                found = server.changes(calendar.url, calendar.token)
            except NoToken:
                pass
            else:
                return _news(found, rows, again, tag, None)
    listed = server.listing(calendar.url)
    if len(listed) > MOST_EVENTS:
        raise DavFault(Trouble.LARGE)
    there = {one.href for one in listed}
    gone = [href for href, row in rows.items() if href not in there and not _is_to_be_written(row)]
    return _news(Changed(listed, gone, token, is_whole=True), rows, [], tag, len(listed))


def _is_to_be_written(row: RemoteEvent) -> bool:
    """Whether it waits to be written, so that the server cannot have it."""
    return not row.etag and not row.failure and row.outcome == Outcome.MEETING and not row.is_born_there


def _news(
    found: Changed, rows: dict[str, RemoteEvent], again: list[Listed], tag: str, count: int | None
) -> News:
    """Of what is listed, what is here in another version or not at all."""
    new = [one for one in found.listed if one.href not in rows or rows[one.href].etag != (one.etag or None)]
    named = {one.href for one in new} | set(found.gone)
    new += [one for one in again if one.href not in named]
    gone = [rows[href] for href in found.gone if href in rows]
    return News(new, gone, found.token, tag, count, is_to_be_counted=count is None)


def take_all(server: Server, taker: Taker, wanted: Sequence[Listed]) -> Iterator[int]:
    """Fetch and take in, batch by batch; gives 1 after each. Raises `DavFault`."""
    small = []
    for one in wanted:
        if one.size > LARGEST:
            taker.fail(one.href, Failure.LARGE, f"{one.size:,}", etag=one.etag)
        else:
            small.append(one)
    for start in range(0, len(small), AT_ONCE):
        batch = small[start : start + AT_ONCE]
        yield from _take_batch(server, taker, batch)


def _take_batch(server: Server, taker: Taker, batch: Sequence[Listed]) -> Iterator[int]:
    """What is too long together is fetched one by one: then it is known which one is too long."""
    try:
        found = {one.href: one for one in server.texts(taker.calendar.url, [one.href for one in batch])}
    except DavFault as fault:
        if fault.trouble not in (Trouble.LARGE, Trouble.ODD):
            raise
        if len(batch) == 1:
            taker.fail(batch[0].href, Failure.LARGE, fault.said, etag=batch[0].etag)
            return
        for one in batch:
            yield from _take_batch(server, taker, [one])
        return
    for listed in batch:
        if listed.href in found:
            taker.take(found[listed.href])
            yield 1
        elif listed.etag:
            taker.fail(listed.href, Failure.NOT_GIVEN, etag=listed.etag)
