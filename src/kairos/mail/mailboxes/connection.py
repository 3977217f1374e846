"""The way to a mail server, and what can be wrong with it, told apart so that people can mend it."""

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

from kairos.core.addresses import is_public, resolved
from kairos.core.connections import Fault
from kairos.mail.models import Mailbox, Trouble

log = logging.getLogger(__name__)
CONNECTING, READING = 10, 30
# Where mailboxes are read.
OF_MAIL = (143, 993)


class MailboxFault(Fault):
    """A mailbox cannot be read; its trouble is a `Trouble` of mailboxes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How to get into a mailbox. `only_public` keeps it out of private networks."""

    host: str
    port: int
    security: str
    login: str
    password: str = field(repr=False)
    only_public: bool = False


@contextmanager
def connected(way: Way) -> Iterator[IMAPClient]:
    """A client that is signed in. Raises `MailboxFault`, also for what breaks while it is used."""
    with telling_faults():
        if way.only_public:
            _check_public(way)
        with _client(way) as client:
            if way.only_public and not is_public(client.socket().getpeername()[0]):
                raise MailboxFault(Trouble.INSIDE)
            if way.security == Mailbox.Security.STARTTLS:
                _start_tls(client)
            _log_in(client, way)
            yield client


@contextmanager
def telling_faults() -> Iterator[None]:
    """What the network and the library raise, as a `MailboxFault`; the order is from the particular to the general."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailboxFault(Trouble.CERTIFICATE, error.verify_message) from error
    except ssl.SSLError as error:
        raise MailboxFault(Trouble.NO_TLS, error.reason or "") from error
    except TimeoutError as error:
        raise MailboxFault(Trouble.SILENT) from error
    except (socket.gaierror, UnicodeError) as error:
        raise MailboxFault(Trouble.HOST, error) from error
    except ConnectionRefusedError as error:
        raise MailboxFault(Trouble.REFUSED) from error
    except (OSError, IMAPClientAbortError) as error:
        raise MailboxFault(Trouble.BROKEN, error) from error
    except IMAPClientError as error:
        raise MailboxFault(Trouble.ODD, error) from error


def _check_public(way: Way) -> None:
    addresses = resolved(way.host, way.port)
    if way.port not in OF_MAIL or not all(map(is_public, addresses)):
        raise MailboxFault(Trouble.INSIDE)


def _client(way: Way) -> IMAPClient:
    is_tls = way.security == Mailbox.Security.TLS
    client = IMAPClient(
        way.host,
        way.port,
        ssl=is_tls,
        ssl_context=ssl.create_default_context() if is_tls else None,
        timeout=SocketTimeout(CONNECTING, READING),  # type: ignore[arg-type]
    )
    client.normalise_times = False
    # The library formats every line it reads for a log that nobody keeps.
    client._imap.debug = 0
    return client


def _start_tls(client: IMAPClient) -> None:
    try:
        client.starttls(ssl.create_default_context())
    except CapabilityError as error:
        raise MailboxFault(Trouble.NO_STARTTLS) from error


def _log_in(client: IMAPClient, way: Way) -> None:
    """By LOGIN, which knows only ASCII; what is written otherwise goes by PLAIN. Servers may echo what they refuse."""
    enter = client.login if (way.login + way.password).isascii() else client.plain_login
    try:
        enter(way.login, way.password)
    except (LoginError, CapabilityError) as error:
        raise MailboxFault(Trouble.LOGIN, str(error).replace(way.password, "…")) from error
