"""Amounts of several currencies as one, at the rates of a day, and in words how that was done."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.utils.translation import gettext as _

from kairos.core.fields import format as shown
from kairos.core.models import CurrencyRate

ONE = Decimal(1)


def _of_the_settings() -> str:
    return str(settings.DEFAULT_CURRENCY)


_house: list[Callable[[], str]] = [_of_the_settings]


def set_house_currency(ask: Callable[[], str]) -> None:
    """Let the app that knows the house say which currency its totals are in."""
    _house[0] = ask


def house_currency() -> str:
    """The currency totals are converted to."""
    return _house[0]()


@dataclass(frozen=True, slots=True)
class Sum:
    """Several currencies as one amount.

    `used` are the rates that made it, by currency; `missing` the amounts for which the day had no rate: not in it.
    """

    amount: Decimal
    currency: str
    day: dt.date
    used: Mapping[str, Decimal] = field(default_factory=dict)
    missing: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def is_converted(self) -> bool:
        return bool(self.used)

    @property
    def how(self) -> str:
        """“converted at the rates of Nov 25, 2026: 1 TWD = 0.0312 USD”; empty where nothing was converted."""
        if not self.used:
            return ""
        rates = "; ".join(f"1 {one} = {_figure(rate)} {self.currency}" for one, rate in self.used.items())
        return _("converted at the rates of %(day)s: %(rates)s") % {
            "day": shown.date(self.day),
            "rates": rates,
        }


class Rates:
    """The rates of one day, read when first needed: the latest of each pair that was known by then.

    A rate is found directly, the other way round, or over a currency both are quoted in.
    """

    def __init__(self, day: dt.date, *, target: str = "") -> None:
        self.day = day
        self._target = target

    @cached_property
    def target(self) -> str:
        return self._target or house_currency()

    @cached_property
    def _known(self) -> dict[tuple[str, str], Decimal]:
        rows = CurrencyRate.objects.filter(on__lte=self.day, archived_at=None).order_by("on")
        return {(one, base): rate for one, base, rate in rows.values_list("currency", "base", "rate")}

    def rate(self, currency: str) -> Decimal | None:
        """What one unit is worth in the target; None where the day knows no way."""
        return ONE if currency == self.target else self._rate(currency)

    def _rate(self, currency: str) -> Decimal | None:
        known = self._known
        if direct := known.get((currency, self.target)):
            return direct
        if inverse := known.get((self.target, currency)):
            return ONE / inverse
        for (one, base), rate in known.items():
            if one == currency and (other := known.get((self.target, base))):
                return rate / other
        return None

    def total(self, amounts: Mapping[str, Decimal]) -> Sum:
        """All of it in one currency. What is in one currency alone stays in it and needs no rate."""
        filled = {currency: amount for currency, amount in amounts.items() if amount}
        if len(filled) == 1:
            ((currency, amount),) = filled.items()
            return Sum(amount, currency, self.day)
        return self.converted(filled)

    def converted(self, amounts: Mapping[str, Decimal]) -> Sum:
        """All of it in the target, also what is in one other currency alone."""
        total, used, missing = Decimal(0), {}, {}
        for currency, amount in amounts.items():
            rate = self.rate(currency)
            if rate is None:
                missing[currency] = amount
                continue
            total += amount * rate
            if currency != self.target:
                used[currency] = rate
        return Sum(total.quantize(Decimal("0.001")), self.target, self.day, used, missing)


def total_text(amounts: Mapping[str, Decimal], rates: Rates, *, order: Iterable[str] = ()) -> dict[str, str]:
    """A total in short, with every currency written out and how it was converted, for the hover.

    Without the rates it needs, the currency most used stands first, and “+1” says that there is another.
    """
    kept = [*dict.fromkeys([*(c for c in order if c in amounts), *amounts])]
    found = rates.total(amounts)
    full = " · ".join(shown.money(amounts[currency], currency) for currency in kept)
    if found.is_converted:
        more = f" +{len(found.missing)}" if found.missing else ""
        text = f"≈ {shown.money_short(found.amount, found.currency)}{more}"
        whole = shown.money(found.amount.quantize(ONE), found.currency)
        return {"text": text, "full": f"{whole} = {full} ({found.how})"}
    main = next(
        (currency for currency in kept if amounts[currency]), kept[0] if kept else next(iter(order), "")
    )
    others = sum(1 for currency in kept if currency != main and amounts[currency])
    text = shown.money_short(amounts.get(main, Decimal(0)), main)
    return {"text": f"{text} +{others}" if others else text, "full": full or text}


def _figure(rate: Decimal) -> str:
    """Five significant digits are enough to check a conversion by."""
    return f"{float(rate):.5g}"
