"""The way to a calendar server, and what can be wrong with it, told apart so that people can mend it.

Where a connection leads is looked at when it stands and before anything is said over it: a name that leads inside, a
redirect, or an address that the server gives for its calendars, none of them is believed.
"""

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

import niquests
from caldav.davclient import DAVClient
from caldav.lib import error as dav_error
from django.conf import settings
from lxml.etree import LxmlError

from kairos.calendars.models import Trouble
from kairos.core.addresses import is_public, resolved
from kairos.core.connections import THIS_MACHINE, Fault

log = logging.getLogger(__name__)
CONNECTING, READING, LONGEST = 10, 30, 120
LARGEST = 16 * 1024 * 1024
CHUNK = 64 * 1024


class DavFault(Fault):
    """A calendar server cannot be used; `status` is that of its answer, if there is one."""

    def __init__(self, trouble: Trouble, said: object = "", *, status: int = 0) -> None:
        super().__init__(trouble, said)
        self.status = status


class TooLarge(Exception):
    """An answer of more than `LARGEST` bytes."""


class Inside(Exception):
    """An address leads into a private network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How to get to an account. `may_be_inside` lets its own server, and no other, be in a private network."""

    url: str
    login: str
    password: str = field(repr=False)
    may_be_inside: bool = False

    @property
    def server(self) -> str:
        return _server(urlsplit(self.url))


def checked_address(text: str) -> str:
    """The address as it is kept, `https://` unless it is on this machine. Raises `DavFault`."""
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise DavFault(Trouble.ADDRESS) from error
    is_odd = not host or not host.isascii() or "@" in parts.netloc or parts.query or parts.fragment
    is_plain = parts.scheme == "http" and host in THIS_MACHINE
    if is_odd or not (parts.scheme == "https" or is_plain) or any(ord(one) < 33 for one in text):
        raise DavFault(Trouble.ADDRESS)
    return parts._replace(path=parts.path or "/").geturl()


def may_be_inside(owner: Any, url: str) -> bool:
    """Whether a server may be in a private network: for an administrator, and where the house names it."""
    return bool(owner.is_administrator) or _server(urlsplit(url)) in settings.KAIROS_CALENDAR_HOSTS


@contextmanager
def connected(way: Way) -> Iterator[DAVClient]:
    """A client for an account; it signs in when it is asked to. Raises `DavFault`, also for what breaks in use."""
    with telling_faults(), _GuardedSession(way) as session:
        client = DAVClient(
            url=way.url,
            username=way.login,
            password=way.password,
            enable_rfc6764=False,
            timeout=niquests.TimeoutConfiguration(connect=CONNECTING, read=READING),
            headers={"User-Agent": "Kairos", "Accept-Encoding": "identity"},
        )
        client.session.close()
        client.session = session
        yield client


@contextmanager
def telling_faults() -> Iterator[None]:
    """What the network and the library raise, as a `DavFault`; the order is from the particular to the general."""
    try:
        yield
    except Inside as error:
        raise DavFault(Trouble.INSIDE) from error
    except TooLarge as error:
        raise DavFault(Trouble.LARGE) from error
    except dav_error.AuthorizationError as error:
        status = int(getattr(error, "status", 0) or 0)
        trouble = Trouble.ODD if status == 403 else Trouble.LOGIN
        raise DavFault(trouble, error.reason, status=status) from error
    except dav_error.RateLimitError as error:
        raise DavFault(Trouble.BUSY, status=429) from error
    except niquests.exceptions.SSLError as error:
        raise DavFault(Trouble.CERTIFICATE) from error
    except (niquests.exceptions.Timeout, TimeoutError) as error:
        raise DavFault(Trouble.SILENT) from error
    except niquests.exceptions.ConnectionError as error:
        raise DavFault(_connecting(error)) from error
    except socket.gaierror as error:
        raise DavFault(Trouble.HOST) from error
    except (niquests.exceptions.InvalidURL, niquests.exceptions.InvalidSchema, UnicodeError) as error:
        raise DavFault(Trouble.ADDRESS) from error
    except (dav_error.DAVError, LxmlError) as error:
        raise DavFault(Trouble.ODD, f"{type(error).__name__} {getattr(error, 'reason', '')}") from error
    except OSError as error:
        raise DavFault(Trouble.BROKEN, type(error).__name__) from error


class _GuardedSession(niquests.Session):
    """Follows nobody, obeys no settings of the machine's, and reads at most `LARGEST` bytes in `LONGEST` seconds."""

    def __init__(self, way: Way) -> None:
        super().__init__(disable_http2=True, disable_http3=True, revocation_configuration=None)
        self.trust_env = False
        self.way = way
        self.hooks["pre_send"] = [self._check_peer]

    def request(self, method: str, url: str, **how: Any) -> Any:  # type: ignore[override]
        _check_scheme(urlsplit(url))
        if not self._is_allowed(urlsplit(url)):
            _check_public(urlsplit(url))
        how |= {"stream": True, "allow_redirects": False}
        until = time.monotonic() + LONGEST
        answer = super().request(method, url, **how)
        body = bytearray()
        for chunk in answer.iter_content(CHUNK):
            body += chunk
            if len(body) > LARGEST:
                answer.close()
                raise TooLarge
            if time.monotonic() > until:
                answer.close()
                raise TimeoutError
        answer._content, answer._content_consumed = bytes(body), True
        return answer

    def _check_peer(self, request: Any, **_more: Any) -> None:
        """A connection stands, nothing has been said over it: does it lead where it may?"""
        if self._is_allowed(urlsplit(request.url)):
            return
        address = request.conn_info.destination_address if request.conn_info else None
        if address is None or not is_public(address[0]):
            raise Inside

    def _is_allowed(self, parts: SplitResult) -> bool:
        named = _server(parts) in settings.KAIROS_CALENDAR_HOSTS
        return named or (self.way.may_be_inside and _server(parts) == self.way.server)


def _check_scheme(parts: SplitResult) -> None:
    if parts.scheme != "https" and (parts.hostname or "") not in THIS_MACHINE:
        raise Inside


def _check_public(parts: SplitResult) -> None:
    if not all(map(is_public, resolved(parts.hostname or "", parts.port or 443))):
        raise Inside


def _server(parts: SplitResult) -> str:
    return f"{parts.hostname}:{parts.port or (80 if parts.scheme == 'http' else 443)}"


def _connecting(error: Exception) -> Trouble:
    """Why no connection came about: the library wraps what happened several times over."""
    told = repr(error)
    if "NameResolution" in told or "gaierror" in told:
        return Trouble.HOST
    if "CERTIFICATE" in told or "SSL" in told:
        return Trouble.CERTIFICATE
    return Trouble.REFUSED if "refused" in told else Trouble.BROKEN
