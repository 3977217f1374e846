"""What lines come to: amounts, taxes, totals. Pure, and exact until the one place where each figure is rounded.

Whatever is printed adds up: the amount of a line is rounded, and everything below is made of those. So the untaxed sum
and the taxes always give the total, to the smallest unit of the currency.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import prod

from babel.numbers import get_currency_precision

# Taiwan has cents by the standard and none in life.
WHOLE_UNITS = frozenset({"TWD"})
HUNDRED = 100


class Rounding(StrEnum):
    """Where a tax is rounded: on every line, or once for all lines that bear it."""

    LINE = "line"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Levy:
    """A tax as a line bears it. `key` tells taxes apart.

    An included one is part of the price; a compound one is also levied on the taxes before it.
    """

    key: int
    percent: Decimal
    is_included: bool = False
    is_compound: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A line as far as it is about money; the levies stand in the order in which they are taken."""

    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal = Decimal(0)
    levies: Sequence[Levy] = ()


@dataclass(frozen=True, slots=True)
class Reckoning:
    """`amounts` of the lines in their order, with the included taxes in them; `taxes` by the key of the levy.

    `discount` is what the discount on all lines takes off their sum, `nets` what is left of each line without any tax,
    exactly: they add up to `untaxed` but for what the rounding of included taxes makes of it.
    """

    amounts: list[Decimal] = field(default_factory=list)
    discount: Decimal = Decimal(0)
    nets: list[Fraction] = field(default_factory=list)
    untaxed: Decimal = Decimal(0)
    taxes: dict[int, Decimal] = field(default_factory=dict)

    @property
    def subtotal(self) -> Decimal:
        """The sum of the lines before the discount on all of them."""
        return sum(self.amounts, Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum(self.taxes.values(), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.untaxed + self.tax


def smallest_unit(currency: str) -> Decimal:
    """What amounts of this currency are whole multiples of: 0.01 of a dollar, 1 yen, 0.001 of a dinar."""
    places = 0 if currency in WHOLE_UNITS else get_currency_precision(currency)
    return Decimal(1).scaleb(-places)


def rounded(amount: Fraction | Decimal, unit: Decimal) -> Decimal:
    """The nearest multiple of the unit; a half goes away from zero, for credits as for debits.

    By whole numbers alone: a decimal division would round before the rounding.
    """
    return _nearest(*amount.as_integer_ratio(), unit)


def _nearest(numerator: int, denominator: int, unit: Decimal) -> Decimal:
    """The multiple of the unit next to this ratio, whose denominator is positive."""
    above, below = unit.as_integer_ratio()
    number, of = numerator * below, denominator * above
    whole = (abs(number) * 2 + of) // (of * 2)
    return (whole if number >= 0 else -whole) * unit


def amount_of(item: Item, unit: Decimal) -> Decimal:
    """Quantity times price less the discount, rounded once."""
    factors = (item.quantity, item.unit_price, HUNDRED - Fraction(item.discount_percent))
    ratios = [factor.as_integer_ratio() for factor in factors]
    numerator, denominator = (prod(parts) for parts in zip(*ratios, strict=True))
    return _nearest(numerator, denominator * HUNDRED, unit)


def reckon(
    items: Iterable[Item],
    *,
    unit: Decimal,
    rounding: Rounding = Rounding.DOCUMENT,
    discount_percent: Decimal = Decimal(0),
) -> Reckoning:
    """Line amounts, the discount on all of them, the taxes of each kind, and what is left without them.

    The discount is rounded once for all lines that bear the same taxes, so that each tax is a share of a sum that can
    be printed; within those lines it is spread exactly.
    """
    found = list(items)
    amounts = [amount_of(item, unit) for item in found]
    discounts, left = _discounted(found, amounts, discount_percent, unit)
    exact: dict[int, Fraction] = {}
    included: set[int] = set()
    nets: list[Fraction] = []
    for item, amount in zip(found, left, strict=True):
        inside = Fraction(0)
        for levy, tax in _taxes_of(amount, item.levies):
            inside += tax if levy.is_included else 0
            if rounding == Rounding.LINE:
                tax = Fraction(rounded(tax, unit))
            exact[levy.key] = exact.get(levy.key, Fraction(0)) + tax
            if levy.is_included:
                included.add(levy.key)
        nets.append(amount - inside)
    taxes = {key: rounded(tax, unit) for key, tax in exact.items()}
    taken = sum((taxes[key] for key in included), Decimal(0))
    untaxed = sum(amounts, Decimal(0)) - discounts - taken
    return Reckoning(amounts, discounts, nets, untaxed, taxes)


def _discounted(
    items: Sequence[Item], amounts: Sequence[Decimal], percent: Decimal, unit: Decimal
) -> tuple[Decimal, list[Fraction]]:
    """What the discount on all lines comes to, and what it leaves of each."""
    sums: dict[tuple[Levy, ...], Decimal] = {}
    for item, amount in zip(items, amounts, strict=True):
        sums[tuple(item.levies)] = sums.get(tuple(item.levies), Decimal(0)) + amount
    share = Fraction(percent) / HUNDRED
    discounts = {levies: rounded(Fraction(total) * share, unit) for levies, total in sums.items()}
    kept = {
        levies: (Fraction(total) - Fraction(discounts[levies])) / Fraction(total) if total else 1 - share
        for levies, total in sums.items()
    }
    left = [Fraction(amount) * kept[tuple(item.levies)] for item, amount in zip(items, amounts, strict=True)]
    return sum(discounts.values(), Decimal(0)), left


def _taxes_of(amount: Fraction, levies: Sequence[Levy]) -> list[tuple[Levy, Fraction]]:
    """The exact tax of each levy: all are shares of the net amount, which is what makes the included ones fit."""
    shares: list[tuple[Levy, Fraction]] = []
    raised = Fraction(1)
    for levy in levies:
        share = Fraction(levy.percent) / HUNDRED * (raised if levy.is_compound else 1)
        shares.append((levy, share))
        raised += share
    net = amount / (1 + sum((share for levy, share in shares if levy.is_included), Fraction(0)))
    return [(levy, net * share) for levy, share in shares]
