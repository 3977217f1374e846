"""The way to a push service: an address that a browser gave, so it leads to the open internet or nowhere."""

import http.client
import ipaddress
import logging
import socket
import ssl
from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from kairos.core.addresses import is_public, resolved
from kairos.discuss.push.keys import own_key
from kairos.discuss.push.sealing import introduced, sealed

log = logging.getLogger(__name__)
SECONDS = 10
MOST_READ = 4096
KEPT_FOR = 24 * 3600
LONGEST = 1000
GONE = (404, 410)


class NoPushService(ValueError):
    """The address is none of a push service on the open internet."""


def checked_endpoint(endpoint: str) -> SplitResult:
    """The parts of an address to push to: `https`, the usual port, no private host. Raises `NoPushService`.

    Hosts named by `KAIROS_PUSH_HOSTS` (`host` or `host:port`) may be anywhere.
    """
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError as error:
        raise NoPushService from error
    is_odd = parts.scheme != "https" or "@" in parts.netloc or not host.isascii() or len(endpoint) > LONGEST
    if is_odd or not host or any(ord(one) < 33 or ord(one) > 126 for one in endpoint):
        raise NoPushService
    if not _is_named(parts) and (port != 443 or "." not in host or _is_inside(host)):
        raise NoPushService
    return parts


def push(endpoint: str, *, browser_key: bytes, secret: bytes, content: bytes) -> bool:
    """Hand one notice to the push service. False once the browser is not there any more; other faults are logged."""
    try:
        parts = checked_endpoint(endpoint)
        status = _posted(parts, endpoint, sealed(content, browser_key=browser_key, secret=secret))
    except (OSError, http.client.HTTPException, ValueError) as fault:
        log.warning("a notice did not reach the push service: %s", type(fault).__name__)
        return True
    if status >= 300 and status not in GONE:
        log.warning("the push service %s answered %s", parts.hostname, status)
    return status not in GONE


def _posted(parts: SplitResult, endpoint: str, body: bytes) -> int:
    headers = {
        "Authorization": introduced(endpoint, key=own_key(), contact=_contact()),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_FOR),
        "Urgency": "normal",
    }
    connection = _Connection(parts.hostname or "", parts.port or 443, may_be_inside=_is_named(parts))
    try:
        connection.request(
            "POST", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", body, headers
        )
        answer = connection.getresponse()
        answer.read(MOST_READ)
        return answer.status
    finally:
        connection.close()


class _Connection(http.client.HTTPSConnection):
    """What the name leads to is asked once, looked at, and gone to. It follows nobody."""

    def __init__(self, host: str, port: int, *, may_be_inside: bool) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self.may_be_inside = may_be_inside
        self.trust = ssl.create_default_context()

    def connect(self) -> None:
        addresses = resolved(self.host, self.port)
        if not self.may_be_inside and not all(map(is_public, addresses)):
            raise NoPushService
        for address in addresses:
            try:
                plain = socket.create_connection((address, self.port), timeout=SECONDS)
            except OSError:
                if address == addresses[-1]:
                    raise
            else:
                self.sock = self.trust.wrap_socket(plain, server_hostname=self.host)
                return


def _is_named(parts: SplitResult) -> bool:
    return f"{parts.hostname}:{parts.port or 443}" in settings.KAIROS_PUSH_HOSTS


def _is_inside(host: str) -> bool:
    try:
        return not is_public(str(ipaddress.ip_address(host)))
    except ValueError:
        return False


def _contact() -> str:
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return f"mailto:{address}" if "@" in address else str(settings.PUBLIC_URL)
