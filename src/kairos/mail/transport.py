"""The ways out: a mail server, step by step, or whatever backend Django is given."""

import re
import smtplib
import ssl
from collections.abc import Callable
from email.utils import formataddr, parseaddr
from types import TracebackType
from typing import Any, Protocol, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from kairos.core.files import path_of
from kairos.mail.models import OutgoingMail

SMTP = "django.core.mail.backends.smtp.EmailBackend"
HandingOver = Callable[[], None]
Fault = type[BaseException] | None


class Unreachable(Exception):
    """The server does not answer, does not let us in, or cannot speak in secret as it must."""


class Refused(Exception):
    """The server has said no, to this mail; `is_final` where it will say so again. With 421 it leaves, too."""

    def __init__(self, code: int, words: Any) -> None:
        text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
        super().__init__(f"{code} {' '.join(text.split())}")
        self.is_final = 500 <= code < 600
        self.is_leaving = code == 421


class Unclear(Exception):
    """The line broke after the text was given: it may have been taken."""


class Transport(Protocol):
    """One line to a server, kept open for as many mails as there are."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: Fault, fault: BaseException | None, trace: TracebackType | None) -> None: ...

    def send(self, mail: OutgoingMail, *, handing_over: HandingOver) -> None:
        """Send one mail, calling `handing_over` right before its text is given. Raises the exceptions above."""


def transport() -> Transport:
    """The way that the settings name."""
    return SmtpTransport() if settings.EMAIL_BACKEND == SMTP else BackendTransport()


def compose(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail as Django writes it, under the identity it has in the outbox. Raises `Refused` where a file is gone."""
    to = mail.to_address
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=mail.sender,
        to=[formataddr((mail.to_name, to)) if mail.to_name else to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={**mail.headers, "Message-ID": mail.message_id},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    if mail.calendar:
        # Calendar programs go by the method in the header, and by the one inside.
        method = re.search(r"(?m)^METHOD:([A-Z]{1,20})\s*$", mail.calendar)
        kind = f"text/calendar; method={method[1]}" if method else "text/calendar"
        message.attach_alternative(mail.calendar, kind)
    for one in mail.files:
        try:
            message.attach(one["name"], path_of(one["digest"]).read_bytes(), one["media_type"])
        except FileNotFoundError as error:
            raise Refused(554, f"{one['name']} is no longer among our files") from error
    return message


class SmtpTransport:
    """SMTP spoken by ourselves, because only so the moment before DATA is known."""

    def __init__(self) -> None:
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
        except Refused as refused:
            if refused.is_leaving:
                raise Unreachable(str(refused)) from refused
            raise
        try:
            handing_over()
        except BaseException:
            self._reset()
            raise
        try:
            self._said_yes(server.data(text))
        except smtplib.SMTPDataError as error:
            self._reset()
            raise Refused(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise Unclear(str(error)) from error

    def _open(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        try:
            self._server = _connect()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(str(error)) from error
        return self._server

    def _said_yes(self, answer: tuple[int, bytes]) -> None:
        code, words = answer
        if 200 <= code < 300:
            return
        self._reset()
        raise Refused(code, words)

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


def _connect() -> smtplib.SMTP:
    """A line to the server; where TLS is asked for there is no line without it."""
    host, port, timeout = settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT or 20
    secret = ssl.create_default_context()
    server: smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        server = smtplib.SMTP_SSL(host, port, timeout=timeout, context=secret)
    else:
        server = smtplib.SMTP(host, port, timeout=timeout)
    try:
        if settings.EMAIL_USE_TLS:
            server.starttls(context=secret)
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        else:
            server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


class BackendTransport:
    """Any backend of Django: files, the console, a provider's API. What it raises says nothing about where it broke."""

    def __init__(self) -> None:
        self._backend: Any = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Fault, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._backend.close()

    def send(self, mail: OutgoingMail, *, handing_over: HandingOver) -> None:
        message = compose(mail)
        handing_over()
        try:
            self._backend.send_messages([message])
        except Exception as error:
            raise Unclear(str(error)) from error
