"""A mail service spoken to over HTTP, so that the moment before the mail is given is known."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from requests import PreparedRequest, Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

from kairos.core.connections import plain
from kairos.mail.models import MailWay, OutgoingMail
from kairos.mail.providers import PROVIDERS
from kairos.mail.transport import Fault, HandingOver, Refused, Unclear, Unreachable, compose

# A key that is not taken, an unpaid bill, a domain or an address that is not there: it is so for every mail.
NOT_LET_IN = frozenset({401, 402, 404})
LATER = frozenset({403, 408, 425, 429})
# Somebody between us and the service has given up: the service may have taken it.
BETWEEN = frozenset({502, 504})
TAKEN = frozenset({"queued", "sent"})
NOT_WRITTEN_TO = "the provider does not write to this address"
IDENTITY = "kairos"


class ProviderTransport:
    """One line to a mail service. Its backend is made when it is needed; that may raise `Unreachable`.

    The answer's number decides: what is so for every mail ends the round; 403, 429 and most of 5xx mean later,
    other 4xx never. Silence after the mail was given is uncertain.
    """

    def __init__(self, kind: str, backend: Callable[[], Any]) -> None:
        self._provider = PROVIDERS[kind]
        self._is_postmark = kind == MailWay.Kind.POSTMARK
        self._named = backend
        self._backend: Any = None
        self._handing_over: HandingOver | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Fault, fault: BaseException | None, trace: TracebackType | None) -> None:
        if self._backend is not None:
            self._backend.close()

    def send(self, mail: OutgoingMail, *, handing_over: HandingOver) -> None:
        message: Any = compose(mail, is_calendar_a_file=True)
        message.metadata = {IDENTITY: mail.message_id.strip("<>")}
        if not self._provider.keeps_identity:
            del message.extra_headers["Message-ID"]
        elif self._is_postmark:
            message.extra_headers["X-PM-KeepID"] = "true"
        backend = self._open()
        self._handing_over = handing_over
        try:
            backend.send_messages([message])
        except AnymailRecipientsRefused as error:
            raise Refused(NOT_WRITTEN_TO, is_final=True) from error
        except AnymailError as error:
            raise self._meaning(error) from error
        finally:
            self._handing_over = None
        _must_be_taken(message.anymail_status)

    def _open(self) -> Any:
        if self._backend is None:
            self._backend = self._named()
            self._backend.open()
            self._backend.session = _MarkedSession(self._backend.session.headers, self._line_stands)
        return self._backend

    def _line_stands(self) -> None:
        mark, self._handing_over = self._handing_over, None
        if mark is not None:
            mark()

    def _meaning(self, error: AnymailError) -> Exception:
        """What it means that a mail was not taken."""
        response, words = getattr(error, "response", None), plain(error.__cause__ or error)
        if response is not None:
            return _meaning_of(response)
        if self._handing_over is None:
            return Unclear(words)
        # Nothing was sent: there was no line, or the mail is none that the service could be given.
        return Unreachable(words) if isinstance(error, OSError) else Refused(words, is_final=True)


def _must_be_taken(status: Any) -> None:
    """Only what the service calls queued or sent was taken. Raises `Refused`, `Unclear`, `Unreachable`."""
    if status.status <= TAKEN:
        return
    if "failed" in status.status:
        raise Refused(NOT_WRITTEN_TO, is_final=True)
    raise _meaning_of(status.esp_response)


def _meaning_of(response: Any) -> Exception:
    """What the number of an answer means to a mail that was not taken."""
    status, words = response.status_code, plain(f"{response.status_code} {response.text[:200]}")
    if status in NOT_LET_IN or 300 <= status < 400:
        return Unreachable(words)
    if status < 300 or status in BETWEEN:
        return Unclear(words)
    return Refused(words, is_final=status < 500 and status not in LATER)


class _MarkedSession(Session):
    """Says when a line stands, before anything is written on it; goes nowhere else than it was told."""

    def __init__(self, headers: Any, line_stands: Callable[[], None]) -> None:
        super().__init__()
        self.headers.update(headers)
        for scheme in ("http://", "https://"):
            self.mount(scheme, _MarkedAdapter(line_stands))

    def send(self, request: PreparedRequest, **how: Any) -> Any:
        return super().send(request, **{**how, "allow_redirects": False})


class _MarkedAdapter(HTTPAdapter):
    def __init__(self, line_stands: Callable[[], None]) -> None:
        self._pools = {
            "http": _marked(HTTPConnectionPool, line_stands),
            "https": _marked(HTTPSConnectionPool, line_stands),
        }
        super().__init__()

    def init_poolmanager(self, *given: Any, **how: Any) -> None:
        super().init_poolmanager(*given, **how)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **how: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **how)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _marked(pool: type[HTTPConnectionPool], line_stands: Callable[[], None]) -> type[HTTPConnectionPool]:
    """The pool, whose connections tell that they stand before they write a request."""
    plain_one: Any = pool.ConnectionCls

    class Marked(plain_one):
        def request(self, *given: Any, **how: Any) -> None:
            if self.is_closed:
                self.connect()
            line_stands()
            super().request(*given, **how)

    return type(f"Marked{pool.__name__}", (pool,), {"ConnectionCls": Marked})
