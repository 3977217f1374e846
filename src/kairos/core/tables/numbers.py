"""Texts as exact numbers: both decimal signs, all usual groupings, currencies, percent, 萬 and 億."""

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from kairos.core.tables.currencies import strip_currency
from kairos.core.tables.errors import CellError
from kairos.core.tables.values import plain_text

INTEGER_DIGITS = 15
FRACTION_DIGITS = 12  # together within the 28 digits Decimal calculates with


class NumberStyle(StrEnum):
    """Which sign separates the decimals; the other one may group thousands."""

    POINT = "point"  # 1,234.56
    COMMA = "comma"  # 1.234,56


class NotANumber(CellError):
    message = _("“%(value)s” is not a number.")


class NumberTooLarge(CellError):
    message = _("“%(value)s” has more digits than can be kept: at most %(digits)s before the decimal sign.")


_SIMPLE = re.compile(r"-?\d{1,15}", re.ASCII)
_SIMPLE_POINT = re.compile(r"-?\d{1,15}\.\d{1,12}", re.ASCII)
_MULTIPLIERS = {
    "億": 8, "亿": 8, "百萬": 6, "百万": 6, "千萬": 7, "千万": 7, "萬": 4, "万": 4, "千": 3, "百": 2,
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "mio": 6, "million": 6, "b": 9, "bn": 9, "billion": 9,
}  # fmt: skip
_MULTIPLIER = re.compile(rf" ?({'|'.join(sorted(_MULTIPLIERS, key=len, reverse=True))})\.?$")
_CHINESE_STEPS = re.compile(r"(.*?\d.*?)([億亿萬万])(.*\d.*)")


def _number_pattern(groups: str, decimal: str) -> re.Pattern[str]:
    """Digits alone, or in groups of three (the first not beginning with 0) or of two as in India, then
    decimals.
    """
    grouped = rf"[1-9]\d{{0,2}}(?P<sign>[{groups}])\d{{3}}(?:(?P=sign)\d{{3}})*"
    indian = r"[1-9]\d?(?:,\d{2})+,\d{3}" if "," in groups else r"(?!)"
    return re.compile(
        rf"(?P<whole>{grouped}|{indian}|\d+)?(?:[{decimal}](?P<part>\d*))?(?:e(?P<power>[+-]?\d{{1,2}}))?",
        re.ASCII,
    )


_PATTERNS = {
    NumberStyle.POINT: _number_pattern(r",'’ _", "."),
    NumberStyle.COMMA: _number_pattern(r".'’ _", ","),
}


def parse_decimal(value: object, style: NumberStyle = NumberStyle.POINT) -> Decimal:
    """The exact number a cell means; NotANumber or NumberTooLarge (both CellError) if it means none.

    Understands currency signs and codes, (1,234) and 1,234- as negative, full-width digits, and 3.5萬,
    1億2,000萬, 2.5M. A percent sign is dropped: 25% is 25. A whole cell must be read; NaN, Infinity and more
    than 15 digits before the decimal sign are refused.
    """
    if isinstance(value, str):
        return _parse_text(value, style) if len(value) <= 64 else _refuse(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise NotANumber(value)
    if not math.isfinite(value):
        raise NotANumber(value)
    # Excel keeps 15 digits; what a float shows beyond those was never in the cell.
    number = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)
    return _check_size(number, value)


def _refuse(value: object) -> Decimal:
    raise NotANumber(value)


@lru_cache(maxsize=8192)
def _parse_text(raw: str, style: NumberStyle) -> Decimal:
    text = plain_text(raw)
    if _SIMPLE.fullmatch(text) or (style == NumberStyle.POINT and _SIMPLE_POINT.fullmatch(text)):
        return Decimal(text) or Decimal(0)
    text = text.casefold().replace("−", "-").replace("–", "-").removesuffix("%").rstrip()
    text, _code, _found = strip_currency(text)
    text, is_negative = _take_sign(text)
    text, _code, _found = strip_currency(text)  # -$5 and $-5
    number = _read(text.strip(), style, raw)
    return _check_size(number.copy_negate() if is_negative else number, raw)


def _take_sign(text: str) -> tuple[str, bool]:
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text.startswith(("-", "+")):
        return text[1:].strip(), text[0] == "-"
    if text.endswith("-"):
        return text[:-1].strip(), True
    return text, False


def _read(text: str, style: NumberStyle, raw: str) -> Decimal:
    """A number without sign: in Chinese steps (1億2,000萬), with a multiplier, or plain."""
    if match := _CHINESE_STEPS.fullmatch(text):
        head = _read(match[1] + match[2], style, raw)
        rest = _read(match[3].strip(), style, raw)
        if rest >= 10 ** _MULTIPLIERS[match[2]]:
            raise NotANumber(raw)
        return head + rest
    if match := _MULTIPLIER.search(text):
        return _read(text[: match.start()], style, raw).scaleb(_MULTIPLIERS[match[1]])
    match = _PATTERNS[style].fullmatch(text)
    if not match or not (match["whole"] or match["part"]):
        raise NotANumber(raw)
    whole = re.sub(r"\D", "", match["whole"] or "0")
    if len(whole) > INTEGER_DIGITS + 5 or len(match["part"] or "") > FRACTION_DIGITS:
        raise NumberTooLarge(raw, digits=INTEGER_DIGITS)
    power = int(match["power"] or 0)
    return (
        Decimal(f"{whole}.{match['part'] or ''}")
        if not power
        else _scale(whole, match["part"] or "", power, raw)
    )


def _scale(whole: str, part: str, power: int, raw: str) -> Decimal:
    if abs(power) > INTEGER_DIGITS:
        raise NumberTooLarge(raw, digits=INTEGER_DIGITS)
    return Decimal(f"{whole}.{part}e{power}")


def _check_size(number: Decimal, raw: object) -> Decimal:
    if number.adjusted() >= INTEGER_DIGITS:
        raise NumberTooLarge(raw, digits=INTEGER_DIGITS)
    if not number:
        return Decimal(0)
    return Decimal(f"{number:f}") if number.as_tuple().exponent > 0 else number  # type: ignore[operator]


def find_styles(values: Iterable[str]) -> tuple[tuple[NumberStyle, ...], bool]:
    """The styles under which every value is a number, the usual one first, and whether the choice changes a
    meaning.

    "1,234" alone is 1234 or 1.234: both styles remain and the answer is ambiguous. Empty when neither fits
    all.
    """
    left = dict.fromkeys(NumberStyle, True)
    differs = False
    for value in values:
        readings = {style: _try(value, style) if fits else None for style, fits in left.items()}
        left = {style: reading is not None for style, reading in readings.items()}
        differs = differs or len({reading for reading in readings.values() if reading is not None}) > 1
    styles = tuple(style for style, fits in left.items() if fits)
    return styles, len(styles) > 1 and differs


def _try(value: str, style: NumberStyle) -> Decimal | None:
    try:
        return parse_decimal(value, style)
    except CellError:
        return None
