"""Numbers, money and dates in the words of the reader's language and time zone."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from babel import Locale, dates, numbers
from babel.lists import format_list
from django.utils import timezone, translation


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse({"zh-hant": "zh_Hant_TW"}.get(language, language.replace("-", "_")))


def locale() -> Locale:
    return _locale(translation.get_language() or "en")


def number(value: int | Decimal | None) -> str:
    return "" if value is None else numbers.format_decimal(value, locale=locale())


def plain_number(value: Decimal) -> str:
    """As an input shows it and takes it back: 1200.5, without separators and without noughts at the end."""
    return f"{value.normalize():f}"


def filled(sentence: str, params: Mapping[str, Any]) -> str:
    """The sentence with its values; what it counts (`count`) has the separators of the reader's language."""
    count = params.get("count")
    return sentence % ({**params, "count": number(count)} if isinstance(count, int) else params)


def percent(value: int | None) -> str:
    """Percentages are whole numbers from 0 to 100 everywhere."""
    return "" if value is None else numbers.format_percent(value / 100, locale=locale())


@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, language: str, fraction: bool) -> str:
    text_locale = _locale(language)
    if not currency:
        return numbers.format_decimal(amount, locale=text_locale)
    if not fraction:
        pattern = text_locale.currency_formats["standard"].pattern.replace(".00", "")
        text = numbers.format_currency(amount, currency, pattern, locale=text_locale, currency_digits=False)
    else:
        text = numbers.format_currency(amount, currency, locale=text_locale)
    return _with_country(text, currency)


def _with_country(text: str, currency: str) -> str:
    """In Taiwan “$” alone would do, but a pipeline in two currencies needs to tell NT$ from US$."""
    return text.replace("$", "NT$", 1) if currency == "TWD" and "NT$" not in text else text


def money(amount: Decimal | None, currency: str) -> str:
    """NT$120,000 for currencies people use without decimals; whole amounts are shown without ".00"."""
    if amount is None:
        return ""
    whole = amount == amount.to_integral_value()
    return _money(amount, currency, translation.get_language() or "en", not whole and currency != "TWD")


@lru_cache(maxsize=4096)
def _money_short(amount: Decimal, currency: str, language: str) -> str:
    text = numbers.format_compact_currency(amount, currency, locale=_locale(language), fraction_digits=1)
    return _with_country(text, currency)


def money_short(amount: Decimal | None, currency: str) -> str:
    """$1.2M, or NT$120萬: for column totals, with the full value beside it on hover."""
    if amount is None:
        return ""
    if abs(amount) < 1000 or not currency:
        return money(amount.quantize(Decimal(1)), currency)
    return _money_short(amount.quantize(Decimal(1)), currency, translation.get_language() or "en")


@lru_cache(maxsize=4096)
def _date(value: dt.date, language: str, style: str) -> str:
    return dates.format_date(value, style, locale=_locale(language))


def date(value: dt.date | None, style: str = "medium") -> str:
    """2026年11月23日 in Chinese, Nov 23, 2026 in English."""
    return "" if value is None else _date(value, translation.get_language() or "en", style)


def datetime(value: dt.datetime | None, style: str = "medium") -> str:
    """In the reader's time zone, to the minute."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{date(local.date(), style)} {dates.format_time(local.time(), 'short', locale=locale())}"


def time(value: dt.time | None) -> str:
    """14:30, or 2:30 PM, as the language has it."""
    return "" if value is None else dates.format_time(value, "short", locale=locale())


def days(count: int) -> str:
    """“3 days”, short: 3d, or 3 天."""
    from babel.units import format_unit

    # Chinese has no narrower form than "3 天"; the data behind the narrow one is missing there.
    length: Literal["short", "narrow"] = "short" if locale().language == "zh" else "narrow"
    return format_unit(count, "day", length=length, locale=locale())


def relative(value: dt.datetime, now: dt.datetime) -> str:
    return dates.format_timedelta(value - now, add_direction=True, locale=locale())


def currency_name(code: str) -> str:
    return numbers.get_currency_name(code, locale=locale())


def country_name(code: str) -> str:
    return str(locale().territories.get(code, code))


def language_name(code: str) -> str:
    return str(locale().languages.get(code.replace("-", "_"), code))


def listed(names: Sequence[str], style: Literal["standard", "or"] = "standard") -> str:
    """“A, B and C”, by the rules of the language."""
    return format_list(list(names), style=style, locale=locale())


def jinja_filters() -> dict[str, Any]:
    """The filters templates use by the same names."""
    return {
        "number": number,
        "plain_number": plain_number,
        "percent": percent,
        "money": money,
        "money_short": money_short,
        "date": date,
        "datetime": datetime,
        "days": days,
        "relative": relative,
        "country_name": country_name,
        "language_name": language_name,
    }
