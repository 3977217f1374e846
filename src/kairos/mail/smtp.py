"""SMTP spoken by ourselves, because only so the moment before DATA is known."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parseaddr
from types import TracebackType
from typing import Any, Self

from kairos.mail.models import OutgoingMail
from kairos.mail.transport import Fault, HandingOver, Refused, Unclear, Unreachable, compose

LEAVING = 421


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """A mail server and how to get in. Where TLS is asked for there is no line without it."""

    host: str
    port: int
    login: str = ""
    password: str = field(default="", repr=False)
    is_tls: bool = False
    is_starttls: bool = False
    timeout: float = 20


class SmtpTransport:
    """One line to a mail server. Where that is, is asked when the line is needed; it may raise `Unreachable`."""

    def __init__(self, server: Callable[[], SmtpServer]) -> None:
        self._named = server
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Fault, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def send(self, mail: OutgoingMail, *, handing_over: HandingOver) -> None:
        message: Any = compose(mail).message()
        text = message.as_bytes(linesep="\r\n")
        server = self._open()
        try:
            self._said_yes(server.mail(parseaddr(mail.sender)[1]))
            self._said_yes(server.rcpt(mail.to_address))
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise Unreachable(str(error)) from error
        try:
            handing_over()
        except BaseException:
            self._reset()
            raise
        try:
            self._said_yes(server.data(text))
        except smtplib.SMTPDataError as error:
            self._reset()
            raise refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise Unclear(str(error)) from error

    def _open(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        try:
            self._server = connected(self._named())
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(str(error)) from error
        return self._server

    def _said_yes(self, answer: tuple[int, bytes]) -> None:
        """Raises `Refused`, or `Unreachable` where the server leaves."""
        code, words = answer
        if 200 <= code < 300:
            return
        self._reset()
        refused = refusal(code, words)
        raise Unreachable(str(refused)) if code == LEAVING else refused

    def _reset(self) -> None:
        try:
            if self._server is not None:
                self._server.rset()
        except (OSError, smtplib.SMTPException):
            self._close()

    def _close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()


def refusal(code: int, words: Any) -> Refused:
    """What a code of SMTP means: with 5 in front the server will say so again."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return Refused(f"{code} {' '.join(text.split())}", is_final=500 <= code < 600)


def connected(server: SmtpServer) -> smtplib.SMTP:
    """A line to the server, signed in. Raises `OSError`, `smtplib.SMTPException`."""
    secret = ssl.create_default_context()
    line: smtplib.SMTP
    if server.is_tls:
        line = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=secret)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        if server.is_starttls:
            line.starttls(context=secret)
        if server.login:
            line.login(server.login, server.password)
        else:
            line.ehlo_or_helo_if_needed()
    except BaseException:
        line.close()
        raise
    return line
