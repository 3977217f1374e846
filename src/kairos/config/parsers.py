"""Readers of settings: each takes the text and gives the value, or raises ValueError with a sentence."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

from babel.numbers import list_currencies

from kairos.config.installed import OPTIONAL

CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server named by an address; `options` are the parts after the question mark."""

    scheme: str
    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    path: str = ""
    options: dict[str, str] = field(default_factory=dict)


def home(text: str) -> Path:
    """Give the home directory: unset, `var` in the checkout, or the user's data directory when installed."""
    if text:
        return Path(text).expanduser().absolute()
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / "var"
    return Path("~/.local/share/kairos").expanduser()


def database(text: str) -> Server | None:
    """Read a database address; None means the embedded database in the home directory."""
    if not text:
        return None
    parts = _split(text)
    scheme = {"postgres": "postgresql"}.get(parts.scheme, parts.scheme)
    if scheme == "sqlite":
        if parts.netloc or not parts.path.strip("/"):
            raise ValueError("write sqlite:///relative/path or sqlite:////absolute/path.")
        return Server(scheme=scheme, path=unquote(parts.path[1:]))
    if scheme != "postgresql":
        raise ValueError("the address must begin with sqlite:// or postgresql://.")
    if not parts.path.strip("/"):
        raise ValueError("the address names no database, as in postgresql://user:password@host:5432/name.")
    return _server(parts, scheme=scheme)


def redis(text: str) -> str:
    """Read the address of Redis; empty means none."""
    if text and (urlsplit(text).scheme not in {"redis", "rediss", "unix"}):
        raise ValueError("the address must begin with redis://, rediss:// or unix://.")
    if text:
        _split(text)
    return text


def secret(text: str) -> str:
    """Read the secret key; empty means that one is made and kept in the home directory."""
    if text and len(text) < 32:
        raise ValueError("the key must have at least 32 characters.")
    return text


def address(text: str) -> str:
    """Read the public address, without a path."""
    parts = _split(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("write an address such as https://crm.example.com.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("the address must not have a path; give Kairos a host name of its own.")
    return f"{parts.scheme}://{parts.netloc}"


def hosts(text: str) -> list[str]:
    """Read host names with commas between."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if not re.fullmatch(r"\*|\.?[\w.-]+|\[[0-9a-fA-F:]+\]", name):
            raise ValueError(f'"{name}" is not a host name; leave out the scheme and the port.')
    return names


def services(text: str) -> list[str]:
    """Read hosts with or without a port, with commas between, as `host:port`; without one it is that of `https`."""
    found = []
    for name in filter(None, map(str.strip, text.split(","))):
        host, _colon, port = name.partition(":")
        if not re.fullmatch(r"[a-z0-9.-]+", host) or not re.fullmatch(r"\d{0,5}", port, re.ASCII):
            raise ValueError(f'"{name}" is not a host, or a host and a port, as in push.example.com:8443.')
        found.append(f"{host}:{port or 443}")
    return found


def mail(text: str) -> Server:
    """Read how mail leaves: smtp, smtps, console or file; without a word it is chosen on screen."""
    if not text:
        return Server(scheme="")
    parts = _split(text)
    if parts.scheme in {"console", "file"}:
        return Server(scheme=parts.scheme, path=parts.path)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("write smtp://user:password@host:587?tls, smtps://…, console: or file:.")
    unknown = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)} - {"tls"}
    if unknown:
        raise ValueError(f'the only option is "tls", not "{min(unknown)}".')
    return _server(parts, scheme=parts.scheme)


def mail_address(text: str) -> str:
    """Read a sender such as `Kairos <crm@example.com>`."""
    if "@" not in parseaddr(text)[1] or "\n" in text:
        raise ValueError("write an address such as Kairos <crm@example.com>.")
    return text


def optional_mail_address(text: str) -> str:
    """Read a sender, or nothing."""
    return mail_address(text) if text else ""


def time_zone(text: str) -> str:
    """Read the name of a time zone."""
    if text not in available_timezones():
        raise ValueError(f'there is no time zone "{text}"; write one such as Asia/Taipei.')
    return text


def currency(text: str) -> str:
    """Read a currency code of ISO 4217."""
    if text.upper() not in list_currencies():
        raise ValueError(f'there is no currency "{text}"; write three letters such as TWD.')
    return text.upper()


def one_of(*choices: str) -> Callable[[str], str]:
    """Make a reader that takes one of `choices`, in any case."""

    def read(text: str) -> str:
        for choice in choices:
            if choice.lower() == text.lower():
                return choice
        raise ValueError(f'must be one of {", ".join(choices)}, not "{text}".')

    return read


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Make a reader that takes a whole number from `least` to `most`."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError(f'must be a whole number from {least} to {most}, not "{text}".')
        return int(text)

    return read


def yes_or_no(text: str) -> bool:
    """Read yes or no, also written 1/0, true/false, on/off."""
    answers = {
        "yes": True,
        "1": True,
        "true": True,
        "on": True,
        "no": False,
        "0": False,
        "false": False,
        "off": False,
    }
    try:
        return answers[text.lower()]
    except KeyError:
        raise ValueError(f'must be yes or no, not "{text}".') from None


def optional_apps(text: str) -> tuple[str, ...]:
    """Read the apps to leave out; an app on which another one stands cannot leave alone."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in OPTIONAL:
            raise ValueError(f'"{name}" is not an optional app; those are {", ".join(OPTIONAL)}.')
    for app, below in OPTIONAL.items():
        for missing in set(below) & set(names):
            if app not in names:
                raise ValueError(f'"{app}" stands on "{missing}"; leave out both.')
    return names


def outside_apps(text: str) -> tuple[str, ...]:
    """Read the packages of apps from outside the house; each must be importable."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if not all(part.isidentifier() for part in name.split(".")) or find_spec(name.split(".")[0]) is None:
            raise ValueError(f'there is no package "{name}" on the Python path.')
    return names


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  Reading it is what checks it.
    except ValueError as fault:
        raise ValueError(f"this is not an address ({fault}).") from None
    return parts


def _server(parts: SplitResult, *, scheme: str) -> Server:
    options: dict[str, Any] = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Server(
        scheme=scheme,
        host=parts.hostname or "",
        port=parts.port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        path=unquote(parts.path.strip("/")),
        options=options,
    )
