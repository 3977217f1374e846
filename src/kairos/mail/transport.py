"""What every way out can do, and what can go wrong on it."""

import re
from collections.abc import Callable
from email.utils import formataddr
from types import TracebackType
from typing import Any, Protocol, Self

from django.core.mail import EmailMultiAlternatives, get_connection

from kairos.core.files import path_of
from kairos.mail.models import OutgoingMail

HandingOver = Callable[[], None]
Fault = type[BaseException] | None


class Unreachable(Exception):
    """Nothing was taken: there is no answer, we are not let in, or what must be secret would not be.

    So it is for the next mail too. After `handing_over` it may only be raised where that is certain.
    """


class Refused(Exception):
    """The other side has said no, to this mail; `is_final` where it will say so again."""

    def __init__(self, words: str, *, is_final: bool) -> None:
        super().__init__(words)
        self.is_final = is_final


class Unclear(Exception):
    """The line broke after the text was given, or the answer does not say: it may have been taken."""


class Transport(Protocol):
    """One line to a server, kept open for as many mails as there are."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: Fault, fault: BaseException | None, trace: TracebackType | None) -> None: ...

    def send(self, mail: OutgoingMail, *, handing_over: HandingOver) -> None:
        """Send one mail, calling `handing_over` right before its text is given. Raises the exceptions above."""


def compose(mail: OutgoingMail, *, is_calendar_a_file: bool = False) -> EmailMultiAlternatives:
    """The mail as Django writes it, under the identity it has in the outbox. Raises `Refused` where a file is gone.

    `is_calendar_a_file` is for those who take no third form of a text beside plain and HTML.
    """
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
        if is_calendar_a_file:
            message.attach("invite.ics", mail.calendar, "text/calendar")
        else:
            message.attach_alternative(mail.calendar, kind)
    for one in mail.files:
        try:
            message.attach(one["name"], path_of(one["digest"]).read_bytes(), one["media_type"])
        except FileNotFoundError as error:
            raise Refused(f"{one['name']} is no longer among our files", is_final=True) from error
    return message


class BackendTransport:
    """Any backend of Django: files, the console. What it raises says nothing about where it broke."""

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
