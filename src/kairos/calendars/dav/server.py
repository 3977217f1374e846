"""What is asked of a calendar server, and what it answers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.sax.saxutils import escape

from caldav.davclient import DAVClient

from kairos.calendars.dav.connection import DavFault, Way, connected
from kairos.calendars.models import Trouble

_DAV, _CAL, _CS = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
_SPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/"'
_HOME = "<current-user-principal/><C:calendar-home-set/>"
_ABOUT = "<displayname/><resourcetype/><C:supported-calendar-component-set/>"
_MOST_CALENDARS = 100
_MOST_REDIRECTS = 3
_MOST_PAGES = 1000
MOST_EVENTS = 50_000


@dataclass(frozen=True, slots=True)
class Found:
    """A calendar on the server."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A resource of a calendar: where it is, in which version, and how many bytes it has, 0 where that is not said."""

    href: str
    etag: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Changed:
    """What has changed in a calendar since a token: with `is_whole` everything that is there."""

    listed: list[Listed]
    gone: list[str]
    token: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Given:
    """The text of a resource, in the version it has."""

    href: str
    etag: str
    text: str


class Stale(Exception):
    """The event on the server is no longer the version that was to be changed, or is there already."""


class NoToken(Exception):
    """The server does not know this token, or none at all."""


class Server:
    """An account on a server. Everything raises `DavFault`."""

    def __init__(self, client: DAVClient, url: str) -> None:
        self._client = client
        self._url = url

    def calendars(self) -> list[Found]:
        """Every calendar that takes events, by name."""
        home = self._home()
        found = {}
        for row in self._propfind(home, _ABOUT, depth=1)[1]:
            about = row.properties
            kinds = about.get(f"{_CAL}supported-calendar-component-set")
            if f"{_CAL}calendar" not in (about.get(f"{_DAV}resourcetype") or ()):
                continue
            if kinds and "VEVENT" not in kinds:
                continue
            url = urljoin(home, _quoted(row.href))
            found[url] = Found(url, str(about.get(f"{_DAV}displayname") or _last(row.href))[:200])
        if not found:
            raise DavFault(Trouble.NO_CALENDARS)
        return sorted(found.values(), key=lambda one: (one.name, one.url))[:_MOST_CALENDARS]

    def marks(self, calendar: str) -> tuple[str, str]:
        """What the calendar shows as changed whenever something in it has (a ctag), and its sync token; "" for none."""
        _at, rows = self._propfind(calendar, "<CS:getctag/><sync-token/>", depth=0)
        about = rows[0].properties if rows else {}
        return str(about.get(f"{_CS}getctag") or "")[:300], str(about.get(f"{_DAV}sync-token") or "")[:1000]

    def listing(self, calendar: str) -> list[Listed]:
        """Everything that lies in the calendar."""
        asked = "<getetag/><getcontentlength/><resourcetype/>"
        _at, rows = self._propfind(calendar, asked, depth=1)
        own = urlsplit(calendar).path.rstrip("/")
        return [
            Listed(_path(row.href), str(row.properties.get(f"{_DAV}getetag") or ""), _size(row.properties))
            for row in rows[: MOST_EVENTS + 1]
            if _path(row.href).rstrip("/") != unquote(own)
            and f"{_DAV}collection" not in (row.properties.get(f"{_DAV}resourcetype") or ())
        ]

    def changes(self, calendar: str, token: str) -> Changed:
        """What has changed since the token. Raises `NoToken`."""
        listed: dict[str, Listed] = {}
        gone: set[str] = set()
        for _page in range(_MOST_PAGES):
            body = (
                f'<?xml version="1.0"?><sync-collection {_SPACES}><sync-token>{escape(token)}</sync-token>'
                "<sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
            )
            try:
                answer = self._client.report(calendar, body, depth=None)
            except Exception as error:
                if getattr(error, "status", 0) == 403:
                    raise NoToken from error
                raise
            if answer.status not in (200, 207):
                raise NoToken
            page = answer.parse_sync_collection()
            for row in page.changed:
                listed[_path(row.href)] = Listed(_path(row.href), row.etag or "")
                gone.discard(_path(row.href))
            for href in page.deleted:
                listed.pop(_path(href), None)
                gone.add(_path(href))
            if not page.sync_token or page.sync_token == token:
                break
            token = page.sync_token
            if not page.truncated:
                break
        own = unquote(urlsplit(calendar).path).rstrip("/")
        rows = [one for href, one in listed.items() if href.rstrip("/") != own]
        return Changed(rows, sorted(gone), token[:1000], is_whole=False)

    def texts(self, calendar: str, hrefs: Sequence[str]) -> list[Given]:
        """The texts of these resources; what has gone meanwhile, or is not given, is left out."""
        listed = "".join(f"<href>{escape(_quoted(href))}</href>" for href in hrefs)
        body = (
            f'<?xml version="1.0"?><C:calendar-multiget {_SPACES}><prop><getetag/><C:calendar-data/></prop>'
            f"{listed}</C:calendar-multiget>"
        )
        answer = self._client.report(calendar, body, depth=1)
        self._must_be(answer, 200, 207)
        return [
            Given(_path(row.href), row.etag or "", row.calendar_data)
            for row in answer.parse_calendar_query()
            if row.calendar_data
        ]

    def text(self, calendar: str, href: str) -> Given | None:
        """One text; None where it has gone."""
        answer = self._client.request(urljoin(calendar, _quoted(href)))
        if answer.status in (404, 410):
            return None
        self._must_be(answer, 200)
        body = answer._raw_body or answer.raw
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
        return Given(href, str(answer.headers.get("ETag") or ""), text)

    def put(self, calendar: str, href: str, text: str, *, etag: str) -> str:
        """Write an event: a new one with the etag "", else over this version. Gives the new etag, "" where unsaid.

        Raises `Stale`.
        """
        condition = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        answer = self._client.put(urljoin(calendar, _quoted(href)), text, headers)
        if answer.status == 412:
            raise Stale
        self._must_be(answer, 200, 201, 204)
        return str(answer.headers.get("ETag") or "")[:300]

    def delete(self, calendar: str, href: str, *, etag: str) -> None:
        """Delete this version of an event; one that has gone already is no fault. Raises `Stale`."""
        headers = {"If-Match": etag} if etag else {}
        answer = self._client.delete(urljoin(calendar, _quoted(href)), headers)
        if answer.status == 412:
            raise Stale
        self._must_be(answer, 200, 202, 204, 404, 410)

    # -- how it is done

    def _home(self) -> str:
        """Where the person's calendars lie: by their own page (RFC 5397), else by the well-known address (RFC 6764)."""
        for start in (self._url, urljoin(self._url, "/.well-known/caldav")):
            try:
                at, rows = self._propfind(start, _HOME, depth=0)
            except DavFault as fault:
                if fault.trouble == Trouble.ODD and start == self._url:
                    continue
                raise
            about = rows[0].properties if rows else {}
            principal = about.get(f"{_DAV}current-user-principal")
            if not about.get(f"{_CAL}calendar-home-set") and principal:
                at, rows = self._propfind(urljoin(at, str(principal)), _HOME, depth=0)
                about = rows[0].properties if rows else {}
            home = about.get(f"{_CAL}calendar-home-set")
            home = home[0] if isinstance(home, list) and home else home
            if home:
                return urljoin(at, str(home))
        raise DavFault(Trouble.NO_CALENDARS)

    def _propfind(self, url: str, asked: str, *, depth: int) -> tuple[str, list[Any]]:
        """Where the answer came from, and its rows; a redirect is followed by our own rules."""
        body = f'<?xml version="1.0"?><propfind {_SPACES}><prop>{asked}</prop></propfind>'
        for _turn in range(_MOST_REDIRECTS):
            answer = self._client.propfind(url, body, depth=depth)
            if answer.status not in (301, 302, 307, 308):
                self._must_be(answer, 200, 207)
                return url, list(answer.results or ())
            url = urljoin(url, str(answer.headers.get("Location") or ""))
        raise DavFault(Trouble.ODD, "redirects")

    @staticmethod
    def _must_be(answer: Any, *expected: int) -> None:
        if answer.status not in expected:
            raise DavFault(Trouble.ODD, f"{answer.status} {answer.reason or ''}", status=answer.status)


@contextmanager
def speaking(way: Way) -> Iterator[Server]:
    """A server that is spoken with. Raises `DavFault`, also for what breaks meanwhile."""
    with connected(way) as client:
        yield Server(client, way.url)


def _path(href: str) -> str:
    """A resource's name as rows keep it: the path alone, without percents."""
    return urlsplit(href).path[:700] if "://" in href else href[:700]


def _quoted(href: str) -> str:
    return quote(href, safe="/:@!$&'()*+,;=~")


def _last(href: str) -> str:
    return href.rstrip("/").rpartition("/")[2]


def _size(about: Any) -> int:
    text = str(about.get(f"{_DAV}getcontentlength") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
