"""From sums to what people read: counts, amounts by currency, percentages, days."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import numbers
from django.utils.translation import gettext as _

from kairos.core.fields import format as shown
from kairos.core.rates import Rates
from kairos.core.records import Measure, Part
from kairos.core.records.measures import DAY
from kairos.insight.cube import Sums, part_key

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `number` to compare, draw and export (of money, in its main currency), `text` to read, `full` with
    every currency written out. A figure of nothing has no number."""

    number: Any
    text: str
    full: str = ""
    currency: str = ""


EMPTY = Figure(None, NOTHING)


class Figures:
    """Makes figures of the sums of one cube."""

    def __init__(self, parts: Sequence[Part], currencies: Sequence[str], day: dt.date) -> None:
        self.places = {part_key(part): place for place, part in enumerate(parts)}
        self.currencies = list(currencies)
        self.rates = Rates(day)
        # Where several currencies are in use and all have rates, every figure is in the one of the house.
        several = len(self.currencies) > 1
        self.is_converted = several and all(self.rates.rate(one) is not None for one in self.currencies)

    def of(self, measure: Measure, sums: Sums | None) -> Figure:
        if not sums:
            return EMPTY
        places = [self.places[part_key(part)] for part in measure.parts]
        if measure.unit == "money":
            return self._money(sums, places)
        if measure.has_amounts and len(sums) > 1:
            if not self.is_converted:
                return EMPTY
            sums = {
                currency: [Decimal(n) * self._rate(currency) for n in row] for currency, row in sums.items()
            }
        upper, *lower = (sum(numbers_[place] for numbers_ in sums.values()) for place in places)
        if lower and not lower[0]:
            return EMPTY
        number = Decimal(upper) / Decimal(lower[0]) if lower else upper
        if measure.unit == "percent":
            number = Decimal(number) * 100
        if measure.unit == "days":
            number = Decimal(number) / DAY
        return Figure(number, written(number, measure.unit))

    def _rate(self, currency: str) -> Decimal:
        return Decimal(self.rates.rate(currency) or 0)

    def _money(self, sums: Sums, places: list[int]) -> Figure:
        amounts = {currency: Decimal(row[places[0]]) for currency, row in sums.items() if row[places[0]]}
        together = self._together(amounts)
        if len(places) > 1:
            counts = {currency: row[places[1]] for currency, row in sums.items()}
            whole = sum(counts.values())
            if not whole:
                return EMPTY
            amounts = {c: a / (counts[c] or 1) for c, a in amounts.items()}
            together = {c: a / whole for c, a in together.items()} if self.is_converted else amounts
        figure = self._amounts(together)
        if not self.is_converted:
            return figure
        return replace(
            figure, full=" · ".join(money(amount, c) for c, amount in amounts.items()) or figure.text
        )

    def _together(self, amounts: dict[str, Decimal]) -> dict[str, Decimal]:
        if not self.is_converted:
            return amounts
        found = self.rates.converted(amounts)
        return {found.currency: found.amount}

    @property
    def how(self) -> str:
        """How amounts were converted, or that they were not; nothing where there is one currency."""
        if len(self.currencies) < 2:
            return ""
        if self.is_converted:
            found = self.rates.converted(dict.fromkeys(self.currencies, Decimal(1)))
            return str(
                _("Amounts are in %(currency)s, %(how)s.") % {"currency": found.currency, "how": found.how}
            )
        return str(
            _(
                "There are several currencies and no exchange rates, so they are not added up: “+1” stands for another "
                "one. Charts and shades show %(currency)s only."
            )
            % {"currency": self.currencies[0]}
        )

    @property
    def drawn(self) -> str:
        """The only currency whose amounts can be set side by side; nothing where all can."""
        return self.currencies[0] if len(self.currencies) > 1 and not self.is_converted else ""

    @property
    def currency(self) -> str:
        """The one currency of every amount; nothing where there are several."""
        if self.is_converted:
            return self.rates.target
        return self.currencies[0] if len(self.currencies) == 1 else ""

    def _amounts(self, amounts: Mapping[str, Decimal]) -> Figure:
        order = [c for c in self.currencies if c in amounts] or list(amounts)
        main = order[0] if order else (self.currencies[0] if self.currencies else "")
        amount = amounts.get(main, Decimal(0))
        text = money(amount, main)
        full = " · ".join(money(amounts[c], c) for c in order) or text
        return Figure(amount, f"{text} +{len(order) - 1}" if len(order) > 1 else text, full, main)


def money(amount: Decimal, currency: str) -> str:
    return shown.money(amount.quantize(Decimal(1)), currency)


def written(number: Any, unit: str, currency: str = "") -> str:
    """A number in the words of its unit."""
    if number is None:
        return NOTHING
    if unit == "money":
        return money(Decimal(number), currency)
    return _written(round(Decimal(number), 1), unit, shown.locale().language)


@lru_cache(maxsize=4096)
def _written(number: Decimal, unit: str, _language: str) -> str:
    if unit == "percent":
        return numbers.format_percent(number / 100, "#,##0.#%", locale=shown.locale())
    return numbers.format_decimal(number, "#,##0.#", locale=shown.locale())


def heading(measure: Measure) -> str:
    """The measure's name with its unit, where the figures do not show it."""
    return (
        str(_("%(name)s, days") % {"name": measure.label}) if measure.unit == "days" else str(measure.label)
    )


def difference(measure: Measure, now: Figure, then: Figure) -> tuple[Figure, str]:
    """How much more it is than it was, and whether that is "good", "bad" or neither ("")."""
    if now.number is None and then.number is None:
        return EMPTY, ""
    if measure.unit in ("percent", "days") and (now.number is None or then.number is None):
        return EMPTY, ""
    change = Decimal(now.number or 0) - Decimal(then.number or 0)
    text = written(abs(change), measure.unit, now.currency or then.currency)
    sign = "+" if change > 0 else "−" if change < 0 else ""
    tone = ""
    if change and measure.more_is:
        tone = "good" if (change > 0) == (measure.more_is == "good") else "bad"
    return Figure(change, f"{sign}{text}"), tone
