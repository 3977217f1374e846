"""What kind of thing the texts of a column are."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum

from kairos.core.tables.booleans import NO, YES
from kairos.core.tables.currencies import strip_currency
from kairos.core.tables.dates import SERIAL, DateOrder, parse_date
from kairos.core.tables.errors import CellError
from kairos.core.tables.moments import parse_datetime
from kairos.core.tables.names import normalise
from kairos.core.tables.numbers import NumberStyle, parse_decimal
from kairos.core.tables.synonyms import KIND_WORDS
from kairos.core.tables.values import plain_text


class Kind(StrEnum):
    """What a column holds, as far as its texts tell."""

    EMPTY = "empty"
    TEXT = "text"
    CHOICE = "choice"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"


NUMERIC = frozenset([Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.PERCENT])
TEMPORAL = frozenset([Kind.DATE, Kind.DATETIME])

_EMAIL = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,190}\.[^\s@<>,;\".]{2,63}")
_URL = re.compile(r"(?:https?://|www\.)[^\s/]{2,}\S{0,2000}", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}/?", re.IGNORECASE)
_PHONE = re.compile(r"\+?[\d\s().\-/]{7,24}(?:(?:ext\.?|x|#|轉|分機) ?\d{1,6})?", re.IGNORECASE)
_PHONE_SIGNS = re.compile(r"^[+(0]|\d[\s)-]+\d")


def hints_of(header: str) -> frozenset[str]:
    """The kinds that the words of a header give away, such as "money" for "Deal value" and "date" for
    "結案日".
    """
    normal = normalise(header)
    words = set(normal.split())
    return frozenset(
        kind
        for kind, signs in KIND_WORDS.items()
        if words & signs or any(not sign.isascii() and sign in normal for sign in signs)
    )


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def is_url(text: str) -> bool:
    return _URL.fullmatch(text) is not None


def is_domain(text: str) -> bool:
    return is_url(text) or _DOMAIN.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Seven to fifteen digits written like a telephone number, not like an amount."""
    digits = sum(char.isdigit() for char in text)
    return 7 <= digits <= 17 and _PHONE.fullmatch(text) is not None and _PHONE_SIGNS.search(text) is not None


def is_digits_of_phone(text: str) -> bool:
    return 7 <= sum(char.isdigit() for char in text) <= 17 and _PHONE.fullmatch(text) is not None


def is_boolean(text: str) -> bool:
    return text.casefold() in YES or text.casefold() in NO


def is_number(text: str) -> bool:
    """A number in either style; not what only looks like one: 007, +886 2 2712 3456."""
    if text.startswith("+") or (text[:1] == "0" and text[1:2].isdigit()):
        return False
    return any(_succeeds(parse_decimal, text, style) for style in NumberStyle)


def is_percent(text: str) -> bool:
    return text.endswith("%") and is_number(text)


def has_currency(text: str) -> bool:
    return strip_currency(text.casefold())[2] and is_number(text)


def is_date(text: str) -> bool:
    """A day in any order; bare numbers of days do not count here."""
    return not SERIAL.fullmatch(text) and any(_succeeds(parse_date, text, order) for order in DateOrder)


def is_serial(text: str) -> bool:
    return SERIAL.fullmatch(text) is not None and _succeeds(parse_date, text, DateOrder.YMD)


def has_time(text: str) -> bool:
    """Whether the text names a time of day that is not midnight."""
    for order in DateOrder:
        try:
            return parse_datetime(text, order).time().isoformat() != "00:00:00"
        except CellError:
            continue
    return False


def _succeeds(parse: Callable[..., object], text: str, option: object) -> bool:
    try:
        parse(text, option)
    except CellError:
        return False
    return True


def guess_kind(texts: Iterable[str], header: str) -> Kind:
    """The kind that at least 95 % of the distinct texts have, with the header's word where they leave it
    open.
    """
    plain = [plain_text(text) for text in texts]
    hints = hints_of(header)

    def most(test: Callable[[str], bool]) -> bool:
        allowed = len(plain) * 0.05
        failed = 0
        for text in plain:
            failed += not test(text)
            if failed > allowed:
                return False
        return True

    if most(is_email):
        return Kind.EMAIL
    if most(is_url) or ("url" in hints and most(is_domain)):
        return Kind.URL
    if (
        len(plain) <= 3
        and most(is_boolean)
        and ("boolean" in hints or not all(text.isdigit() for text in plain))
    ):
        return Kind.BOOLEAN
    if most(is_date) or ("date" in hints and "identifier" not in hints and most(is_serial)):
        return Kind.DATETIME if any(has_time(text) for text in plain[:50]) else Kind.DATE
    if "phone" in hints and most(is_digits_of_phone):
        return Kind.PHONE
    if most(is_number):
        return _kind_of_number(plain, hints, most)
    return Kind.PHONE if most(is_phone) else Kind.TEXT


def _kind_of_number(
    plain: list[str], hints: frozenset[str], most: Callable[[Callable[[str], bool]], bool]
) -> Kind:
    if most(is_percent):
        return Kind.PERCENT
    if any(has_currency(text) for text in plain) or ("money" in hints and "identifier" not in hints):
        return Kind.MONEY
    return Kind.INTEGER if most(lambda text: text.lstrip("-").isdigit()) else Kind.DECIMAL
