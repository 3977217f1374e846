"""Which way mail leaves: `KAIROS_MAIL_URL` where it is set, else what an administrator has chosen, else into files."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from kairos.core import sealing
from kairos.mail.models import MailWay
from kairos.mail.provider import ProviderTransport
from kairos.mail.providers import backend_of
from kairos.mail.smtp import SmtpServer, SmtpTransport
from kairos.mail.transport import BackendTransport, Transport, Unreachable

PURPOSE = "kairos.mail.way"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
CHOSEN = "kairos.mail.way.ChosenBackend"
FILES = "django.core.mail.backends.filebased.EmailBackend"
Security = MailWay.Security


def transport() -> Transport:
    """The way that counts."""
    way = chosen_way()
    if way is None:
        return SmtpTransport(server_of_settings) if settings.EMAIL_BACKEND == SMTP else BackendTransport()
    if way.is_smtp:
        return SmtpTransport(lambda: server_of(way))
    return ProviderTransport(way.kind, lambda: backend_of(way, opened(way.secret)))


def chosen_way() -> MailWay | None:
    """What an administrator has chosen; None where nobody has, or where the settings say it."""
    return MailWay.objects.filter(pk=1).first() if is_free() else None


def is_free() -> bool:
    """Whether the choice is the administrators': the settings name no way."""
    return bool(settings.EMAIL_BACKEND == CHOSEN)


def house_sender() -> tuple[str, str]:
    """The house's own name and address, from which all mail comes."""
    way = chosen_way()
    return parseaddr(way.sender if way is not None else settings.DEFAULT_FROM_EMAIL)


def sealed(text: str) -> str:
    return sealing.sealed(text, purpose=PURPOSE) if text else ""


def opened(secret: str) -> str:
    """A secret of the way again. Raises `Unreachable`: with another secret of the house there is no way."""
    try:
        return sealing.opened(secret, purpose=PURPOSE) if secret else ""
    except sealing.Unreadable as error:
        raise Unreachable("the password can no longer be read; enter it again") from error


def server_of(way: MailWay) -> SmtpServer:
    """The mail server that was chosen. Raises `Unreachable`."""
    return SmtpServer(
        host=way.host,
        port=way.port,
        login=way.login,
        password=opened(way.secret),
        is_tls=way.security == Security.TLS,
        is_starttls=way.security == Security.STARTTLS,
    )


def server_of_settings() -> SmtpServer:
    """The mail server of `KAIROS_MAIL_URL`."""
    return SmtpServer(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        login=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        is_tls=settings.EMAIL_USE_SSL,
        is_starttls=settings.EMAIL_USE_TLS,
        timeout=settings.EMAIL_TIMEOUT or 20,
    )


class ChosenBackend(BaseEmailBackend):
    """What does not use the outbox, such as links to sign in, leaves by the chosen way too; without one, into files."""

    def send_messages(self, email_messages: Any) -> int:
        way = chosen_way()
        for message in email_messages if way is not None else ():
            if message.from_email == settings.DEFAULT_FROM_EMAIL:
                message.from_email = way.sender if way is not None else message.from_email
        return int(self._backend(way).send_messages(email_messages) or 0)

    def _backend(self, way: MailWay | None) -> Any:
        if way is None:
            return get_connection(FILES)
        if not way.is_smtp:
            return backend_of(way, opened(way.secret))
        server = server_of(way)
        return get_connection(
            SMTP,
            host=server.host,
            port=server.port,
            username=server.login,
            password=server.password,
            use_ssl=server.is_tls,
            use_tls=server.is_starttls,
            timeout=server.timeout,
        )
