"""A mail as it came, made into what can be shown and stored. Whatever it is, nothing here raises.

Each header and each part is read by itself; what cannot be read is left out and named in `faults`. The old policy of
Python's parser is used because it does not interpret headers by itself, which is where hostile ones break it.
"""

import datetime as dt
import email
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial
from typing import Any, TypeVar

from kairos.mail.incoming.texts import decoded, plain_of

T = TypeVar("T")
DEEPEST, MOST_PARTS = 20, 200
LONGEST_HEADER, MOST_ADDRESSES, MOST_REFERENCES = 10_000, 100, 50
LONGEST_TEXT = 256_000
LOOP_HOPS = 25
_ID = re.compile(r"<[^<>\s]{1,250}>")
# Stricter than the standard: Python's parser takes comments and routes for addresses.
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@[A-Za-z0-9.-]{1,189}")
# Every control character but tab and line ends; databases refuse the first of them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Part:
    """A file that came along."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Bounce:
    """A server says that a mail of ours did not arrive: to whom, the status such as 5.1.1, and which mail it was."""

    address: str
    status: str
    message_id: str

    @property
    def is_final(self) -> bool:
        return self.status.startswith("5")


@dataclass(slots=True)
class Parsed:
    """A mail as far as it could be read. Addresses are (name, address), the address in lower case."""

    message_id: str = ""
    answers: list[str] = field(default_factory=list)
    sender: tuple[str, str] = ("", "")
    recipients: list[tuple[str, str]] = field(default_factory=list)
    subject: str = ""
    sent_at: dt.datetime | None = None
    text: str = ""
    html: str = ""
    files: list[Part] = field(default_factory=list)
    is_automatic: bool = False
    is_looping: bool = False
    bounce: Bounce | None = None
    faults: list[str] = field(default_factory=list)


def parse(raw: bytes) -> Parsed:
    """Read a mail."""
    found = Parsed()
    message = _guarded(found, "structure", lambda: email.message_from_bytes(raw), None)
    if message is None:
        found.text = _clean(decoded(raw[:LONGEST_TEXT], ""))
        return found
    _read_headers(found, message)
    _guarded(found, "parts", lambda: _read_parts(found, message), None)
    if not found.text and found.html:
        found.text = _guarded(found, "html", lambda: plain_of(found.html), "")
    found.text = found.text[:LONGEST_TEXT]
    found.html = found.html[:LONGEST_TEXT]
    found.bounce = _guarded(found, "bounce", lambda: _bounce(message), None)
    return found


def _guarded(found: Parsed, what: str, read: Callable[[], T], otherwise: T) -> T:
    """The mail library has raised a dozen kinds of exceptions on hostile mail; here each costs one field."""
    try:
        return read()
    except Exception as error:
        found.faults.append(f"{what}: {type(error).__name__}")
        return otherwise


def _read_headers(found: Parsed, message: Message) -> None:
    def take(what: str, read: Callable[[], T], otherwise: T) -> T:
        return _guarded(found, what, read, otherwise)

    found.message_id = take("Message-ID", lambda: next(iter(_ids(message, "Message-ID")), ""), "")
    found.answers = take("References", lambda: _answers(message), [])
    found.sender = take("From", lambda: next(iter(_addresses(message, "From")), ("", "")), ("", ""))
    found.recipients = take("To", lambda: _recipients(message), [])
    found.subject = take("Subject", lambda: _line(message, "Subject"), "")
    found.sent_at = take("Date", lambda: _date(message), None)
    found.is_automatic = take("Auto-Submitted", lambda: _is_automatic(message), False)
    found.is_looping = take("Received", lambda: len(message.get_all("Received", [])) > LOOP_HOPS, False)


def _raw(message: Message, name: str) -> str:
    return str(message.get(name, ""))[:LONGEST_HEADER]


def _line(message: Message, name: str) -> str:
    """A header in words, on one line."""
    return _words(_raw(message, name), 500)


def _ids(message: Message, name: str) -> list[str]:
    return _ID.findall(_raw(message, name))


def _answers(message: Message) -> list[str]:
    """The mails this one answers, the nearest first."""
    known = [*_ids(message, "In-Reply-To"), *reversed(_ids(message, "References"))]
    return list(dict.fromkeys(known))[:MOST_REFERENCES]


def _addresses(message: Message, name: str) -> list[tuple[str, str]]:
    found = []
    for line in message.get_all(name, [])[:MOST_ADDRESSES]:
        for words, address in getaddresses([str(line)[:LONGEST_HEADER]])[:MOST_ADDRESSES]:
            if _ADDRESS.fullmatch(address):
                found.append((_words(words), address.lower()[:254]))
    return found[:MOST_ADDRESSES]


def _words(encoded: str, most: int = 200) -> str:
    pieces = (
        decoded(piece, charset or "") if isinstance(piece, bytes) else piece
        for piece, charset in decode_header(encoded)
    )
    return " ".join(_clean("".join(pieces)).split())[:most]


def _recipients(message: Message) -> list[tuple[str, str]]:
    names = ("To", "Cc", "Delivered-To", "X-Original-To")
    return list(dict.fromkeys(one for name in names for one in _addresses(message, name)))


def _date(message: Message) -> dt.datetime | None:
    text = _raw(message, "Date")
    if not text:
        return None
    moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _is_automatic(message: Message) -> bool:
    """Written by a machine (RFC 3834 and what others do): never answered, and no sign of a customer."""
    said = _raw(message, "Auto-Submitted").strip().lower()
    if said and said != "no":
        return True
    if _raw(message, "Return-Path").strip() == "<>" or message.get("List-Id"):
        return True
    precedence = _raw(message, "Precedence").strip().lower()
    return precedence in ("bulk", "junk", "list", "auto_reply") or bool(message.get("X-Autoreply"))


def _read_parts(found: Parsed, message: Message) -> None:
    for part in _leaves(message, found):
        _guarded(found, "part", partial(_take, found, part), None)


def _leaves(message: Message, found: Parsed) -> Iterator[Message]:
    """The parts that hold something, without going deeper or on for longer than anybody means it."""
    waiting: list[tuple[Message, int]] = [(message, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop(0)
        seen += 1
        if seen > MOST_PARTS or depth > DEEPEST:
            found.faults.append("parts: too many")
            return
        inside: Any = part.get_payload()
        if part.is_multipart() and isinstance(inside, list):
            waiting[:0] = [(one, depth + 1) for one in inside]
        else:
            yield part


def _take(found: Parsed, part: Message) -> None:
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    kind = part.get_content_type()
    name = part.get_filename()
    is_file = name is not None or part.get_content_disposition() == "attachment"
    if kind in ("text/plain", "text/html") and not is_file:
        text = _clean(decoded(content[: 4 * LONGEST_TEXT], part.get_content_charset("") or ""))
        if kind == "text/plain":
            found.text = f"{found.text}\n{text}".strip() if found.text else text.strip()
        else:
            found.html = found.html or text
    elif content:
        found.files.append(Part(_file_name(name or ""), kind, content))


def _file_name(given: str) -> str:
    """A name, never a path."""
    name = _words(given).replace("\\", "/").rpartition("/")[2].strip(". ")
    return name[:150] or "file"


def _bounce(message: Message) -> Bounce | None:
    if message.get_content_type() != "multipart/report":
        return None
    address = status = ours = ""
    for part in _leaves(message, Parsed()):
        text = str(part)[:LONGEST_HEADER]
        if address == "" and (found := re.search(r"(?im)^Final-Recipient:\s*[^;]*;\s*(\S+@\S+)", text)):
            address = found.group(1).strip("<>").lower()[:254]
        if status == "" and (found := re.search(r"(?im)^Status:\s*([245]\.\d{1,3}\.\d{1,3})", text)):
            status = found.group(1)
        if found := re.search(r"(?im)^Message-ID:\s*(<[^<>\s]{1,250}>)", text):
            ours = found.group(1)
    return Bounce(address, status, ours) if address and status else None


def _clean(text: str) -> str:
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode()
